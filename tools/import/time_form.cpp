#include "tools/import/time_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "events/values/timestamp.h"
#include "projections/findings/local_clock.h"

namespace muniment {
namespace {

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

std::string two_digits(std::string_view digits) { return digits.size() == 1 ? "0" + std::string{digits} : std::string{digits}; }

// Of 24, from one of 12 and its half. Nothing: there is no such hour.
std::optional<std::string> hour_of_day(const std::string& hour, const std::string& half) {
  if (half.empty()) return hour.empty() ? std::string{"00"} : hour;
  const int of_twelve = std::stoi(hour);
  if (of_twelve < 1 || of_twelve > 12) return std::nullopt;
  return fmt::format("{:02}", of_twelve % 12 + (half == "pm" ? 12 : 0));
}

}  // namespace

// The longer ones first.
const TimeForm::Token* TimeForm::token_at(std::string_view pattern) {
  static constexpr std::array<Token, 11> tokens{Token{"YYYY", Part::year}, {"MMM", Part::month}, {"MM", Part::month}, {"M", Part::month},
                                                {"DD", Part::day},         {"D", Part::day},     {"hh", Part::hour},  {"h", Part::hour},
                                                {"mm", Part::minute},      {"ss", Part::second}, {"a", Part::half}};
  const auto found = std::ranges::find_if(tokens, [&](const Token& token) { return pattern.starts_with(token.name); });
  return found == tokens.end() ? nullptr : &*found;
}

std::string& TimeForm::Parts::of(Part part) {
  const std::array<std::string*, 7> all{&year, &month, &day, &hour, &minute, &second, &half};
  return *all.at(static_cast<std::size_t>(part));
}

std::expected<TimeForm, std::string> TimeForm::parse(std::string_view pattern, const FileClock& clock) {
  TimeForm out;
  out.pattern_ = pattern;
  out.clock_ = clock;
  std::array<bool, 7> has{};
  const auto has_part = [&](Part part) -> bool& { return has.at(static_cast<std::size_t>(part)); };
  for (std::string_view rest = pattern; !rest.empty();) {
    const Token* const token = token_at(rest);
    if (token == nullptr) {
      out.pieces_.emplace_back(rest.front());
      rest.remove_prefix(1);
      continue;
    }
    if (std::exchange(has_part(token->part), true)) return std::unexpected(fmt::format("expected {} once", token->name));
    out.pieces_.emplace_back(*token);
    rest.remove_prefix(token->name.size());
  }
  if (!has_part(Part::month) || !has_part(Part::day))
    return std::unexpected("expected a pattern with a month (MM) and a day (DD), such as MM/DD/YYYY hh:mm");
  if (has_part(Part::half) && !has_part(Part::hour)) return std::unexpected("expected an hour (h) with AM or PM (a)");
  if (!clock.offset.empty() && !clock.zone.empty()) return std::unexpected("expected offset or zone, and not both");
  if (!clock.offset.empty() && !Timestamp::parse(fmt::format("2020-01-01T00:00:00{}", clock.offset)))
    return std::unexpected("offset: expected Z or an offset from UTC such as -05:00");
  if (clock.zone.empty()) return out;
  out.zones_ = std::make_shared<view::LocalClock>();
  if (!out.zones_->knows(clock.zone)) return std::unexpected("zone: expected the name of a time zone, such as America/New_York");
  return out;
}

bool TimeForm::read(const Token& token, std::string_view& text, std::string& part) {
  if (token.name == "MMM") {
    const auto found = std::ranges::find(month_names, lower(text.substr(0, 3)));
    if (found == month_names.end()) return false;
    part = fmt::format("{:02}", found - month_names.begin() + 1);
    text.remove_prefix(3);
    return true;
  }
  if (token.part == Part::half) {
    part = lower(text.substr(0, 2));
    if (part != "am" && part != "pm") return false;
    text.remove_prefix(2);
    return true;
  }
  const bool is_free = token.name.size() == 1;
  const std::size_t most = is_free ? 2 : token.name.size();
  std::size_t count = 0;
  while (count < most && count < text.size() && is_digit(text[count])) ++count;
  if (count == 0 || (!is_free && count < most)) return false;
  part = two_digits(text.substr(0, count));
  text.remove_prefix(count);
  return true;
}

std::optional<TimeForm::Parts> TimeForm::parts_of(std::string_view text) const {
  Parts out;
  for (const Piece& piece : pieces_) {
    if (const char* const character = std::get_if<char>(&piece)) {
      if (text.empty() || text.front() != *character) return std::nullopt;
      text.remove_prefix(1);
    } else {
      const Token& token = std::get<Token>(piece);
      if (!read(token, text, out.of(token.part))) return std::nullopt;
    }
  }
  if (!text.empty()) return std::nullopt;
  return out;
}

std::optional<std::string> TimeForm::in_utc(const std::string& local) const {
  constexpr std::int64_t ns_per_minute = 60'000'000'000;
  constexpr std::int64_t minutes_per_day = std::int64_t{24} * 60;
  const auto as_utc = Timestamp::parse(local + 'Z');
  if (!as_utc) return local + 'Z';  // No such day: whoever takes it says so.
  const auto offset_at = [&](std::int64_t ns) {
    const view::LocalTime there = zones_->at(Timestamp{ns}, clock_.zone);
    return (there.day * minutes_per_day + there.minute) * ns_per_minute - ns / ns_per_minute * ns_per_minute;
  };
  // What stood before a change and after it; the larger offset is the earlier moment.
  constexpr std::int64_t day = minutes_per_day * ns_per_minute;
  const auto [later, earlier] = std::minmax({offset_at(std::max<std::int64_t>(as_utc->ns - day, 0)), offset_at(as_utc->ns + day)});
  for (const std::int64_t offset : {earlier, later}) {
    const std::int64_t ns = as_utc->ns - offset;
    if (ns >= 0 && offset_at(ns) == offset) return Timestamp{ns}.text();
  }
  return std::nullopt;
}

std::optional<std::string_view> TimeForm::lacks_for_times() const {
  const bool has_year = std::ranges::any_of(pieces_, [](const Piece& piece) {
    const auto* const token = std::get_if<Token>(&piece);
    return token != nullptr && token->part == Part::year;
  });
  if (!has_year) return "expected a pattern with a year (YYYY)";
  if (clock_.offset.empty() && clock_.zone.empty())
    return R"(expected the file's clock beside it: zone = "America/New_York", or offset = "-05:00")";
  return std::nullopt;
}

std::optional<std::string> TimeForm::time_of(std::string_view text) const {
  const auto found = parts_of(text);
  if (!found || found->year.empty() || (clock_.offset.empty() && clock_.zone.empty())) return std::nullopt;
  const auto hour = hour_of_day(found->hour, found->half);
  if (!hour) return std::nullopt;
  const auto or_zero = [](const std::string& part) { return part.empty() ? std::string{"00"} : part; };
  const std::string local =
      fmt::format("{}-{}-{}T{}:{}:{}", found->year, found->month, found->day, *hour, or_zero(found->minute), or_zero(found->second));
  return clock_.zone.empty() ? local + clock_.offset : in_utc(local);
}

std::optional<std::string> TimeForm::birth_day_of(std::string_view text) const {
  const auto found = parts_of(text);
  if (!found) return std::nullopt;
  return fmt::format("{}/{}", found->month, found->day);
}

}  // namespace muniment
