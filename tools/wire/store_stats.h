// What a store holds, where its bytes are and how far its views have come, as one record: of `muniment stats` and of a node.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tools/store/store.h"
#include "tools/wire/cell.h"

namespace muniment {

// Counts the events of a log by what they are, and goes on where it stopped. One thread.
class EventCounts {
 public:
  // Gets the position that was counted last; returns whether to go on.
  using Progressed = std::function<bool(Position)>;

  // Up to `to`. False: `progressed` stopped it.
  bool count(const EventLog& log, Position to, const Progressed& progressed);

  Position position() const { return position_; }
  const std::map<std::string_view, std::uint64_t>& by_type() const { return by_type_; }
  // Imports that have not completed: the position of the start, and the rows announced.
  const std::map<Position, std::uint64_t>& pending_imports() const { return pending_imports_; }

 private:
  Position position_ = 0;
  std::map<std::string_view, std::uint64_t> by_type_;
  std::map<Position, std::uint64_t> pending_imports_;
};

// The store may be in use. `head` is what was counted up to.
std::vector<std::pair<std::string, Cell>> store_stats(Store& store, const LogHead& head, const EventCounts& counts);

}  // namespace muniment
