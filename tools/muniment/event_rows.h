// Events as rows: whole in JSON, by the schema's names; in a table and in CSV what fits a line.
#pragma once

#include "events/json/writer.h"
#include "events/record/record.h"
#include "tools/muniment/console.h"
#include "tools/muniment/output.h"
#include "tools/store/store.h"

namespace muniment {

// officer:agency, jdoe1, node
std::string actor_of(schema::Event::Reader event);
// What of the fact fits a line: `granted a, b; revoked c`. Empty where the type says it all.
std::string summary_of(schema::Event::Reader event);

class EventRows {
 public:
  // Borrows all of them. With `opens`, adds the sealed parts, opened, to JSON rows as "personal".
  EventRows(Format format, Store& store, const Console& console, bool opens);
  void add(schema::Event::Reader event);
  void finish(const std::vector<NamedCell>& tail) { rows_.finish(tail); }

 private:
  Format format_;
  Store& store_;
  const bool opens_;
  JsonWriter writer_;
  RowWriter rows_;
  std::string json_;
};

}  // namespace muniment
