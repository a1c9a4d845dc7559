#include "tools/server/accept.h"

#include <algorithm>
#include <optional>

#include "events/values/header_text.h"

namespace muniment {
namespace {

constexpr int full_weight = 1000;

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// "0.5" is 500. What is no weight is none.
int weight_in(std::string_view text) {
  if (text.empty() || (text.front() != '0' && text.front() != '1') || text.size() > 5) return 0;
  int out = (text.front() - '0') * full_weight;
  if (text.size() > 1 && text[1] != '.') return 0;
  int unit = full_weight / 10;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return 0;
    out += (c - '0') * unit;
    unit /= 10;
  }
  return std::min(out, full_weight);
}

// Calls `visit` with each name of the list and its weight.
template <typename Visit>
void for_each_weighted(std::string_view header, const Visit& visit) {
  while (!header.empty()) {
    std::string_view parameters = take_until(',', header);
    const std::string_view name = trimmed(take_until(';', parameters));
    int weight = full_weight;
    while (!parameters.empty()) {
      std::string_view value = take_until(';', parameters);
      if (is_same_without_case(trimmed(take_until('=', value)), "q")) weight = weight_in(trimmed(value));
    }
    if (!name.empty()) visit(name, weight);
  }
}

// How closely a range of media types names the type, whose parameters are not looked at: 3 itself, 2 `text/*`, 1 `*/*`, 0 not.
int closeness(std::string_view range, std::string_view type) {
  type = type.substr(0, type.find(';'));
  if (is_same_without_case(range, type)) return 3;
  if (range == "*/*") return 1;
  if (!range.ends_with("/*")) return 0;
  range.remove_suffix(1);
  return type.size() > range.size() && is_same_without_case(range, type.substr(0, range.size())) ? 2 : 0;
}

// The closest range counts.
int weight_of_type(std::string_view accept, std::string_view type) {
  int closest = 0;
  int out = 0;
  for_each_weighted(accept, [&](std::string_view range, int weight) {
    const int close = closeness(range, type);
    if (close <= closest) return;
    closest = close;
    out = weight;
  });
  return out;
}

std::optional<int> weight_of_coding(std::string_view header, std::string_view coding) {
  std::optional<int> named;
  std::optional<int> any;
  for_each_weighted(header, [&](std::string_view name, int weight) {
    if (is_same_without_case(name, coding)) named = weight;
    if (name == "*") any = weight;
  });
  return named ? named : any;
}

}  // namespace

std::string_view preferred_type(std::string_view accept, std::span<const std::string_view> offered) {
  std::string_view best = offered.front();
  int weight = 0;
  for (const std::string_view type : offered) {
    const int its_weight = weight_of_type(accept, type);
    if (its_weight <= weight) continue;
    weight = its_weight;
    best = type;
  }
  return best;
}

std::string_view preferred_coding(std::string_view accept_encoding, std::span<const std::string_view> offered) {
  std::string_view best;
  // As it is goes always, and is liked best only where it is named.
  int weight = weight_of_coding(accept_encoding, "identity").value_or(0);
  for (const std::string_view coding : offered) {
    const int its_weight = weight_of_coding(accept_encoding, coding).value_or(0);
    // Among equals what is smaller.
    if (its_weight == 0 || its_weight < weight || (its_weight == weight && !best.empty())) continue;
    weight = its_weight;
    best = coding;
  }
  return best;
}

}  // namespace muniment
