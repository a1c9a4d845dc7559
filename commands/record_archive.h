// What the node says when older events leave the log's database for files that the log goes on reading. No command that can be submitted.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"
#include "events/proof/hash.h"

namespace muniment {

struct RecordArchive {
  Position from = 0;  // What leaves.
  Position to = 0;
  Position checkpoint_size = 0;  // Of the checkpoint that the archive is proven by.
  Hash checkpoint_root{};
};

// Refuses nothing.
Decision decide(const RecordArchive& archive, const Request& request, Sight& sight);

}  // namespace muniment
