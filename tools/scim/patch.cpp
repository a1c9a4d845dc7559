#include "tools/scim/patch.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "tools/scim/discovery.h"
#include "tools/scim/filter.h"
#include "tools/scim/names.h"

namespace muniment::scim {
namespace {

enum class Operation { add, replace, remove };

using Done = std::expected<void, Error>;

// Those of which there are several; every other attribute has one value.
constexpr std::array<std::string_view, 11> multi_valued{"emails",    "members",      "services", "phoneNumbers",     "ims",   "photos",
                                                        "addresses", "entitlements", "roles",    "x509Certificates", "groups"};

bool is_among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view one) { return is_same_name(one, name); });
}

std::unexpected<Error> wrong(std::string_view type, std::string detail) { return std::unexpected(Error{400, type, std::move(detail)}); }

// What an operation is about: `emails[type eq "work"].value`.
struct Target {
  AttributePath path;
  std::optional<Filter> filter;
};

std::expected<Target, Error> parse_target(std::string_view text) {
  const auto none = [] { return wrong(error_type::invalid_path, "`path` is no path of an attribute"); };
  const std::size_t open = text.find('[');
  if (open == std::string_view::npos) {
    const auto path = AttributePath::parse(text);
    if (!path) return none();
    return Target{*path, std::nullopt};
  }
  const std::size_t close = text.rfind(']');
  const auto path = AttributePath::parse(text.substr(0, open));
  if (!path || !path->sub.empty() || close == std::string_view::npos || close < open) return none();
  Target out{*path, std::nullopt};
  auto filter = Filter::parse(text.substr(open + 1, close - open - 1));
  if (!filter) return wrong(error_type::invalid_path, "the filter in `path`, " + filter.error().detail);
  out.filter = std::move(*filter);
  const std::string_view rest = text.substr(close + 1);
  if (rest.empty()) return out;
  out.path.sub = rest.substr(1);
  if (rest.front() != '.' || !is_attribute_name(out.path.sub)) return none();
  return out;
}

// Two values of a multi-valued attribute are the same where their `value` is.
bool is_same_value(const json::value& a, const json::value& b) {
  const auto key = [](const json::value& one) -> const json::value* {
    return one.is_object() ? find_member(one.get_object(), "value") : &one;
  };
  const json::value* left = key(a);
  const json::value* right = key(b);
  return left != nullptr && right != nullptr && *left == *right;
}

json::array as_list(const json::value& value) { return value.is_array() ? value.get_array() : json::array{value}; }

void add_values(json::value& there, const json::value& added) {
  if (!there.is_array()) there = there.is_null() ? json::array{} : json::array{there};
  json::array& list = there.get_array();
  for (const json::value& one : as_list(added)) {
    const auto same = std::ranges::find_if(list, [&](const json::value& old) { return is_same_value(old, one); });
    if (same == list.end()) {
      list.push_back(one);
    } else {
      *same = one;
    }
  }
}

void remove_values(json::value& there, const json::value& removed) {
  if (!there.is_array()) return;
  const json::array gone = as_list(removed);
  json::array kept;
  for (const json::value& one : there.get_array()) {
    if (std::ranges::none_of(gone, [&](const json::value& each) { return is_same_value(each, one); })) kept.push_back(one);
  }
  there = std::move(kept);
}

// Sub-attributes that are not named stay (RFC 7644, 3.5.2.3).
void merge(json::value& there, const json::value& value) {
  if (!there.is_object() || !value.is_object()) {
    there = value;
    return;
  }
  for (const auto& member : value.get_object()) set_member(there.get_object(), member.key(), member.value());
}

class Patch {
 public:
  explicit Patch(json::object& resource) : resource_(resource) {}

