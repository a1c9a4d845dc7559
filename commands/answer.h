// What the caller of a command is told. Given only once everything that the decision could see is durable.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/refusal.h"
#include "events/record/position.h"

namespace muniment {

struct Answer {
  enum class Status {
    accepted,
    unchanged,  // It is so already; nothing was recorded.
    refused,
    failed,  // The store could not record it: outcome unknown, and nothing more is accepted; but see is_unread.
  };

  Status status = Status::failed;
  bool is_repeat = false;       // The first outcome of this command id, from the log.
  Position first_position = 0;  // Of the events recorded; 0: none was.
  Position last_position = 0;
  Position true_of = 0;  // The last position that the decision saw.
  std::optional<Refusal> refusal = {};
  std::vector<std::string> fields = {};  // At fault.
  std::optional<Version> expected_version = {};
  std::optional<Version> actual_version = {};
  std::string username = {};    // Of the account that was created.
  std::string credential = {};  // Once.
  std::string receipt = {};     // Of an erasure: what stays. Of a leaver: how long removal took.
  std::string failure = {};
  // Of failed: the log's bytes that the decision rests on are not what was written. Nothing was recorded, and other commands go on.
  bool is_unread = false;
  std::string damage = {};  // Then: where and what, for the operator.
};

}  // namespace muniment
