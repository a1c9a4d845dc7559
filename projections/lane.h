// One projection on its way through the log: feeds it events, keeps what it puts until a batch is complete, and sends what it cannot handle
// to quarantine. One thread at a time.
#pragma once

#include <memory>

#include "events/record/abandoned_imports.h"
#include "projections/as_of.h"
#include "projections/projection.h"
#include "projections/store/database.h"

namespace muniment::view {

class Lane {
 public:
  // Goes on where the table stands.
  Lane(Database& database, TablePtr table, std::unique_ptr<Projection> projection);

  const TablePtr& table() const { return table_; }
  // Of the last event fed, written or not.
  Position position() const { return at_.position; }
  // Of that event; empty at position 0.
  const std::string& event_id() const { return at_.event_id; }

  // Whether the table has something of an import that was abandoned behind its position: it has to be made anew, since what follows is not
  // to depend on that.
  bool has_taken(const AbandonedImports& abandoned) const;
  // What is passed over from now on. Precondition: all that are abandoned at what is fed, and it has taken none of them.
  void pass_over(const AbandonedImports& abandoned) { abandoned_ = abandoned; }
  // The next event. Those at or before the position are passed over; there must be no gap.
  void feed(Position position, RecordWords record);
  std::size_t events() const { return events_; }  // Of the batch.
  std::size_t size_bytes() const { return rows_.size_bytes() + projection_->kept_bytes(); }

  // The batch with its position, to be written. written() afterwards.
  RowBuffer& finish();
  void written();

 private:
  void handle(Position position, RecordWords record);

  TablePtr table_;
  std::unique_ptr<Projection> projection_;
  AbandonedImports abandoned_;
  TablePosition at_;
  RowBuffer rows_;
  std::size_t events_ = 0;
};

}  // namespace muniment::view
