// muniment events: the decoded log, and what comes.
#include <fmt/format.h>

#include <charconv>
#include <thread>

#include "tools/client/event_stream.h"
#include "tools/muniment/event_rows.h"
#include "tools/muniment/given_key.h"
#include "tools/muniment/log_archive.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/remote_node.h"
#include "tools/store/generations.h"

namespace muniment {
namespace {

constexpr Position remote_lines_max = 10'000;
constexpr std::chrono::milliseconds silence_max{45'000};  // A node says something every 15 s.
constexpr unsigned follow_tries_max = 10;

void tell_head(Format format, Position head, const Console& console) {
  if (format != Format::json) console.note(fmt::format("true of position {}", head));
}

// An empty answer must not be taken for events that are not there.
void require_reached(const EventsFlags& flags, Position head) {
  if (flags.from > head || flags.to.value_or(0) > head)
    throw CliError(ExitCode::not_found, fmt::format("{}: the log ends at position {}", flags.from > head ? "--from" : "--to", head));
}

ExitCode print_events(const EventsFlags& flags, Store& store, const Console& console) {
  const Position head = store.log().head(0).position;
  require_reached(flags, head);
  const Position last = flags.to.value_or(head);
  EventRows::Open open;
  if (flags.is_opened) {
    open = [&store](schema::Event::Reader event) -> std::expected<Personal, std::string> {
      auto personal = store.open_personal(event);
      if (personal) return std::move(*personal);
      return std::unexpected(store.is_erased(account_id_of(event)) ? "erased" : "unavailable");
    };
  }
  EventRows rows(flags.format, console, std::move(open));
  Progress progress(console, "events", last - flags.from + 1);
  store.log().read(0, flags.from, last, [&](Position position, RecordWords words) {
    RecordReader record(words);
    rows.add(record.event());
    progress.at(position - flags.from + 1);
    return true;
  });
  rows.finish({{"true_of", head}});
  tell_head(flags.format, head, console);
  return ExitCode::ok;
}

Position position_in(std::string_view text) {
  Position out = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || stop != text.data() + text.size())
    throw AnswerUnreadable("the node's answer has no position where one is due");
  return out;
}

// Calls `take` for each whole line that is there, and leaves the rest.
void take_lines(std::string& pending, const std::function<void(std::string_view)>& take) {
  std::size_t at = 0;
  for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n', at)) {
    take(std::string_view{pending}.substr(at, end - at));
    at = end + 1;
  }
  pending.erase(0, at);
}

// The head when the first page was answered bounds all of them.
ExitCode print_remote_events(const EventsFlags& flags, const Console& console) {
  RemoteNode node(flags.server);
  EventRows rows(flags.format, console);
  std::optional<Position> head;
  Position from = flags.from;
  Position last = flags.to.value_or(~Position{0});
  while (!head || from <= last) {
    const Position lines = std::min(remote_lines_max, last - from + 1);
    std::string pending;
    const auto take = [&](std::string_view bytes) {
      pending += bytes;
      take_lines(pending, [&](std::string_view line) { rows.add_json(line); });
      return true;
    };
    const HttpAnswer answer =
        node.stream(target_of("/v1/events", {{"from", std::to_string(from)}, {"limit", std::to_string(lines)}}), {}, take);
    if (!head) require_reached(flags, *(head = position_in(answer.header("Muniment-True-Of"))));
    last = std::min(last, *head);
    from += lines;
  }
  rows.finish({{"true_of", *head}});
  tell_head(flags.format, *head, console);
  return ExitCode::ok;
}

// Server-Sent Events from where the last ones ended, whenever the connection is cut.
class Follower {
 public:
  Follower(const EventsFlags& flags, const Console& console)
      : node_(flags.server, silence_max), console_(console), rows_(flags.format, console), last_(flags.from - 1), to_(flags.to) {}

