// Events as rows: whole in JSON, by the schema's names; in a table and in CSV what fits a line.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "commands/profile.h"
#include "events/json/reader.h"
#include "events/json/writer.h"
#include "events/record/record.h"
#include "tools/muniment/console.h"
#include "tools/muniment/output.h"

namespace muniment {

class EventRows {
 public:
  // Of an event that has a sealed part: what it says, or why nobody can tell any more.
  using Open = std::function<std::expected<Personal, std::string>(schema::Event::Reader)>;

  // Borrows the console. With `open`, adds the sealed parts, opened, to JSON rows as "personal"; where it cannot be opened, why.
  EventRows(Format format, const Console& console, Open open = {});

  void add(schema::Event::Reader event);
  // An event as JSON, from a node. Throws CliError where a table or CSV cannot be made of it.
  void add_json(std::string_view event);
  // Ends the rows.
  void finish(const std::vector<NamedCell>& tail) { rows_.finish(tail); }
  // Writes what is there, for who follows.
  void flush() { rows_.flush(); }

 private:
  bool is_json() const { return format_ == Format::json || format_ == Format::ndjson; }

  Format format_;
  Open open_;
  JsonWriter writer_;
  JsonReader reader_;
  RowWriter rows_;
  std::string json_;
};

}  // namespace muniment
