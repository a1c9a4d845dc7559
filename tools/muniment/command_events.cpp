// muniment events: the decoded log.
#include <fmt/format.h>

#include "tools/muniment/event_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"

namespace muniment {
namespace {

ExitCode print_events(const EventsFlags& flags, Store& store, const Console& console) {
  const Position head = store.log().head(0).position;
  const Position last = std::min(flags.to.value_or(head), head);
  EventRows rows(flags.format, store, console, flags.is_opened);
  if (flags.from <= last) {
    Progress progress(console, "events", last - flags.from + 1);
    store.log().read(0, flags.from, last, [&](Position position, RecordWords words) {
      RecordReader record(words);
      rows.add(record.event());
      progress.at(position - flags.from + 1);
      return true;
    });
  }
  rows.finish({{"true_of", head}});
  if (flags.format == Format::table) console.note(fmt::format("true of position {}", head));
  return ExitCode::ok;
}

}  // namespace

ExitCode run_events(const EventsFlags& flags, Console& console) {
  const bool is_json = flags.format == Format::json || flags.format == Format::ndjson;
  if (flags.is_opened && !is_json)
    throw CliError(ExitCode::usage, "--open needs -o json or -o ndjson: a line of a table has no room for it");
  return with_store(flags.store, "events", [&](Store& store) { return print_events(flags, store, console); });
}

}  // namespace muniment