  Done apply(const json::value& operation) {
    if (!operation.is_object()) return wrong(error_type::invalid_syntax, "an operation is an object");
    const json::object& members = operation.get_object();
    const auto kind = operation_of(members);
    if (!kind) return std::unexpected(kind.error());
    const json::value* path = find_member(members, "path");
    const json::value* value = find_member(members, "value");
    if (path != nullptr && !path->is_string()) return wrong(error_type::invalid_path, "`path` is a text");
    if (value == nullptr && *kind != Operation::remove) return wrong(error_type::invalid_value, "`value` is missing");
    if (path != nullptr && !path->get_string().empty()) return at_path(*kind, path->get_string(), value, false);
    if (*kind == Operation::remove) return wrong(error_type::no_target, "`remove` needs a path");
    if (!value->is_object()) return wrong(error_type::invalid_value, "without a path `value` is an object");
    for (const auto& member : value->get_object()) {
      if (auto done = at_path(*kind, member.key(), &member.value(), true); !done) return done;
    }
    return {};
  }

  // When all operations have been applied. A client that changes a name says it here too.
  Done end() const {
    if (!display_name_) return {};
    const json::value* name = find_member(resource_, "name");
    const auto part = [&](std::string_view which) {
      const json::value* text = name != nullptr && name->is_object() ? find_member(name->get_object(), which) : nullptr;
      return text != nullptr && text->is_string() ? std::string{text->get_string()} : std::string{};
    };
    if (*display_name_ == json::value(part("givenName") + " " + part("familyName"))) return {};
    return wrong(error_type::mutability, "displayName cannot be changed: it is made of the name");
  }

 private:
  static std::expected<Operation, Error> operation_of(const json::object& members) {
    constexpr std::array<std::pair<std::string_view, Operation>, 3> operations{
        {{"add", Operation::add}, {"replace", Operation::replace}, {"remove", Operation::remove}}};
    const json::value* op = find_member(members, "op");
    for (const auto& [name, operation] : operations) {
      if (op != nullptr && op->is_string() && is_same_name(op->get_string(), name)) return operation;
    }
    return wrong(error_type::invalid_syntax, "`op` is add, replace or remove");
  }

  Done at_path(Operation operation, std::string_view text, const json::value* value, bool is_member) {
    const auto target = parse_target(text);
    if (!target) {
      // Of another schema, which there is no place for here.
      if (is_member && text.find(':') != std::string_view::npos) return {};
      return std::unexpected(target.error());
    }
    if (is_read_only(target->path)) return at_read_only(operation, *target, value);
    json::object* holder = holder_of(*target, operation);
    if (holder == nullptr) return {};  // Of what is not there nothing need be removed.
    if (target->path.name.empty()) return whole_extension(operation, value);
    if (target->filter) return at_values(operation, *target, *holder, value);
    return at_attribute(operation, *target, *holder, value);
  }

  // What a client sends back with the rest, unchanged, is no change.
  Done at_read_only(Operation operation, const Target& target, const json::value* value) {
    const bool says_whole = operation != Operation::remove && !target.filter && target.path.sub.empty() && value != nullptr;
    const bool is_display_name = target.path.extension.empty() && is_same_name(target.path.name, "displayName");
    if (says_whole && is_display_name && find_member(resource_, "name") != nullptr) {
      display_name_ = *value;
      return {};
    }
    const json::value* there = target.path.find(resource_);
    if (says_whole && there != nullptr && *there == *value) return {};
    return wrong(error_type::mutability, target.path.name + " cannot be changed");
  }

  // Where the attribute stands: the resource, or the object of the extension.
  json::object* holder_of(const Target& target, Operation operation) {
    if (target.path.extension.empty()) return &resource_;
    json::value* there = find_member(resource_, target.path.extension);
    if (there == nullptr && operation == Operation::remove) return nullptr;
    if (there == nullptr) there = &resource_[target.path.extension];
    if (!there->is_object()) *there = json::object{};
    return &there->get_object();
  }

  Done whole_extension(Operation operation, const json::value* value) {
    json::value& there = *find_member(resource_, schema_urn::person);
    if (operation == Operation::remove) {
      there = json::object{};
      return {};
    }
    if (!value->is_object()) return wrong(error_type::invalid_value, "the extension is an object");
    for (const auto& member : value->get_object()) {
      const Target target{{.extension = std::string{schema_urn::person}, .name = member.key()}, std::nullopt};
      if (!is_read_only(target.path)) continue;
      if (auto done = at_read_only(operation, target, &member.value()); !done) return done;
    }
    merge(there, *value);
    return {};
  }

