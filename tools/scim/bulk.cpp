#include "tools/scim/bulk.h"

#include <algorithm>
#include <array>

#include "tools/scim/limits.h"
#include "tools/scim/names.h"

namespace muniment::scim {
namespace {

using Method = BulkOperation::Method;

constexpr std::string_view reference_prefix = "bulkId:";
constexpr std::array<std::pair<std::string_view, Method>, 4> methods{
    {{"POST", Method::post}, {"PUT", Method::put}, {"PATCH", Method::patch}, {"DELETE", Method::remove}}};

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = find_member(object, name);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

BulkOutcome failed(std::string_view type, std::string detail) { return {.error = Error{400, type, std::move(detail)}}; }

// Puts ids in the place of references. Each gives false where one is not made yet, which missing() names then.
class References {
 public:
  explicit References(const std::map<std::string, std::string>& made) : made_(made) {}

  const std::string& missing() const { return missing_; }

  // `/Users/bulkId:a`
  bool in_path(std::string& path) {
    for (std::size_t begin = 0; begin < path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      std::string part = path.substr(begin, end - begin);
      if (!whole(part)) return false;
      path.replace(begin, end - begin, part);
      begin += part.size() + 1;
    }
    return true;
  }

  bool in_data(json::value& value) {
    if (value.is_string()) return in_text(value, [this](std::string& text) { return whole(text); });
    if (value.is_array()) return std::ranges::all_of(value.get_array(), [this](json::value& one) { return in_data(one); });
    if (!value.is_object()) return true;
    return std::ranges::all_of(value.get_object(), [this](auto&& member) {
      const bool is_path = is_same_name(member.key(), "path") && member.value().is_string();
      return is_path ? in_text(member.value(), [this](std::string& text) { return quoted(text); }) : in_data(member.value());
    });
  }

 private:
  template <typename Resolve>
  static bool in_text(json::value& value, Resolve&& resolve) {
    std::string text{value.get_string()};
    if (!resolve(text)) return false;
    value = json::string(text);
    return true;
  }

  bool whole(std::string& text) {
    if (!text.starts_with(reference_prefix)) return true;
    const std::string name = text.substr(reference_prefix.size());
    const auto found = made_.find(name);
    if (found == made_.end()) {
      missing_ = name;
      return false;
    }
    text = found->second;
    return true;
  }

  // `members[value eq "bulkId:a"]`
  bool quoted(std::string& text) {
    for (std::size_t open = text.find('"'); open != std::string::npos; open = text.find('"', open + 1)) {
      const std::size_t close = text.find('"', open + 1);
      if (close == std::string::npos) return true;
      std::string value = text.substr(open + 1, close - open - 1);
      if (!whole(value)) return false;
      text.replace(open + 1, close - open - 1, value);
      open += value.size() + 1;
    }
    return true;
  }

  const std::map<std::string, std::string>& made_;
  std::string missing_;
};

// `/Users`, `/Users/jdoe1`.
bool read_path(std::string_view path, BulkOperation& out) {
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);
  const std::size_t slash = path.find('/');
  out.resource_type = path.substr(0, slash);
  if (slash != std::string_view::npos) out.id = path.substr(slash + 1);
  const bool is_known = out.resource_type == "Users" || out.resource_type == "Groups";
  const bool has_id = !out.id.empty() && out.id.find('/') == std::string::npos;
  return is_known && has_id == (out.method != Method::post) && (slash == std::string_view::npos || has_id);
}

// A precondition that nothing looks at would be trusted in vain.
std::optional<BulkOutcome> wrong_version(const json::object& sent, const BulkOperation& operation) {
  const json::value* version = find_member(sent, "version");
  if (version == nullptr || version->is_null()) return std::nullopt;
  const bool has_versions = operation.resource_type == "Users" && operation.method != Method::post;
  if (!has_versions) return failed(error_type::invalid_value, "version: expected none: it would mean nothing here");
  if (!version->is_string() || version->get_string().empty()) return failed(error_type::invalid_value, "version: expected an ETag");
  return std::nullopt;
}

std::expected<BulkOperation, BulkOutcome> read_operation(const json::object& sent, std::string_view path, json::value data) {
  BulkOperation out{.bulk_id = text_of(sent, "bulkId"), .version = text_of(sent, "version"), .data = std::move(data)};
  const std::string method = text_of(sent, "method");
  const auto* const known = std::ranges::find_if(methods, [&](const auto& one) { return is_same_name(one.first, method); });
  if (known == methods.end()) return std::unexpected(failed(error_type::invalid_syntax, "method: expected POST, PUT, PATCH or DELETE"));
  out.method = known->second;
  if (!read_path(path, out)) return std::unexpected(failed(error_type::invalid_path, "path: expected /Users, /Users/ID or /Groups/ID"));
  if (auto wrong = wrong_version(sent, out)) return std::unexpected(std::move(*wrong));
  if (out.method == Method::post && out.bulk_id.empty()) return std::unexpected(failed(error_type::invalid_value, "bulkId: is missing"));
  if (out.method != Method::remove && !out.data.is_object())
    return std::unexpected(failed(error_type::invalid_syntax, "data: expected an object"));
  return out;
}

// The id is the last part of the location.
std::string id_in(const std::string& location) { return location.substr(location.rfind('/') + 1); }

json::object written(const json::object& sent, const BulkOutcome& outcome) {
  json::object out{{"method", text_of(sent, "method")}};
  if (const std::string bulk_id = text_of(sent, "bulkId"); !bulk_id.empty()) out["bulkId"] = bulk_id;
  if (!outcome.location.empty()) out["location"] = outcome.location;
  if (!outcome.version.empty()) out["version"] = outcome.version;
  out["status"] = std::to_string(outcome.error ? outcome.error->status : outcome.status);
  if (outcome.error) out["response"] = json::parse(to_json(*outcome.error));
  return out;
}

}  // namespace

