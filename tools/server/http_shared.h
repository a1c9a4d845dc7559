// What all connections of a server share. On the thread of the sockets alone, but for the mailbox.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/server/asio_tasks.h"
#include "tools/server/log.h"
#include "tools/server/node.h"
#include "tools/server/question_pool.h"
#include "tools/server/settings.h"
#include "tools/server/strangers.h"
#include "tools/server/tls_certificates.h"

namespace muniment {

class HttpSession;

struct HttpShared {
  // Borrows the node and the log.
  HttpShared(Node& its_node, Log& its_log, const NodeSettings& its_settings, std::optional<TlsCertificates> its_tls);

  std::string next_request_id();
  // With all that other connections submit before this thread looks at its sockets again: one visit to the sequencer for all of them.
  void submit(Submission submission);

  Node& node;
  Log& log;
  const NodeSettings settings;
  std::optional<TlsCertificates> tls;  // Nothing: plain HTTP.
  asio::io_context context{1};         // Before all that lives on it.
  Mailbox mailbox{context};
  QuestionPool pool;
  std::set<HttpSession*> sessions;
  std::size_t places_taken = 0;  // By sessions that have not been told to give way.
  Strangers<HttpSession> strangers;
  bool is_stopping = false;
  std::shared_ptr<asio::ssl::context> tls_to_nodes;  // Made when it is needed first.

  // Those that follow the log wait for the timer, which is reset when the log has grown; the generation says whether it has meanwhile.
  asio::steady_timer tail_timer{context};
  std::uint64_t tail_generation = 0;

 private:
  std::vector<Submission> gathered_;
  std::uint32_t id_prefix_ = 0;
  std::uint64_t ids_ = 0;
};

}  // namespace muniment
