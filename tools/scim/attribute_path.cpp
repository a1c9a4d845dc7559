#include "tools/scim/attribute_path.h"

#include <algorithm>
#include <array>

#include "tools/scim/names.h"

namespace muniment::scim {
namespace {

constexpr std::array core_schemas{schema_urn::user, schema_urn::group};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What stands behind the URN and its colon; nothing where the text is of another schema.
std::optional<std::string_view> behind(std::string_view text, std::string_view urn) {
  if (text.size() < urn.size() || !is_same_name(text.substr(0, urn.size()), urn)) return std::nullopt;
  if (text.size() == urn.size()) return std::string_view{};
  if (text[urn.size()] != ':' || text.size() == urn.size() + 1) return std::nullopt;
  return text.substr(urn.size() + 1);
}

}  // namespace

bool is_attribute_name(std::string_view name) {
  return !name.empty() && (is_letter(name.front()) || name.front() == '$') &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '$'; });
}

std::optional<AttributePath> AttributePath::parse(std::string_view text) {
  AttributePath out;
  if (text.find(':') != std::string_view::npos) {
    std::optional<std::string_view> rest;
    for (const std::string_view urn : core_schemas) {
      if (!rest) rest = behind(text, urn);
    }
    if (rest && rest->empty()) return std::nullopt;
    if (!rest) {
      rest = behind(text, schema_urn::person);
      if (!rest) return std::nullopt;
      out.extension = schema_urn::person;
      if (rest->empty()) return out;
    }
    text = *rest;
  }
  const std::size_t dot = text.find('.');
  out.name = text.substr(0, dot);
  if (!is_attribute_name(out.name)) return std::nullopt;
  if (dot == std::string_view::npos) return out;
  out.sub = text.substr(dot + 1);
  return is_attribute_name(out.sub) ? std::optional{out} : std::nullopt;
}

const json::value* AttributePath::find(const json::object& resource) const {
  if (extension.empty()) return find_member(resource, name);
  const json::value* whole = find_member(resource, extension);
  if (whole == nullptr || name.empty()) return whole;
  return whole->is_object() ? find_member(whole->get_object(), name) : nullptr;
}

}  // namespace muniment::scim
