// Answers in pages. A cursor pins the moment that the first page was true of, so the pages together are one answer although events arrive.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "events/record/position.h"

namespace muniment {

constexpr std::size_t page_size_default = 100;
constexpr std::size_t page_size_max = 10'000;

// What every answer says about itself.
struct Truth {
  Position true_of = 0;
  // Positions of events that the projection could not handle and that could have changed this answer. Empty: the answer is complete.
  std::vector<Position> incomplete;
};

// Of an answer that is made of several: true of what all of them have.
inline void merge(Truth& into, const Truth& other) {
  into.true_of = std::min(into.true_of, other.true_of);
  into.incomplete.insert(into.incomplete.end(), other.incomplete.begin(), other.incomplete.end());
  std::ranges::sort(into.incomplete);
  const auto [first, last] = std::ranges::unique(into.incomplete);
  into.incomplete.erase(first, last);
}

template <typename Row>
struct Page {
  std::vector<Row> rows;
  Truth truth;
  std::optional<std::string> next;  // Cursor of the next page; nothing on the last one.
};

// An answer of which there is one page alone.
template <typename Row>
struct WholeAnswer {
  std::vector<Row> rows;
  Truth truth;
};

// The text given as a cursor is none, is mangled, or belongs to another question.
struct BadCursor {
  std::string message;
};

}  // namespace muniment
