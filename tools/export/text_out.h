// Appends values to a text that is being made, without making others on the way: an export writes millions of rows.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/json/json_string.h"
#include "events/record/principal.h"
#include "events/values/bytes.h"

namespace muniment {

inline void put_number(std::string& out, std::integral auto value) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// `key` with its punctuation: `,"name":`.
inline void put_member(std::string& out, std::string_view key, std::string_view text) {
  out += key;
  write_json_string(out, text);
}

// The same, unless the text is empty.
inline void put_member_if(std::string& out, std::string_view key, std::string_view text) {
  if (!text.empty()) put_member(out, key, text);
}

inline void put_hex(std::string& out, ByteSpan bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const Byte byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

// Principal::text() of a principal in a record.
void put_principal(std::string& out, schema::PrincipalKind kind, std::string_view name);

// Of version 4 or 6, and not a machine's name.
bool is_ip_address(std::string_view text);

}  // namespace muniment
