#include "tools/scim/selection.h"

#include <algorithm>

namespace muniment::scim {
namespace {

std::expected<std::vector<AttributePath>, Error> parse_list(std::string_view text, std::string_view parameter) {
  std::vector<AttributePath> out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    auto path = AttributePath::parse(one);
    if (!path) return std::unexpected(invalid_value(std::string{parameter} + ": expected names of attributes, with commas between them"));
    out.push_back(std::move(*path));
  }
  return out;
}

bool is_always_shown(std::string_view name) { return is_same_name(name, "schemas") || is_same_name(name, "id"); }

bool is_about(const AttributePath& path, std::string_view extension, std::string_view name) {
  return path.extension == extension && (path.name.empty() || is_same_name(path.name, name));
}

// Of a value the sub-attribute alone, or all but it.
json::value part_of(const json::value& value, std::string_view sub, bool is_kept) {
  if (sub.empty()) return is_kept ? value : json::value{};
  if (value.is_array()) {
    json::array out;
    for (const json::value& one : value.get_array()) out.push_back(part_of(one, sub, is_kept));
    return out;
  }
  if (!value.is_object()) return is_kept ? json::value{} : value;
  json::object out;
  for (const auto& member : value.get_object()) {
    if (is_same_name(member.key(), sub) == is_kept) out[member.key()] = member.value();
  }
  return out;
}

void merge_part(json::object& out, std::string_view name, const json::value& part) {
  json::value* there = find_member(out, name);
  if (there != nullptr && there->is_object() && part.is_object()) {
    for (const auto& member : part.get_object()) there->get_object()[member.key()] = member.value();
  } else if (there != nullptr && there->is_array() && part.is_array() && there->get_array().size() == part.get_array().size()) {
    for (std::size_t i = 0; i < part.get_array().size(); ++i) {
      json::value& one = there->get_array()[i];
      if (!one.is_object() || !part.get_array()[i].is_object()) continue;
      for (const auto& member : part.get_array()[i].get_object()) one.get_object()[member.key()] = member.value();
    }
  } else {
    out[name] = part;
  }
}

// Members of the resource, or of an extension's object.
json::object chosen(const json::object& from, std::string_view extension, const std::vector<AttributePath>& included,
                    const std::vector<AttributePath>& excluded) {
  json::object out;
  for (const auto& member : from) {
    const std::string_view name = member.key();
    if (extension.empty() && is_always_shown(name)) {
      out[name] = member.value();
      continue;
    }
    for (const AttributePath& path : included) {
      if (is_about(path, extension, name)) merge_part(out, name, part_of(member.value(), path.sub, true));
    }
    if (!included.empty()) continue;
    json::value kept = member.value();
    bool is_gone = false;
    for (const AttributePath& path : excluded) {
      if (!is_about(path, extension, name)) continue;
      is_gone = is_gone || path.sub.empty();
      kept = part_of(kept, path.sub, false);
    }
    if (!is_gone) out[name] = std::move(kept);
  }
  return out;
}

}  // namespace

std::expected<Selection, Error> Selection::parse(std::string_view attributes, std::string_view excluded) {
  if (!attributes.empty() && !excluded.empty())
    return std::unexpected(invalid_value("attributes and excludedAttributes exclude each other"));
  Selection out;
  auto included = parse_list(attributes, "attributes");
  if (!included) return std::unexpected(std::move(included.error()));
  auto without = parse_list(excluded, "excludedAttributes");
  if (!without) return std::unexpected(std::move(without.error()));
  out.included_ = std::move(*included);
  out.excluded_ = std::move(*without);
  return out;
}

bool Selection::shows(std::string_view attribute) const {
  const auto names_it = [&](const AttributePath& path) { return path.extension.empty() && is_same_name(path.name, attribute); };
  if (!included_.empty()) return std::ranges::any_of(included_, names_it);
  return std::ranges::none_of(excluded_, [&](const AttributePath& path) { return names_it(path) && path.sub.empty(); });
}

json::object Selection::of(const json::object& resource) const {
  if (included_.empty() && excluded_.empty()) return resource;
  json::object core;
  json::object out;
  for (const auto& member : resource) {
    if (member.key().starts_with("urn:") && member.value().is_object()) {
      json::object part = chosen(member.value().get_object(), member.key(), included_, excluded_);
      if (!part.empty()) out[member.key()] = std::move(part);
    } else {
      core[member.key()] = member.value();
    }
  }
  json::object all = chosen(core, {}, included_, excluded_);
  for (const auto& member : out) all[member.key()] = member.value();
  return all;
}

}  // namespace muniment::scim
