// How far a delivery has come, and what a receiver would not have: two files in a folder of their own.
//
//   cursor             "muniment delivery 1", then the log's generation and the position up to which all is delivered or a dead letter
//   dead_letters       a line of JSON for each event that was refused; appended to, never changed
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "events/log/event_log.h"
#include "tools/store/generations.h"

namespace muniment {

// One thread.
class DeliveryState {
 public:
  explicit DeliveryState(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Where to go on, in the history that the log has now; nothing: it was never begun. Throws std::runtime_error for a cursor that is none.
  std::optional<Position> read(const Generations& generations) const;
  // Durable when it returns. Throws std::system_error.
  void write(const Generations& generations, Position position);
  // The same.
  void add_dead_letter(schema::Event::Reader event, std::string_view why, Timestamp now);
  // Lines that there are.
  std::uint64_t dead_letters() const;

 private:
  const std::filesystem::path folder_;
};

}  // namespace muniment
