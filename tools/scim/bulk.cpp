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

// Puts ids in the place of references, also inside of texts such as filters. False: one is not made yet.
bool resolve(std::string& text, const std::map<std::string, std::string>& made) {
  for (std::size_t at = text.find(reference_prefix); at != std::string::npos; at = text.find(reference_prefix, at)) {
    const std::size_t begin = at + reference_prefix.size();
    const std::size_t end = std::min(text.find_first_of("\"/?]", begin), text.size());
    const auto found = made.find(text.substr(begin, end - begin));
    if (found == made.end()) return false;
    text.replace(at, end - at, found->second);
    at += found->second.size();
  }
  return true;
}

bool resolve(json::value& value, const std::map<std::string, std::string>& made) {
  if (value.is_string()) {
    std::string text{value.get_string()};
    if (!resolve(text, made)) return false;
    value = json::string(text);
  } else if (value.is_array()) {
    return std::ranges::all_of(value.get_array(), [&](json::value& one) { return resolve(one, made); });
  } else if (value.is_object()) {
    return std::ranges::all_of(value.get_object(), [&](auto&& member) { return resolve(member.value(), made); });
  }
  return true;
}

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

std::expected<BulkOperation, BulkOutcome> read_operation(const json::object& sent, std::string_view path, json::value data) {
  BulkOperation out{.bulk_id = text_of(sent, "bulkId"), .version = text_of(sent, "version"), .data = std::move(data)};
  const std::string method = text_of(sent, "method");
  const auto* const known = std::ranges::find_if(methods, [&](const auto& one) { return is_same_name(one.first, method); });
  if (known == methods.end()) return std::unexpected(failed(error_type::invalid_syntax, "method: expected POST, PUT, PATCH or DELETE"));
  out.method = known->second;
  if (!read_path(path, out)) return std::unexpected(failed(error_type::invalid_path, "path: expected /Users, /Users/ID or /Groups/ID"));
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

std::optional<BulkOutcome> BulkRequest::try_entry(Entry& entry, const std::function<BulkOutcome(const BulkOperation&)>& each) {
  std::string path = text_of(entry.sent, "path");
  const json::value* sent = find_member(entry.sent, "data");
  json::value data = sent == nullptr ? json::value{} : *sent;
  if (!resolve(path, made_) || !resolve(data, made_)) return std::nullopt;
  const auto operation = read_operation(entry.sent, path, std::move(data));
  if (!operation) return operation.error();
  BulkOutcome out = each(*operation);
  if (!out.error && operation->method == Method::post) made_[operation->bulk_id] = id_in(out.location);
  return out;
}

json::object BulkRequest::carry_out(const std::function<BulkOutcome(const BulkOperation&)>& each) {
  std::size_t errors = 0;
  bool is_last_round = false;
  const auto is_over = [&] { return errors_max_ > 0 && errors >= errors_max_; };
  while (true) {
    bool has_progress = false;
    for (Entry& entry : entries_) {
      if (entry.outcome || is_over()) continue;
      entry.outcome = try_entry(entry, each);
      if (!entry.outcome && is_last_round)
        entry.outcome = failed(error_type::invalid_value, "bulkId: it refers to what no operation has made");
      if (!entry.outcome) continue;
      has_progress = true;
      if (entry.outcome->error) ++errors;
    }
    const bool is_done = is_over() || std::ranges::all_of(entries_, [](const Entry& entry) { return entry.outcome.has_value(); });
    if (is_done) break;
    is_last_round = !has_progress;
  }
  json::array results;
  for (const Entry& entry : entries_) {
    if (entry.outcome) results.push_back(written(entry.sent, *entry.outcome));
  }
  return {{"schemas", json::array{json::string(message::bulk_response)}}, {"Operations", std::move(results)}};
}

}  // namespace muniment::scim