std::expected<BulkRequest, Error> BulkRequest::parse(const json::value& message) {
  const auto wrong = [](std::string detail) { return std::unexpected(Error{400, error_type::invalid_syntax, std::move(detail)}); };
  const json::value* operations = message.is_object() ? find_member(message.get_object(), "Operations") : nullptr;
  if (operations == nullptr || !operations->is_array() || operations->get_array().empty())
    return wrong("expected a BulkRequest with Operations");
  if (operations->get_array().size() > bulk_operations_max)
    return std::unexpected(Error{413, error_type::too_many, "Operations: expected at most " + std::to_string(bulk_operations_max)});
  BulkRequest out;
  if (const json::value* bound = find_member(message.get_object(), "failOnErrors")) {
    if (!bound->is_int64() || bound->get_int64() < 1) return wrong("failOnErrors: expected a number from 1 on");
    out.errors_max_ = static_cast<std::size_t>(bound->get_int64());
  }
  std::map<std::string, bool> bulk_ids;
  for (const json::value& operation : operations->get_array()) {
    if (!operation.is_object()) return wrong("an operation is an object");
    const std::string bulk_id = text_of(operation.get_object(), "bulkId");
    if (!bulk_id.empty() && !bulk_ids.emplace(bulk_id, true).second) return wrong("bulkId: expected one operation of each");
    out.entries_.push_back({operation.get_object()});
  }
  return out;
}

void BulkRequest::settle(Entry& entry, BulkOutcome outcome) {
  if (outcome.error) ++errors_;
  entry.outcome = std::move(outcome);
}

std::optional<BulkOutcome> BulkRequest::try_entry(Entry& entry, const std::function<BulkOutcome(const BulkOperation&)>& each) {
  std::string path = text_of(entry.sent, "path");
  const json::value* sent = find_member(entry.sent, "data");
  json::value data = sent == nullptr ? json::value{} : *sent;
  References references(made_);
  if (!references.in_path(path) || !references.in_data(data)) {
    entry.awaits = references.missing();
    return std::nullopt;
  }
  auto operation = read_operation(entry.sent, path, std::move(data));
  if (!operation) return operation.error();
  operation->place = static_cast<std::size_t>(&entry - entries_.data()) + 1;
  BulkOutcome out = each(*operation);
  if (!out.error && operation->method == Method::post) made_[operation->bulk_id] = id_in(out.location);
  return out;
}

// Whoever follows what each waits for and comes to no end goes round in a circle.
bool BulkRequest::waits_in_a_circle(const Entry& entry) const {
  const Entry* at = &entry;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto next = std::ranges::find_if(entries_, [&](const Entry& one) { return text_of(one.sent, "bulkId") == at->awaits; });
    if (next == entries_.end() || next->outcome) return false;
    at = &*next;
  }
  return true;
}

void BulkRequest::fail_those_that_wait() {
  std::vector<std::pair<Entry*, bool>> waiting;
  for (Entry& entry : entries_) {
    if (!entry.outcome) waiting.emplace_back(&entry, waits_in_a_circle(entry));
  }
  for (const auto& [entry, is_circle] : waiting) {
    if (is_over()) return;
    BulkOutcome outcome = failed(error_type::invalid_value, "bulkId: it refers to what no operation has made");
    if (is_circle) outcome.error = Error{409, error_type::invalid_value, "bulkId: the operations refer to one another in a circle"};
    settle(*entry, std::move(outcome));
  }
}

json::object BulkRequest::carry_out(const std::function<BulkOutcome(const BulkOperation&)>& each) {
  for (bool has_progress = true; has_progress;) {
    has_progress = false;
    for (Entry& entry : entries_) {
      if (entry.outcome || is_over()) continue;
      auto outcome = try_entry(entry, each);
      if (!outcome) continue;
      has_progress = true;
      settle(entry, std::move(*outcome));
    }
  }
  fail_those_that_wait();
  json::array results;
  for (const Entry& entry : entries_) {
    if (entry.outcome) results.push_back(written(entry.sent, *entry.outcome));
  }
  return {{"schemas", json::array{json::string(message::bulk_response)}}, {"Operations", std::move(results)}};
}

}  // namespace muniment::scim