  static void remove_attribute(json::object& holder, std::string_view name) {
    for (const auto& member : holder) {
      if (!is_same_name(member.key(), name)) continue;
      holder.erase(member.key());
      return;
    }
  }

  static Done at_attribute(Operation operation, const Target& target, json::object& holder, const json::value* value) {
    const AttributePath& path = target.path;
    if (!path.sub.empty()) return at_sub_attribute(operation, path, holder, value);
    json::value* there = find_member(holder, path.name);
    const bool is_multi = is_among(multi_valued, path.name);
    if (operation == Operation::remove) {
      if (value != nullptr && is_multi) {
        if (there != nullptr) remove_values(*there, *value);
      } else {
        remove_attribute(holder, path.name);
      }
      return {};
    }
    if (there == nullptr) there = &holder[path.name];
    if (is_multi && operation == Operation::add) {
      add_values(*there, *value);
    } else if (is_multi) {
      *there = as_list(*value);
    } else {
      merge(*there, *value);
    }
    return {};
  }

  // Of a multi-valued attribute: of all its values.
  static Done at_sub_attribute(Operation operation, const AttributePath& path, json::object& holder, const json::value* value) {
    json::value* there = find_member(holder, path.name);
    if (there == nullptr && operation == Operation::remove) return {};
    if (there == nullptr) {
      if (is_among(multi_valued, path.name)) return wrong(error_type::no_target, "there is no value of " + path.name);
      there = &holder[path.name];
    }
    const auto change = [&](json::value& one) {
      if (!one.is_object()) one = json::object{};
      if (operation == Operation::remove) {
        remove_attribute(one.get_object(), path.sub);
      } else {
        set_member(one.get_object(), path.sub, *value);
      }
    };
    if (there->is_array()) {
      for (json::value& one : there->get_array()) change(one);
    } else {
      change(*there);
    }
    return {};
  }

  static Done at_values(Operation operation, const Target& target, json::object& holder, const json::value* value) {
    const AttributePath& path = target.path;
    json::value* there = find_member(holder, path.name);
    json::array list = there == nullptr ? json::array{} : as_list(*there);
    bool has_match = false;
    json::array out;
    for (json::value& one : list) {
      const bool matches = target.filter->matches_value(one);
      has_match = has_match || matches;
      if (matches && path.sub.empty() && operation == Operation::remove) continue;
      if (matches) change_value(operation, path.sub, one, value);
      out.push_back(std::move(one));
    }
    if (!has_match && operation == Operation::remove) return {};
    if (!has_match) {
      auto made = operation == Operation::add ? target.filter->demanded() : std::nullopt;
      if (!made) return wrong(error_type::no_target, "no value of " + path.name + " is as the filter says");
      json::value one = std::move(*made);
      change_value(operation, path.sub, one, value);
      out.push_back(std::move(one));
    }
    set_member(holder, path.name, std::move(out));
    return {};
  }

  static void change_value(Operation operation, std::string_view sub, json::value& one, const json::value* value) {
    if (sub.empty()) {
      merge(one, *value);
      return;
    }
    if (!one.is_object()) one = json::object{};
    if (operation == Operation::remove) {
      remove_attribute(one.get_object(), sub);
    } else {
      set_member(one.get_object(), sub, *value);
    }
  }

  json::object& resource_;
  std::optional<json::value> display_name_ = {};  // As the message has it, to be compared in the end.
};

}  // namespace

std::expected<json::object, Error> patched(const json::object& resource, const json::value& message) {
  const json::value* operations = message.is_object() ? find_member(message.get_object(), "Operations") : nullptr;
  if (operations == nullptr || !operations->is_array() || operations->get_array().empty())
    return wrong(error_type::invalid_syntax, "expected a PatchOp with Operations");
  if (operations->get_array().size() > patch_operations_max) return wrong(error_type::too_many, "fewer Operations, please");
  json::object out = resource;
  Patch patch(out);
  for (const json::value& operation : operations->get_array()) {
    if (auto done = patch.apply(operation); !done) return std::unexpected(std::move(done.error()));
  }
  if (auto done = patch.end(); !done) return std::unexpected(std::move(done.error()));
  return out;
}

}  // namespace muniment::scim
