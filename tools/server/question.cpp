#include "tools/server/question.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "projections/fact_type.h"
#include "tools/server/history.h"

namespace muniment {
namespace {

constexpr std::size_t rows_default = 100;
constexpr std::size_t rows_max = 1000;

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

}  // namespace

void Question::fail(Problem problem) {
  if (!problem_) problem_ = std::move(problem);
}

void Question::expect(std::string_view name, std::string_view expected) {
  fail({problem::malformed, fmt::format("expected {}", expected), std::string{name}});
}

std::string Question::text(std::string_view name) const {
  const std::string* text = call_.parameter(name);
  return text == nullptr ? "" : *text;
}

std::optional<Timestamp> Question::time(std::string_view name) {
  const std::string* text = call_.parameter(name);
  if (text == nullptr) return std::nullopt;
  const auto at = Timestamp::parse(*text);
  if (!at) expect(name, "a time such as 2020-04-02T10:32:23Z, or a date; from 1970 to 2261");
  return at;
}

std::optional<ProviderId> Question::provider(std::string_view name) {
  const std::string* text = call_.parameter(name);
  if (text == nullptr) return std::nullopt;
  const auto id = ProviderId::parse(*text);
  if (!id) expect(name, "a PID/SL: nine digits and a letter, such as 110012345A");
  return id;
}

std::optional<Username> Question::username(std::string_view name) {
  const std::string* text = call_.parameter(name);
  if (text == nullptr) return std::nullopt;
  auto username = Username::parse(*text);
  if (!username) expect(name, "a username: 1 to 64 letters, digits or signs, without blanks and colons");
  return username;
}

std::optional<std::uint64_t> Question::number(std::string_view name, std::uint64_t least, std::uint64_t most) {
  const std::string* text = call_.parameter(name);
  if (text == nullptr) return std::nullopt;
  if (const auto value = number_in(*text); value && *value >= least && *value <= most) return value;
  expect(name, fmt::format("a whole number from {} to {}", least, most));
  return std::nullopt;
}

bool Question::flag(std::string_view name) {
  const std::string* text = call_.parameter(name);
  if (text == nullptr || *text == "false") return false;
  if (*text != "true") expect(name, "true or false");
  return true;
}

Moment Question::moment() {
  Moment moment{.at = time("at"), .position = number("position", 0, std::numeric_limits<Position>::max())};
  if (moment.position && *moment.position > node_.log().head(0).position) fail({problem::position_not_reached, {}, "position"});
  const auto recorded = time("recorded_at");
  if (recorded && moment.position) expect("recorded_at", "either recorded_at or position");
  if (recorded) moment.position = position_as_of(node_.log(), 0, *recorded);
  return moment;
}

std::size_t Question::limit() { return number("limit", 1, rows_max).value_or(rows_default); }

void Question::require_views() {
  const std::string* text = call_.parameter("wait_for");
  if (problem_ || text == nullptr) return;
  const GenerationText wanted = GenerationText::of(*text);
  const auto position = number_in(wanted.rest);
  if (!position) return expect("wait_for", "a position, or GENERATION-POSITION");
  // A position alone is one of now: whoever has just written has no other.
  if (!wanted.generation.empty()) {
    if (auto problem = why_of_another_history(node_.generations(), wanted.generation, *position, "wait_for"))
      return fail(std::move(*problem));
  }
  if (*position > node_.log().head(0).position) {
    // A standby has only not seen yet what the other node may have answered.
    fail({node_.is_standby() ? problem::not_caught_up : problem::position_not_reached, {}, "wait_for"});
  } else if (!node_.projector().wait_for(*position, std::chrono::milliseconds{0})) {
    fail({problem::not_caught_up, {}, "wait_for"});
  }
}

bool holds_reads_alone(const EventLog& log, Position first, Position last) {
  bool out = true;
  log.read(0, first, last, [&](Position, RecordWords words) {
    RecordReader record(words);
    out = is_about_reads(static_cast<FactNumber>(record.event().getFact().which()));
    return out;
  });
  return out;
}

}  // namespace muniment
