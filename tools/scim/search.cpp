#include "tools/scim/search.h"

#include <array>
#include <optional>
#include <string_view>

namespace muniment::scim {
namespace {

enum class Kind { text, number, names };

struct Member {
  std::string_view name;
  Kind kind;
};

constexpr std::array<Member, 7> members{{{"attributes", Kind::names},
                                         {"excludedAttributes", Kind::names},
                                         {"filter", Kind::text},
                                         {"sortBy", Kind::text},
                                         {"sortOrder", Kind::text},
                                         {"startIndex", Kind::number},
                                         {"count", Kind::number}}};

std::optional<std::string> names_in(const json::value& value) {
  if (!value.is_array()) return std::nullopt;
  std::string out;
  for (const json::value& one : value.get_array()) {
    if (!one.is_string()) return std::nullopt;
    if (!out.empty()) out += ',';
    out += std::string_view{one.get_string()};
  }
  return out;
}

std::optional<std::string> text_in(const json::value& value, Kind kind) {
  if (kind == Kind::names) return names_in(value);
  if (kind == Kind::number) return value.is_int64() ? std::optional{std::to_string(value.get_int64())} : std::nullopt;
  return value.is_string() ? std::optional{std::string{value.get_string()}} : std::nullopt;
}

std::string_view expected_of(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "expected a text";
    case Kind::number:
      return "expected a whole number";
    case Kind::names:
      break;
  }
  return "expected a list of texts";
}

}  // namespace

std::expected<std::vector<std::pair<std::string, std::string>>, Error> search_parameters(const json::value& message) {
  if (!message.is_object()) return std::unexpected(Error{400, error_type::invalid_syntax, "expected an object"});
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, kind] : members) {
    const json::value* const value = find_member(message.get_object(), name);
    if (value == nullptr || value->is_null()) continue;
    auto text = text_in(*value, kind);
    if (!text) return std::unexpected(invalid_value(std::string{name} + ": " + std::string{expected_of(kind)}));
    if (!text->empty()) out.emplace_back(name, std::move(*text));
  }
  return out;
}

}  // namespace muniment::scim
