#include "tools/store/clock_step.h"

#include <fmt/format.h>

#include <limits>

namespace muniment {
namespace {

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

}  // namespace

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
