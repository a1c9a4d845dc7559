// Appends what stands in rows to a text that is being made, as put_text.h does with values.
#pragma once

#include <string>
#include <string_view>

#include "events/json/json_string.h"
#include "events/record/principal.h"
#include "events/values/put_text.h"

namespace muniment {

// `key` with its punctuation: `,"name":`.
inline void put_member(std::string& out, std::string_view key, std::string_view text) {
  out += key;
  write_json_string(out, text);
}

// The same, unless the text is empty.
inline void put_member_if(std::string& out, std::string_view key, std::string_view text) {
  if (!text.empty()) put_member(out, key, text);
}

// Principal::text() of a principal in a record.
void put_principal(std::string& out, schema::PrincipalKind kind, std::string_view name);

// Of version 4 or 6, and not a machine's name.
bool is_ip_address(std::string_view text);

}  // namespace muniment
