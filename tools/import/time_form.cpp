#include "tools/import/time_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "events/values/timestamp.h"

namespace muniment {
namespace {

constexpr std::array<std::string_view, 6> parts{"YYYY", "MM", "DD", "hh", "mm", "ss"};

bool are_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t count_of(std::string_view part, std::string_view pattern) {
  std::size_t count = 0;
  for (std::size_t at = pattern.find(part); at != std::string_view::npos; at = pattern.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace

std::expected<TimeForm, std::string> TimeForm::parse(std::string_view pattern, std::string_view offset) {
  for (const std::string_view part : parts) {
    if (count_of(part, pattern) > 1) return std::unexpected(fmt::format("expected {} once", part));
  }
  if (count_of("MM", pattern) == 0 || count_of("DD", pattern) == 0)
    return std::unexpected("expected a pattern with MM and DD, such as MM/DD/YYYY hh:mm");
  if (!offset.empty() && !Timestamp::parse(fmt::format("2020-01-01T00:00:00{}", offset)))
    return std::unexpected("offset: expected Z or an offset from UTC such as -05:00");
  TimeForm out;
  out.pattern_ = pattern;
  out.offset_ = offset;
  return out;
}

std::optional<TimeForm::Parts> TimeForm::parts_of(std::string_view text) const {
  Parts out;
  const std::array<std::string_view*, parts.size()> places{&out.year, &out.month, &out.day, &out.hour, &out.minute, &out.second};
  if (text.size() != pattern_.size()) return std::nullopt;
  for (std::size_t at = 0; at < pattern_.size();) {
    const std::string_view rest = std::string_view{pattern_}.substr(at);
    const auto part = std::ranges::find_if(parts, [&](std::string_view name) { return rest.starts_with(name); });
    if (part == parts.end()) {
      if (text[at] != pattern_[at]) return std::nullopt;
      ++at;
      continue;
    }
    const std::string_view digits = text.substr(at, part->size());
    if (!are_digits(digits)) return std::nullopt;
    *places[static_cast<std::size_t>(part - parts.begin())] = digits;
    at += part->size();
  }
  return out;
}

std::optional<std::string> TimeForm::time_of(std::string_view text) const {
  const auto found = parts_of(text);
  if (!found || found->year.empty() || offset_.empty()) return std::nullopt;
  const auto or_zero = [](std::string_view part) { return part.empty() ? std::string_view{"00"} : part; };
  return fmt::format("{}-{}-{}T{}:{}:{}{}", found->year, found->month, found->day, or_zero(found->hour), or_zero(found->minute),
                     or_zero(found->second), offset_);
}

std::optional<std::string> TimeForm::birth_day_of(std::string_view text) const {
  const auto found = parts_of(text);
  if (!found) return std::nullopt;
  return fmt::format("{}/{}", found->month, found->day);
}

}  // namespace muniment
