#include "tools/server/json_object.h"

#include <simdjson.h>

#include <cmath>
#include <set>

namespace muniment {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t bytes_max = std::size_t{1} << 20;
constexpr std::size_t depth_max = 16;

bool has_member_twice(dom::element element) {
  dom::array list;
  if (element.get(list) == simdjson::SUCCESS) {
    for (const dom::element one : list) {
      if (has_member_twice(one)) return true;
    }
  }
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return false;
  std::set<std::string_view> names;
  for (const auto& [name, value] : object) {
    if (!names.insert(name).second || has_member_twice(value)) return true;
  }
  return false;
}

std::optional<std::string> text_in(dom::element element) {
  std::string_view out;
  if (element.get(out) != simdjson::SUCCESS) return std::nullopt;
  return std::string{out};
}

}  // namespace

struct JsonObject::Parts {
  dom::parser parser{bytes_max};
  dom::object object;

  std::optional<dom::element> find(std::string_view name) const {
    dom::element out;
    if (object.at_key(name).get(out) != simdjson::SUCCESS) return std::nullopt;
    return out;
  }
};

JsonObject::JsonObject(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
JsonObject::~JsonObject() = default;
JsonObject::JsonObject(JsonObject&&) noexcept = default;
JsonObject& JsonObject::operator=(JsonObject&&) noexcept = default;

std::expected<JsonObject, std::string_view> JsonObject::parse(std::string_view text) {
  if (text.size() > bytes_max) return std::unexpected("is too large");
  auto parts = std::make_unique<Parts>();
  if (parts->parser.allocate(text.size(), depth_max) != simdjson::SUCCESS) return std::unexpected("is too large");
  dom::element root;
  if (parts->parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return std::unexpected("is not JSON");
  if (root.get(parts->object) != simdjson::SUCCESS) return std::unexpected("is not a JSON object");
  if (has_member_twice(root)) return std::unexpected("has a member twice");
  return JsonObject(std::move(parts));
}

bool JsonObject::has(std::string_view name) const { return parts_->find(name).has_value(); }

std::optional<std::string> JsonObject::text(std::string_view name) const {
  const auto found = parts_->find(name);
  return found ? text_in(*found) : std::nullopt;
}

std::optional<std::int64_t> JsonObject::whole(std::string_view name) const {
  constexpr double most = 9'007'199'254'740'992.0;
  const auto found = parts_->find(name);
  double out = 0;
  if (!found || !found->is_number() || found->get(out) != simdjson::SUCCESS || !(std::abs(out) < most)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(out));
}

std::optional<std::vector<std::string>> JsonObject::texts(std::string_view name) const {
  const auto found = parts_->find(name);
  if (!found) return std::nullopt;
  if (const auto one = text_in(*found)) return std::vector{*one};
  dom::array list;
  if (found->get(list) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string> out;
  for (const dom::element element : list) {
    auto text = text_in(element);
    if (!text) return std::nullopt;
    out.push_back(std::move(*text));
  }
  return out;
}

std::optional<std::vector<std::string>> JsonObject::elements(std::string_view name) const {
  const auto found = parts_->find(name);
  dom::array list;
  if (!found || found->get(list) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string> out;
  for (const dom::element element : list) out.push_back(simdjson::minify(element));
  return out;
}

}  // namespace muniment
