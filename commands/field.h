// Well-formedness of a command's fields, checked before a command reaches the sequencer. What is malformed is named by its field and by
// what was expected; the value itself is never repeated, because it may be personal or a secret typed into the wrong box.
#pragma once

#include <capnp/list.h>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/values/provider_id.h"
#include "events/values/timestamp.h"
#include "events/values/username.h"

namespace muniment {

struct Malformed {
  std::string field;     // services[1], birth_day
  std::string expected;  // "nine digits and a letter, such as 110012345A"
  std::string message() const { return field + ": expected " + expected; }
};

template <typename T>
using Field = std::expected<T, Malformed>;

std::unexpected<Malformed> malformed(std::string_view field, std::string_view expected);

// Service ids as they were typed, checked for form only. Borrowed from the command's message.
using ServiceList = std::vector<std::string_view>;

Field<ProviderId> provider_field(capnp::Text::Reader text, std::string_view field = "provider");
Field<Username> username_field(capnp::Text::Reader text, std::string_view field = "username");
// Of a-z, 0-9, dot, hyphen and underscore alone: the name of an officer.
Field<Username> officer_field(capnp::Text::Reader text, std::string_view field = "officer");
// Each id 1 to 128 printable characters (NFC, no control character, no space at either end); none twice; at most 2,000.
Field<ServiceList> services_field(capnp::List<capnp::Text>::Reader services, std::string_view field = "services");
Field<std::string_view> service_field(capnp::Text::Reader text, std::string_view field = "service");
// 1 to `code_points_max` code points after normalization to NFC.
Field<std::string> text_field(capnp::Text::Reader text, std::string_view field, std::size_t code_points_max);
// Empty stays empty.
Field<std::string> optional_text_field(capnp::Text::Reader text, std::string_view field, std::size_t code_points_max);
// 1 to 64 of a-z, 0-9 and _.
Field<std::string_view> code_field(capnp::Text::Reader text, std::string_view field);
// 1 to 64 of letters, digits, dot, hyphen and underscore: terms versions, officers' names.
Field<std::string_view> name_field(capnp::Text::Reader text, std::string_view field);
// A moment from 1970 on; UTC nanoseconds.
Field<Timestamp> time_field(std::int64_t ns, std::string_view field);
// Four digits.
Field<std::string_view> pin_field(capnp::Text::Reader text);

}  // namespace muniment
