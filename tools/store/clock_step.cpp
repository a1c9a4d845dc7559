#include "tools/store/clock_step.h"

#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>

#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr unsigned owner_alone = 0600;
constexpr std::string_view step_first_line = "muniment clock step 1";
constexpr std::int64_t step_max_ns = std::chrono::nanoseconds(clock_step_max).count();

// Whether the clock was accepted since time stands still there: recorded_at never goes back, so until the clock has come up to it every
// event has the same.
bool is_accepted(const EventLog& log, Timestamp stands_at, Timestamp now) {
  bool out = false;
  const StreamName agency = StreamName::single(schema::StreamKind::AGENCY);
  log.read_stream(0, agency, 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto event = record.event();
    if (!event.getFact().isClockAccepted() || recorded_at(event) != stands_at) return true;
    // A clock that has gone back further since is another step.
    out = event.getFact().getClockAccepted().getClock() <= now.ns + step_max_ns;
    return true;
  });
  return out;
}

std::filesystem::path step_path(const std::filesystem::path& store) { return store / "clock_step"; }

// Which run of the machine this is; empty where it cannot be told.
std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string out;
  in >> out;
  return out;
}

// Since the machine's start, through a suspension too.
std::int64_t counted_ns() {
  constexpr std::int64_t ns_a_second = 1'000'000'000;
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::int64_t{now.tv_sec} * ns_a_second + now.tv_nsec;
}

}  // namespace

ClockStepped::ClockStepped()
    : std::runtime_error("clock_stepped: the clock was set while a node ran on the store; look at it, then `muniment clock accept`") {}

void keep_step(const std::filesystem::path& store, const ClockStep& step) {
  replace_file(step_path(store), fmt::format("{}\n{} {} {}\n", step_first_line, step.expected.ns, counted_ns(), boot_id()), owner_alone);
}

void forget_step(const std::filesystem::path& store) { std::filesystem::remove(step_path(store)); }

std::optional<ClockStep> unaccepted_step(const std::filesystem::path& store, const EventLog& log, Timestamp now) {
  const auto text = read_file_if_any(step_path(store));
  if (!text) return step_since_last_event(log, now);
  ClockStep step{.clock = now, .expected = now};  // What cannot be read still says that there was a step.
  std::istringstream in(*text);
  std::string title;
  std::string boot;
  std::int64_t counted = 0;
  std::getline(in, title);
  if (title != step_first_line || !(in >> step.expected.ns >> counted >> boot)) return ClockStep{.clock = now, .expected = now};
  if (boot == boot_id()) step.expected.ns += counted_ns() - counted;
  return step;
}

std::optional<ClockStep> step_since_last_event(const EventLog& log, Timestamp now) {
  const Position head = log.head(0).position;
  if (head == 0) return std::nullopt;
  Timestamp last;
  log.read(0, head, head, [&](Position, RecordWords words) {
    RecordReader record(words);
    last = recorded_at(record.event());
    return false;
  });
  if (last.ns - now.ns <= step_max_ns || is_accepted(log, last, now)) return std::nullopt;
  return ClockStep{.clock = now, .expected = last};
}

Submission accept_clock(const ClockStep& step, Principal actor, std::string requested_by, schema::Source source) {
  constexpr std::string_view type = "accept_clock";
  Submission out{.command = {.body = AcceptClock{step.clock, step.expected}, .type = type}, .source = source};
  std::array<Byte, EventId::size> id{};
  fill_random(id);
  out.command.request.command_id = fmt::format("clock:{}", to_hex(id));
  out.command.request.actor = std::move(actor);
  out.command.request.requested_by = std::move(requested_by);
  const std::string content = fmt::format("{} {} {}", type, step.clock.text(), step.expected.text());
  out.command.content.assign(content.begin(), content.end());
  return out;
}

}  // namespace muniment
