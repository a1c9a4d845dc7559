// Appends values to a text that is being made, without making others on the way: an export writes millions of rows.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <string>

#include "events/values/bytes.h"
#include "events/values/timestamp.h"

namespace muniment {

inline void put_number(std::string& out, std::integral auto value) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// As to_hex() has them.
void put_hex(std::string& out, ByteSpan bytes);

// As Timestamp::text() has it.
void put_time(std::string& out, Timestamp at);

}  // namespace muniment
