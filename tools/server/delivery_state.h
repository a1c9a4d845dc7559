// How far a delivery has come: a file in a folder of its own.
//
//   cursor             "muniment delivery 1", then the log's generation and the position up to which all is delivered or a dead letter
#pragma once

#include <filesystem>
#include <optional>

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

 private:
  const std::filesystem::path folder_;
};

}  // namespace muniment
