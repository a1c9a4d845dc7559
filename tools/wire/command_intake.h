// Commands out of a stream of bytes, one after another, however the bytes are cut.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "commands/command.h"
#include "events/json/reader.h"

namespace muniment {

// What stood in the stream: a command, or something that is none.
struct TakenCommand {
  std::uint64_t number = 0;  // In the stream, from 1.
  std::string command_id = {};
  std::expected<Command, JsonError> command;
};

// One thread.
class CommandIntake {
 public:
  CommandIntake() = default;
  CommandIntake(const CommandIntake&) = delete;
  CommandIntake& operator=(const CommandIntake&) = delete;
  virtual ~CommandIntake() = default;

  virtual void feed(std::string_view bytes) = 0;
  // The stream has ended, in order or cut off.
  virtual void end(bool is_in_order) = 0;
  // Whether the next one is there whole, or something that cannot become one.
  virtual bool has_next() = 0;
  // Precondition: has_next().
  virtual TakenCommand next() = 0;
  // What follows cannot be understood.
  virtual bool is_broken() const { return false; }
};

}  // namespace muniment
