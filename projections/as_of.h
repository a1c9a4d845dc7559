// Which events count at a moment, for one question.
#pragma once

#include <limits>
#include <vector>

#include "projections/event_ref.h"
#include "projections/moment.h"
#include "projections/store/database.h"

namespace muniment::view {

constexpr Timestamp end_of_time{std::numeric_limits<std::int64_t>::max()};

// The position row of a table: what it holds is complete up to there.
struct TablePosition {
  Position position = 0;
  std::string event_id;  // Of the event at that position: tells this log from another one. Empty at position 0.
};

TablePosition position_of(const Snapshot& snapshot, const Table& table);
void put_position(RowBuffer& rows, const TablePosition& position);

class AsOf {
 public:
  // Never beyond what the table holds.
  AsOf(const Snapshot& snapshot, const Table& table, const Moment& moment);

  Timestamp at() const { return at_; }
  Position position() const { return position_; }
  void limit_position(Position position) { position_ = std::min(position_, position); }

  // Whether it was known at the moment's position, whenever it took effect.
  bool knows(const EventRef& event) const { return event.position <= position_ && (event.import == 0 || is_complete(event.import)); }
  // Whether it had also taken effect.
  bool sees(const EventRef& event) const { return event.at <= at_ && knows(event); }
  bool sees_by(const EventRef& event, Timestamp at) const { return event.at <= at && knows(event); }

 private:
  bool is_complete(Position import) const;

  struct Completion {
    Position import;
    Position completed;
  };

  Timestamp at_;
  Position position_;
  std::vector<Completion> completions_;  // In the order of the imports.
};

}  // namespace muniment::view
