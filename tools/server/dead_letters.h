// Events that a receiver would not have, in the folder of its delivery, so that somebody may look at them and have them sent again.
//
//   dead_letters   a line of JSON for each; appended to
//   send_again     whoever makes it asks for all of them to be sent again: the node takes it away, and ...
//   sending_again  ... renames the list so, until all of it was tried
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/record/record.h"
#include "events/values/timestamp.h"

namespace muniment {

// One thread.
class DeadLetters {
 public:
  struct Letter {
    Position position;
    std::string event_id;  // Hexadecimal.
  };

  explicit DeadLetters(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Durable when it returns. Throws std::system_error.
  void add(schema::Event::Reader event, std::string_view why, Timestamp now);
  // Lines that there are, those that are being sent again among them.
  std::uint64_t count() const;
  // What to send again: what somebody asked for now, or what a node that ended was at. In the order of positions, each once. Lines that are
  // none are left out. Nothing: nobody asks. Throws std::system_error.
  std::optional<std::vector<Letter>> take_again();
  // All of them were tried: what was refused again is on the list again.
  void end_again();

 private:
  const std::filesystem::path folder_;
};

}  // namespace muniment
