// Which history a position is of. A log that was put back has lost what came after some position, and other events stand there then: who
// has seen some of the former ones must be told so, and not go on behind them.
//
// A history's name, its generation, is the id of the event that began it: of the store's first event, or of the newest store_restored of
// the log. So it needs no file of its own, is in every backup, and is changed by nothing but a restoring.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/log/event_log.h"

namespace muniment {

// The text of a cursor, or of a position, with the generation that it is of before it: 9f86d081884c7d65-86. Older ones have none.
struct GenerationText {
  std::string_view generation;  // Empty: none is named.
  std::string_view rest;

  static GenerationText of(std::string_view text);
};

// Immutable: a log is put back only while nothing else has it open.
class Generations {
 public:
  static constexpr std::size_t text_size = 16;  // Hexadecimal digits.

  // Reads the agency's stream.
  static Generations of(const EventLog& log);

  const std::string& current() const { return all_.back().name; }
  // The last position up to which that history is the present one; nothing: it is the present one. 0 for one that is not known; where none
  // is named, what is right for all that there were.
  std::optional<Position> shared_with(std::string_view generation) const;
  // A cursor or position with the present generation before it.
  std::string named(std::string_view text) const { return current() + '-' + std::string{text}; }

 private:
  struct Generation {
    std::string name;
    Position cut = 0;  // Of the one before, what came after this is not in it.
  };

  std::vector<Generation> all_;  // Those that the log knows, in order; never empty.
};

}  // namespace muniment
