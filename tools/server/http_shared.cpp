#include "tools/server/http_shared.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

namespace muniment {

HttpShared::HttpShared(Node& its_node, Log& its_log, const NodeSettings& its_settings, std::optional<TlsCertificates> its_tls)
    : node(its_node),
      log(its_log),
      settings(its_settings),
      tls(std::move(its_tls)),
      pool(node, log, context, mailbox, settings.limits.questions_max) {
  std::array<Byte, sizeof id_prefix_> bytes;
  fill_random(bytes);
  std::memcpy(&id_prefix_, bytes.data(), sizeof id_prefix_);
}

std::string HttpShared::next_request_id() { return fmt::format("{:08x}-{:x}", id_prefix_, ++ids_); }

void HttpShared::submit(Submission submission) {
  gathered_.push_back(std::move(submission));
  if (gathered_.size() == 1) asio::post(context, [this] { node.submit(std::exchange(gathered_, {})); });
}

}  // namespace muniment
