// Note that somebody read: a question, an export or a live session, or several that were alike. Said by the node of whom it let in, who is
// the actor; it cannot be sent.
//
// Refusals: none.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"
#include "events/proof/hash.h"

namespace muniment {

// How an export ended.
struct ExportEnd {
  std::string format;
  std::uint64_t rows = 0;
  Hash digest{};        // SHA-256 of the bytes that went out, before any content coding.
  bool is_cut = false;  // Before its end.
  Position checkpoint_size = 0;
  Hash checkpoint_root{};
};

struct RecordRead {
  std::string question;                      // As the node's routes name it, or the command line.
  std::vector<std::string> narrowed_by;      // Names of what was said to narrow it.
  std::optional<ProviderId> asked_provider;  // Of these two only what there is is recorded.
  std::optional<Username> asked_username;
  Position head = 0;  // The log's last position when it was answered last.
  Timestamp first_at;
  Timestamp last_at;
  std::uint32_t times = 1;
  std::string token = {};                          // Its id; empty: there was none.
  std::shared_ptr<const ExportEnd> exported = {};  // Null: it was no export, or it has not ended.
};

Decision decide(const RecordRead& read, const Request& request, Sight& sight);

}  // namespace muniment
