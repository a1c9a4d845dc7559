#include "tools/server/schemas.h"

#include <fmt/format.h>

#include "commands/schema/command.capnp.h"
#include "events/json/json_schema.h"
#include "events/json/json_string.h"
#include "events/schema/event.capnp.h"
#include "tools/server/problem.h"
#include "tools/server/resource_rows.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/finding_rows.h"
#include "tools/wire/histogram_rows.h"
#include "tools/wire/interval_rows.h"
#include "tools/wire/known_services.h"
#include "tools/wire/policy_rows.h"
#include "tools/wire/record_keeping_rows.h"
#include "tools/wire/review_rows.h"
#include "tools/wire/schema/answer.capnp.h"
#include "tools/wire/state_rows.h"

namespace muniment {
namespace {

constexpr std::string_view position_text_form = R"({"type":"string","pattern":"^[0-9]+$"})";

std::string reference(std::string_view name) { return "{\"$ref\":\"#/components/schemas/" + std::string{name} + "\"}"; }

std::string schema_of(const Column& column) {
  switch (column.kind) {
    case Column::Kind::text:
      return R"({"type":"string"})";
    case Column::Kind::number:
      return std::string{position_text_form};
    case Column::Kind::provider:
      return R"({"type":"string","pattern":"^[0-9]{9}[A-Z]$"})";
    case Column::Kind::time:
      return R"({"type":"string","format":"date-time"})";
    case Column::Kind::flag:
      return R"({"type":"boolean"})";
    case Column::Kind::list:
      return R"({"type":"array","items":{"type":"string"}})";
  }
  return "{}";
}

std::string properties_of(const std::vector<Column>& columns) {
  std::string out;
  for (const Column& column : columns) {
    if (!out.empty()) out += ',';
    out += json_text(column.name) + ":" + schema_of(column);
  }
  return out;
}

std::string object_of(const std::string& properties, std::string_view required = {}) {
  std::string out = "{\"type\":\"object\",\"properties\":{" + properties + "}";
  if (!required.empty()) out += ",\"required\":[" + std::string{required} + "]";
  return out + "}";
}

// What every answer says about itself.
std::string truth_properties() {
  return "\"true_of\":" + std::string{position_text_form} +
         ",\"incomplete\":{\"type\":\"array\",\"items\":" + std::string{position_text_form} + "}";
}

// `more`: properties that this one has besides, each with a comma behind it.
std::string page_of(const std::string& row, const std::string& more = {}) {
  return object_of("\"rows\":{\"type\":\"array\",\"items\":" + row +
                       "},\"next\":{\"type\":\"string\"},\"see_also\":{\"type\":\"string\"}," + more + truth_properties(),
                   R"("rows","true_of")");
}

std::string page_of(const std::vector<Column>& columns) { return page_of(object_of(properties_of(columns))); }

std::string review_item_schema() {
  return page_of(object_of(properties_of(review_item_columns())),
                 fmt::format(R"("opened_position":{0},"closed_position":{0},"sealed_position":{0},"digest":{{"type":"string"}},)"
                             R"("signed_by":{{"type":"array","items":{{"type":"string"}}}},"log_size":{0},"log_root":{{"type":"string"}},)",
                             position_text_form));
}

std::string account_schema() {
  const std::string links = "{\"type\":\"array\",\"items\":" + object_of(properties_of(link_columns()), R"("provider","services")") + "}";
  return object_of(properties_of(account_columns()) + ",\"links\":" + links + "," + truth_properties(),
                   R"("username","usable","links","true_of")");
}

std::string session_schema() {
  const std::string provider = object_of(R"("provider":{"type":"string"},"name":{"type":"string"})", R"("provider")");
  return object_of(R"("role":{"type":"string"},"name":{"type":"string"},"usable":{"type":"boolean"},"why_not":{"type":"string"},)"
                   R"("terms_current":{"type":"string"},"terms_accepted":{"type":"boolean"},"sees_everything":{"type":"boolean"},)"
                   R"("session":{"type":"object"},"providers":{"type":"array","items":)" +
                       provider + "}",
                   R"("role","name","usable","sees_everything","providers")");
}

// A problem's type is one of those that the node has, or a refusal.
std::string problem_schema() {
  std::string types;
  const auto add = [&](std::string_view name) {
    if (!types.empty()) types += ',';
    types += json_text(type_of_problem(name));
  };
  for (const ProblemEntry& entry : problems()) add(entry.name);
  for (const RefusalEntry& entry : refusals()) add(entry.name);
  return object_of("\"type\":{\"enum\":[" + types +
                       "]},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},\"field\":{"
                       "\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},\"restart_from\":{\"type\":\"string\"},\"command_id\":{"
                       "\"type\":\"string\"},\"outcome\":" +
                       reference(schemas::outcome),
                   R"("type","title","status","request_id")");
}

}  // namespace

std::vector<std::pair<std::string_view, std::string>> all_schemas() {
  const std::string texts = R"({"type":"array","items":{"type":"string"}})";
  return {
      {schemas::health, object_of(R"("alive":{"const":true})", R"("alive")")},
      {schemas::readiness, object_of("\"ready\":{\"type\":\"boolean\"},\"why_not\":" + texts, R"("ready")")},
      {schemas::document, R"({"type":"object","required":["openapi","info","paths","components"]})"},
      {schemas::outcome, json_schema(capnp::Schema::from<reply::Answer>())},
      {schemas::access_page, page_of(access_columns())},
      {schemas::diff_page, page_of(diff_columns())},
      {schemas::interval_page, page_of(interval_columns())},
      {schemas::state_page, page_of(state_columns())},
      {schemas::roster_page, page_of(roster_columns())},
      {schemas::trail_page, page_of(reference(schemas::event))},
      {schemas::histogram,
       page_of(object_of(properties_of(histogram_columns())),
               R"("unit":{"enum":["minute","hour","day","month","year"]},"counted_since":{"type":"string","format":"date-time"},)")},
      {schemas::finding_page, page_of(finding_columns())},
      {schemas::rule_page, page_of(rule_columns())},
      {schemas::review_page, page_of(review_columns())},
      {schemas::review_item_page, review_item_schema()},
      {schemas::policy_page, page_of(policy_columns())},
      {schemas::retention_page, page_of(retention_columns())},
      {schemas::gap_page, page_of(gap_columns())},
      {schemas::leaver_page, page_of(leaver_columns())},
      {schemas::attestation_page, page_of(attestation_columns())},
      {schemas::service_page, page_of(service_columns())},
      {schemas::account, account_schema()},
      {schemas::profile, object_of(properties_of(profile_columns()) + "," + truth_properties(), R"("username","profile","true_of")")},
      {schemas::session, session_schema()},
      {schemas::sign_in, object_of(R"("identity_providers":{"type":"array","items":{"type":"string"}})", R"("identity_providers")")},
      {schemas::signed_out, object_of(R"("signed_in":{"const":false})", R"("signed_in")")},
      {schemas::provider,
       object_of(properties_of(provider_columns()) + "," + truth_properties(), R"("provider","kind","closed","true_of")")},
      {schemas::stats,
       R"({"type":"object","required":["format","position","root"],"additionalProperties":{"type":["string","boolean","array"],)"
       R"("items":{"type":"string"}}})"},
      {schemas::log_backup, object_of("\"number\":" + std::string{position_text_form} + ",\"position\":" + std::string{position_text_form} +
                                          R"(,"root":{"type":"string"},"made_at":{"type":"string","format":"date-time"})",
                                      R"("number","position","root","made_at")")},
      {schemas::vault_backup, object_of(R"("name":{"type":"string"},"epoch":{"type":"string"},"erasures":)" +
                                            std::string{position_text_form} + R"(,"made_at":{"type":"string","format":"date-time"})",
                                        R"("name","epoch","erasures","made_at")")},
      {schemas::command, json_schema(capnp::Schema::from<request::Command>())},
      {schemas::redemption, json_schema(capnp::Schema::from<request::RedeemCredential>())},
      {schemas::event, json_schema(capnp::Schema::from<schema::Event>())},
      {schemas::problem, problem_schema()}};
}

}  // namespace muniment