  void run() {
    unsigned retries = 0;
    while (!is_at_end()) {
      const Position before = last_;
      std::chrono::seconds retry_after{0};
      try {
        listen();
      } catch (const CliError& error) {
        if (!is_worth_another_try(error)) throw;
        retry_after = error.retry_after;
        // A node that was never there is not waited for.
        if (last_ > before) retries = 0;
        if (!has_listened_ || retries >= follow_tries_max) throw;
        console_.warn(fmt::format("{}; trying again behind position {}", error.what(), last_));
      }
      if (is_at_end()) break;
      if (last_ > before) retries = 0;
      std::this_thread::sleep_for(pause_before(retries++, retry_after));
    }
    rows_.finish({});
  }

 private:
  bool is_at_end() const { return to_ && last_ >= *to_; }

  void listen() {
    EventStreamReader reader;
    HttpHeaders headers{{"Accept", "text/event-stream"}};
    if (!last_id_.empty()) headers.emplace_back("Last-Event-ID", last_id_);
    node_.stream(target_of("/v1/events", {{"from", std::to_string(last_ + 1)}}), headers, [&](std::string_view bytes) {
      has_listened_ = true;
      reader.feed(bytes, [&](const StreamedEvent& event) { return take(event); });
      if (!reader.seen().empty()) note_seen(reader.seen());
      rows_.flush();
      return !is_at_end();
    });
  }

  bool take(const StreamedEvent& event) {
    note_seen(event.id);
    if (!to_ || last_ <= *to_) rows_.add_json(event.data);
    return !is_at_end();
  }

  // Also how far the node has looked without showing anything: the last event may be one that this caller may not see.
  void note_seen(const std::string& id) {
    last_ = position_in(GenerationText::of(id).rest);
    last_id_ = id;
  }

  RemoteNode node_;
  const Console& console_;
  EventRows rows_;
  Position last_;
  std::string last_id_;  // As the node said it: which history it is of, too.
  const std::optional<Position> to_;
  bool has_listened_ = false;
};

ExitCode print_archived_events(const EventsFlags& flags, const Console& console) {
  const LogArchive archive(flags.archive, given_key("--log-key", flags.log_key));
  require_reached(flags, archive.size());
  EventRows rows(flags.format, console);
  archive.read(flags.from, flags.to.value_or(archive.size()), [&](Position, RecordWords words) {
    RecordReader record(words);
    rows.add(record.event());
    return true;
  });
  rows.finish({{"true_of", archive.size()}});
  tell_head(flags.format, archive.size(), console);
  return ExitCode::ok;
}

void check(const EventsFlags& flags) {
  if (flags.to && *flags.to < flags.from) throw CliError(ExitCode::usage, "--to: expected a position that is not before --from");
  if (!flags.archive.empty() && (flags.is_opened || flags.follows || flags.without_vault))
    throw CliError(ExitCode::usage, "--archive: neither --open, --follow nor --without-vault: it is files alone");
  const bool is_json = flags.format == Format::json || flags.format == Format::ndjson;
  if (flags.is_opened && !is_json)
    throw CliError(ExitCode::usage, "--open needs -o json or -o ndjson: a line of a table has no room for it");
  if (flags.is_opened && flags.server.is_given())
    throw CliError(ExitCode::usage, "--open needs --store: a node gives sealed parts as they are, and the vault opens them");
  if (flags.follows && !flags.server.is_given())
    throw CliError(ExitCode::usage, "--follow needs --server: while this program holds the store, nobody else writes to it");
  if (flags.follows && (flags.format == Format::table || flags.format == Format::json))
    throw CliError(ExitCode::usage, "--follow needs -o ndjson or -o csv: the other forms are written when the answer has ended");
}

}  // namespace

ExitCode run_events(const EventsFlags& flags, Console& console) {
  check(flags);
  if (!flags.archive.empty()) return print_archived_events(flags, console);
  if (flags.follows) {
    Follower(flags, console).run();
    return ExitCode::ok;
  }
  if (flags.server.is_given()) return print_remote_events(flags, console);
  return ask_store(flags.store, "events", console, [&](Store& store) { return print_events(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
