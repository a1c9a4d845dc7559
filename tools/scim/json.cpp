#include "tools/scim/json.h"

#include <algorithm>
#include <boost/json/src.hpp>
#include <set>

namespace muniment::scim {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Sees each member as it comes, before a tree would keep the last of its name.
struct MemberNames {
  static constexpr std::size_t max_object_size = std::size_t{1} << 16;
  static constexpr std::size_t max_array_size = std::size_t{1} << 16;
  static constexpr std::size_t max_key_size = std::size_t{1} << 16;
  static constexpr std::size_t max_string_size = std::size_t{1} << 20;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    names.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    names.pop_back();
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_key_part(std::string_view part, std::size_t, json::error_code&) {
    look_for_nul(part);
    key += part;
    return true;
  }
  bool on_key(std::string_view part, std::size_t, json::error_code&) {
    look_for_nul(part);
    key += part;
    is_twice = is_twice || !names.back().insert(folded(key)).second;
    key.clear();
    return true;
  }
  bool on_string_part(std::string_view part, std::size_t, json::error_code&) {
    look_for_nul(part);
    return true;
  }
  bool on_string(std::string_view part, std::size_t, json::error_code&) {
    look_for_nul(part);
    return true;
  }
  bool on_number_part(std::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, std::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, std::string_view, json::error_code&) { return true; }
  bool on_double(double, std::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(std::string_view, json::error_code&) { return true; }
  bool on_comment(std::string_view, json::error_code&) { return true; }

  void look_for_nul(std::string_view part) { has_nul = has_nul || part.find('\0') != std::string_view::npos; }

  std::vector<std::set<std::string>> names;
  std::string key;
  bool is_twice = false;
  bool has_nul = false;
};

}  // namespace

std::expected<json::value, Error> parse_json(std::string_view text) {
  json::error_code error;
  json::value out = json::parse(text, error);
  if (error) return std::unexpected(Error{400, error_type::invalid_syntax, "the body is not JSON"});
  json::basic_parser<MemberNames> members{json::parse_options{}};
  members.write_some(false, text.data(), text.size(), error);
  if (error || members.handler().is_twice) return std::unexpected(Error{400, error_type::invalid_syntax, "a member stands there twice"});
  if (members.handler().has_nul) return std::unexpected(invalid_value("expected texts without U+0000"));
  return out;
}

bool is_same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string folded(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

json::value* find_member(json::object& object, std::string_view name) {
  for (auto& member : object) {
    if (is_same_name(member.key(), name)) return &member.value();
  }
  return nullptr;
}

const json::value* find_member(const json::object& object, std::string_view name) {
  return find_member(const_cast<json::object&>(object), name);
}

void set_member(json::object& object, std::string_view name, json::value value) {
  if (json::value* there = find_member(object, name)) {
    *there = std::move(value);
  } else {
    object[name] = std::move(value);
  }
}

}  // namespace muniment::scim
