// What the node says of a review that was closed: how many people it was about, what became of them, and the digest of its report, all true
// of the position of the closing. No command that can be submitted.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"
#include "events/proof/hash.h"

namespace muniment {

struct RecordSeal {
  std::string review;
  Position closed_position = 0;
  std::uint64_t people = 0;
  std::uint64_t kept = 0;
  std::uint64_t revoked = 0;
  std::uint64_t asked = 0;
  std::uint64_t undecided = 0;
  std::uint64_t not_carried_out = 0;
  Hash digest{};  // docs/formats.md, "Reports of reviews".
};

// Refuses nothing. Nothing to record: the review was not closed there, or is sealed.
Decision decide(const RecordSeal& seal, const Request& request, Sight& sight);

}  // namespace muniment
