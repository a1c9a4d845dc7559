// The text of a cursor: opaque to its holder, checked when it comes back. It carries no name of a person.
// Format: hexadecimal of version u8, projection letter, fingerprint of the question u64, u position, the place, checksum u32 of all before.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "projections/page.h"
#include "projections/store/coding.h"

namespace muniment::view {

// Gathers what a question consists of; two questions that differ in anything added differ in the fingerprint (but for chance: the cursor
// of another question would then give a wrong page of this one, nothing that it may not show).
class Fingerprint {
 public:
  Fingerprint& add(std::string_view text);
  Fingerprint& add(std::uint64_t number);
  template <typename T>
  Fingerprint& add(const std::optional<T>& value);
  std::uint64_t value() const;

 private:
  std::string gathered_;
};

template <typename T>
Fingerprint& Fingerprint::add(const std::optional<T>& value) {
  add(std::uint64_t{value.has_value()});
  if (value) add(*value);
  return *this;
}

struct Cursor {
  Position position = 0;  // The pages are true of this one.
  std::string place;      // Where the page before ended, as its projection writes it.
};

std::string write_cursor(char projection, const Fingerprint& question, const Cursor& cursor);
std::expected<Cursor, BadCursor> read_cursor(char projection, const Fingerprint& question, std::string_view text);
// That of any question's cursor; nothing where the text is none.
std::optional<Position> cursor_position(std::string_view text);
// For a place that does not read.
BadCursor mangled_cursor();
// For a cursor whose position this view has not reached.
BadCursor cursor_ahead(Position cursor, Position view);

}  // namespace muniment::view
