#include "tools/store/rotation_files.h"

#include <fmt/format.h>

#include "events/log/log_key_rotation.h"
#include "events/proof/proof_text.h"

namespace muniment {

std::map<std::string, std::string> rotation_files(const ProvenLog& log, const LogTree& tree) {
  std::map<std::string, std::string> out;
  for (const LogKeyRotation& rotation : log_key_rotations(log)) {
    const Position at = rotation.position;
    if (at > tree.signed_tree().checkpoint.size) continue;
    const InclusionText proof{.index = at - 1, .proof = tree.inclusion(at - 1, at), .checkpoint = log.checkpoint_at_most(at).value_or("")};
    out.emplace(fmt::format("event-{}.tlog-proof", at), proof.text());
    log.read(0, at, at, [&](Position, RecordWords record) {
      out.emplace(fmt::format("event-{}.record", at), text_of(bytes_of(record)));
      return false;
    });
  }
  return out;
}

}  // namespace muniment
