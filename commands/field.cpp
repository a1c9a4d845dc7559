#include "commands/field.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/record/record.h"
#include "events/values/text.h"

namespace muniment {
namespace {

constexpr std::size_t service_size_max = 128;
constexpr std::size_t services_max = 2000;
constexpr std::size_t name_size_max = 64;

bool is_ascii_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool is_service_id(std::string_view id) {
  if (id.empty() || id.size() > service_size_max || id.front() == ' ' || id.back() == ' ') return false;
  return is_ascii_printable(id) || normalized(id) == id;
}

// Marks and code points that show nothing (Default_Ignorable_Code_Point) are no text by themselves, nor any that could be searched for.
bool shows_nothing(std::string_view text) { return search_key(text).empty(); }

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

template <typename Allowed>
bool is_made_of(std::string_view text, Allowed allowed) {
  return !text.empty() && text.size() <= name_size_max && std::all_of(text.begin(), text.end(), allowed);
}

constexpr const char* plain_name_form = "1 to 64 letters, digits, dots, hyphens or underscores";
constexpr std::string_view service_form = "a service id of 1 to 128 printable characters";

}  // namespace

std::unexpected<Malformed> malformed(std::string_view field, std::string_view expected) {
  return std::unexpected(Malformed{std::string{field}, std::string{expected}});
}

Field<ProviderId> provider_field(capnp::Text::Reader text, std::string_view field) {
  if (const auto id = ProviderId::parse(text_of(text))) return *id;
  return malformed(field, "nine digits and a letter, such as 110012345A");
}

Field<Username> username_field(capnp::Text::Reader text, std::string_view field) {
  if (auto name = Username::parse(text_of(text))) return std::move(*name);
  return malformed(field, "1 to 64 letters, digits or signs, without blanks and colons");
}

Field<Username> officer_field(capnp::Text::Reader text, std::string_view field) {
  if (auto name = Username::parse(text_of(text)); name && name->is_plain()) return std::move(*name);
  return malformed(field, plain_name_form);
}

Field<std::string_view> service_field(capnp::Text::Reader text, std::string_view field) {
  if (is_service_id(text_of(text))) return text_of(text);
  return malformed(field, std::string{service_form});
}

Field<ServiceList> services_field(capnp::List<capnp::Text>::Reader services, std::string_view field) {
  if (services.size() > services_max) return malformed(field, fmt::format("at most {} services", services_max));
  ServiceList out;
  out.reserve(services.size());
  for (unsigned i = 0; i < services.size(); ++i) {
    const std::string_view id = text_of(services[i]);
    if (!is_service_id(id)) return malformed(fmt::format("{}[{}]", field, i), std::string{service_form});
    out.push_back(id);
  }
  ServiceList sorted = out;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return malformed(field, "each service once");
  return out;
}

Field<std::string> text_field(capnp::Text::Reader text, std::string_view field, std::size_t code_points_max) {
  auto clean = normalized(text_of(text));
  if (!clean || shows_nothing(*clean) || code_points(*clean) > code_points_max) {
    return malformed(field, fmt::format("1 to {} characters without control characters", code_points_max));
  }
  return std::move(*clean);
}

Field<std::string> optional_text_field(capnp::Text::Reader text, std::string_view field, std::size_t code_points_max) {
  if (text.size() == 0) return std::string{};
  return text_field(text, field, code_points_max);
}

Field<std::string_view> code_field(capnp::Text::Reader text, std::string_view field) {
  const bool fits = is_made_of(text_of(text), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  if (fits) return text_of(text);
  return malformed(field, "1 to 64 of a-z, 0-9 and _");
}

Field<std::string_view> name_field(capnp::Text::Reader text, std::string_view field) {
  const bool fits = is_made_of(text_of(text), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
  if (fits) return text_of(text);
  return malformed(field, plain_name_form);
}

Field<Timestamp> time_field(std::int64_t ns, std::string_view field) {
  if (ns >= 0) return Timestamp{ns};
  return malformed(field, "a time from 1970 on");
}

Field<std::string_view> pin_field(capnp::Text::Reader text) {
  constexpr std::size_t pin_digits = 4;
  if (text.size() == pin_digits && is_digits(text_of(text))) return text_of(text);
  return malformed("pin", "four digits");
}

}  // namespace muniment
