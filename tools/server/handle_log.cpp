// GET /log/...: the log as a static tree of files, as c2sp.org/tlog-tiles lays it out, at the newest checkpoint.
#include <ranges>

#include "tools/server/handlers.h"
#include "tools/server/question.h"
#include "tools/store/rotation_files.h"

namespace muniment {
namespace {

// A tile or bundle never changes once it is there.
constexpr const char* for_ever = "max-age=31536000, immutable";
constexpr const char* for_a_moment = "max-age=1";

Response file(std::string bytes, std::string_view type, const char* cache) {
  Response out{.content_type = std::string{type}, .body = std::move(bytes)};
  out.headers.emplace_back("Cache-Control", cache);
  return out;
}

Response answer_file(Node& node, const Call& call, const TilePath& path) {
  auto bytes = LogTree(node.proven_log(), node.notary().newest()).file(path);
  if (!bytes) return respond(Problem{problem::not_known, "the tree of the newest checkpoint has no such file"}, call.id);
  return file(std::move(*bytes), media::octets, for_ever);
}

}  // namespace

// With what witnesses have added to it by now.
Response answer_log_checkpoint(Node& node, const Call&) {
  return file(cosigned_note(node.proven_log(), *node.notary().newest()), "text/plain; charset=utf-8", for_a_moment);
}

// The one that signs now first: whoever kept a checkpoint from before a rotation asks by the others.
Response answer_log_key(Node& node, const Call&) {
  std::string lines;
  for (const KeyChain::Turn& turn : node.notary().keys().turns() | std::views::reverse) lines += turn.key.text() + '\n';
  return file(std::move(lines), "text/plain; charset=utf-8", for_a_moment);
}

// The names of the files, a line each.
Response answer_log_rotations(Node& node, const Call&) {
  std::string names;
  for (const auto& [name, bytes] : rotation_files(node.proven_log(), LogTree(node.proven_log(), node.notary().newest())))
    names += name + '\n';
  return file(std::move(names), "text/plain; charset=utf-8", for_a_moment);
}

Response answer_log_rotation(Node& node, const Call& call) {
  auto files = rotation_files(node.proven_log(), LogTree(node.proven_log(), node.notary().newest()));
  const auto found = files.find(std::string{call.resource});
  if (found == files.end()) return respond(Problem{problem::not_known, "no rotation of the log's key has such a file"}, call.id);
  return file(std::move(found->second), media::octets, for_ever);
}

// Hashes tell nothing of what they are of: each record has an id that nobody guesses.
Response answer_log_tile(Node& node, const Call& call) {
  const auto path = TilePath::parse("tile/" + call.resource);
  if (!path || !path->level) return respond(Problem{problem::not_known, "no file of the tree has that name"}, call.id);
  return answer_file(node, call, *path);
}

Response answer_log_entries(Node& node, const Call& call) {
  const auto horizon = horizon_of(node, *call.caller);
  if (!horizon) return respond(horizon.error(), call.id);
  if (!horizon->is_everything) return respond(Problem{problem::outside_scope, "a record is given whole or not at all"}, call.id);
  const auto path = TilePath::parse("tile/entries/" + call.resource);
  if (!path) return respond(Problem{problem::not_known, "no file of the tree has that name"}, call.id);
  Response out = answer_file(node, call, *path);
  const Position first = path->index * tile_width + 1;
  out.is_unrecorded = !out.problem.empty() || holds_reads_alone(node.log(), first, first + path->width - 1);
  return out;
}

}  // namespace muniment
