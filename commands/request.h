// What surrounds a command: who asks, for whom and why. Checked for form.
#pragma once

#include <optional>
#include <string>

#include "commands/field.h"
#include "events/record/position.h"
#include "events/record/principal.h"
#include "events/schema/event.capnp.h"

namespace muniment {

struct Request {
  std::string command_id;
  Principal actor;
  std::optional<Principal> submitted_by = {};  // Who sent it, where that is not the actor.
  std::optional<Version> expected_version;
  std::string requested_by;  // Names of people or systems elsewhere, as identifiers. Empty: not said.
  std::string approved_by;
  std::string reason;  // A code.
  std::string reference;
  std::string note;  // Free text; personal.

  // Whose command id it is.
  const Principal& sender() const { return submitted_by ? *submitted_by : actor; }
};

}  // namespace muniment
