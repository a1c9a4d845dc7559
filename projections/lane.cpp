#include "projections/lane.h"

#include <kj/exception.h>

#include <algorithm>

#include "events/values/assert.h"
#include "projections/event_fields.h"
#include "projections/quarantine.h"

namespace muniment::view {
namespace {

// Reads everything outside the fact once, so that a projection that has begun to change its state meets no broken bytes there.
void check_readable(schema::Event::Reader event, Position position) {
  check_envelope(event);
  if (event.getPosition() != position) throw BrokenEvent("position: is not where the record stands in the log");
  event.getActor().getName();
  event.getUsername();
  event.getSealed();
  const auto context = event.getContext();
  for (const auto& text : {context.getRequestedBy(), context.getApprovedBy(), context.getReason(), context.getReference(),
                           context.getSubmittedBy().getName(), context.getAddress(), context.getTokenId()})
    text.size();
}

void put_completion(schema::Event::Reader event, RowBuffer& rows) {
  const auto fact = event.getFact();
  if (!fact.isImportCompleted()) return;
  std::string key;
  put_tag(key, TableTag::import);
  put_ordered(key, fact.getImportCompleted().getImportPosition());
  std::string value;
  put_ordered(value, event.getPosition());
  rows.put(key, value);
}

}  // namespace

Lane::Lane(Database& database, TablePtr table, std::unique_ptr<Projection> projection)
    : table_(std::move(table)), projection_(std::move(projection)), at_(position_of(database.snapshot(), *table_)) {}

bool Lane::has_taken(const AbandonedImports& abandoned) const {
  if (projection_->takes_abandoned_imports()) return false;
  return std::ranges::any_of(
      abandoned.all(), [this](const AbandonedImports::One& one) { return one.started <= at_.position && at_.position < one.abandoned; });
}

void Lane::feed(Position position, RecordWords record) {
  if (position <= at_.position) return;
  MUNIMENT_ASSERT(position == at_.position + 1);
  at_.event_id.clear();
  handle(position, record);
  at_.position = position;
  ++events_;
}

void Lane::handle(Position position, RecordWords record) {
  const auto mark = rows_.mark();
  std::optional<RecordReader> reader;
  std::optional<schema::Event::Reader> event;
  std::string reason;
  try {
    reader.emplace(record);
    check_readable(reader->event(), position);
    event = reader->event();
    at_.event_id = text_of(event_id_of(*event).bytes());
    if (!projection_->takes_abandoned_imports() && abandoned_.have_brought(*event)) return;
    put_completion(*event, rows_);
    projection_->apply(*event, rows_);
    return;
  } catch (const Failed&) {  // The views' own failure says nothing about the event.
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const kj::Exception& broken) {
    reason = broken.getDescription().cStr();
  } catch (const std::exception& broken) {
    reason = broken.what();
  }
  rows_.roll_back(mark);
  put_quarantined(rows_, position, event, reason);
}

RowBuffer& Lane::finish() {
  projection_->finish(rows_);
  put_position(rows_, at_);
  return rows_;
}

void Lane::written() {
  rows_.clear();
  events_ = 0;
  projection_->written();
}

}  // namespace muniment::view
