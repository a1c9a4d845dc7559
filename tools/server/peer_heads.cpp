#include "tools/server/peer_heads.h"

#include <fmt/format.h>

#include <chrono>
#include <expected>
#include <future>

#include "events/proof/checkpoint.h"
#include "tools/server/https_get.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr std::chrono::milliseconds peer_answer_max{3'000};

std::expected<LogHead, std::string> head_of_peer(const std::string& node, const ClusterSettings& cluster, const std::string& token,
                                                 std::span<const VerifierKey> keys) {
  // It gets a token of the log's nodes: as with what a standby forwards, nobody else's certificate will do.
  if (node.starts_with("https") && cluster.ca.empty()) return std::unexpected("cluster.ca does not say who signs certificates of nodes");
  const auto note = https_get({.url = node + "/log/checkpoint",
                               .ca = cluster.ca,
                               .time_max = peer_answer_max,
                               .is_stopping = nullptr,
                               .headers = {"Authorization: Bearer " + token}});
  if (!note) return std::unexpected(note.error());
  const auto checkpoint = open_checkpoint(*note, keys);
  if (!checkpoint) return std::unexpected("what it shows is no checkpoint that a key of the log signed which this node knows");
  return LogHead{checkpoint->size, checkpoint->root};
}

}  // namespace

PeerHeads ask_peers(const ClusterSettings& cluster, std::span<const VerifierKey> keys) {
  std::string token = read_file_if_any(cluster.token_file).value_or("");
  token.resize(std::min(token.find_first_of("\r\n"), token.size()));
  std::vector<std::pair<std::string, std::future<std::expected<LogHead, std::string>>>> asked;
  for (const std::string& node : cluster.nodes) {
    if (node == cluster.advertise) continue;
    asked.emplace_back(node, std::async(std::launch::async, [&, node] { return head_of_peer(node, cluster, token, keys); }));
  }
  PeerHeads out;
  for (auto& [node, answer] : asked) {
    const auto head = answer.get();
    if (head)
      out.known.push_back({*head, "the checkpoint that the node at " + node + " shows"});
    else
      out.unheard.push_back(fmt::format("the node at {} does not say what it has seen of the log: {}", node, head.error()));
  }
  return out;
}

}  // namespace muniment
