// What callers see who do not see everything, through every route of the table, each of its parameters with values of others, and each form
// of its answers: bodies, headers and problems. A route, a part of a path or a parameter that is new has to be written here.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "node_fixture.h"
#include "tools/server/answer_question.h"
#include "tools/server/handlers.h"

namespace muniment {
namespace {

constexpr std::string_view nowhere = "999999999Z";

NodeOptions of_every_route() { return {.settings = {.limits = {.questions_a_second_max = 0, .disk_reserve_bytes = 0}}}; }

// What is Mercy's own, in any letter case.
const std::vector<std::string>& words_of_mercy() {
  static const std::vector<std::string> words{"110012345a", "110012345 a", "mhughes1", "llopez1", "lopez", "hughes", "mercy", "merciful"};
  return words;
}

// Somebody or something of Mercy's, and what there is nowhere, for the {part} of a path or a parameter; by its name.
const std::map<std::string, std::vector<std::string>, std::less<>>& curiosity() {
  static const std::vector<std::string> people{"llopez1", "mhughes1", "jdoe1", "nobody1"};
  static const std::vector<std::string> providers{std::string{mercy}, std::string{nowhere}, std::string{harbor}};
  static const std::vector<std::string> dates{"2000-01-01", "2040-01-01"};
  static const std::map<std::string, std::vector<std::string>, std::less<>> values{
      {"{username}", people},
      {"{pid_sl}", providers},
      {"{review}", {"both", "merciful", "nothing"}},
      {"{group}", {"110012345A.manage_referrals", "110067890B.claims_submission_and_status", "999999999Z.manage_referrals"}},
      {"{bundle}", {"000.p/20"}},
      {"{tile}", {"0/000.p/10"}},
      {"{file}", {"x"}},
      {"{name}", {"User"}},
      {"{urn}", {"urn:ietf:params:scim:schemas:core:2.0:User"}},
      {"provider", providers},
      {"user", people},
      {"actor", {"mhughes1", "officer:agency", "submitter:portal"}},
      {"service", {"manage_referrals", "claims_submission_and_status"}},
      {"type", {"departure_reported", "command_refused", "review_opened", "subordinate_created"}},
      {"not_type", {"signed_in", "records_read,access_denied"}},
      {"last_name", {"l", "Lopez"}},
      {"first_name", {"l", "Luz"}},
      {"from", dates},
      {"to", dates},
      {"since", dates},
      {"at", dates},
      {"recorded_at", dates},
      {"position", {"1", "8"}},
      {"wait_for", {"1"}},
      {"limit", {"1"}},
      {"oldest_first", {"true"}},
      {"rule", {"no_backup"}},
      {"refusal", {"username_unavailable", "not_administrator"}},
      {"state", {"open", "closed", "locked"}},
      {"zone", {"UTC"}},
      {"preparer", {"Kim"}},
      {"format", {"ndjson", "csv", "fhir", "ocsf", "cloudevents"}},
      {"filter", {"userName+eq+%22llopez1%22", "emails.value+eq+%22luz@mercy.example%22", "members.value+eq+%22llopez1%22"}},
      {"attributes", {"userName,emails,members"}},
      {"excludedAttributes", {"id"}},
      {"startIndex", {"2"}},
      {"count", {"1"}},
      {"sortBy", {"userName"}},
      {"sortOrder", {"descending"}},
  };
  return values;
}

using Parameters = std::map<std::string, std::string, std::less<>>;

// What a route cannot be asked without.
Parameters needed_by(const Route& route) {
  static const Parameters usual{{"from", "2000-01-01"}, {"to", "2040-01-01"}, {"user", "jdoe1"}, {"format", "ndjson"}};
  Parameters out;
  for (const Parameter& parameter : route.parameters) {
    if (parameter.is_required) out.emplace(parameter.name, usual.at(std::string{parameter.name}));
  }
  return out;
}

std::string target_of(const std::string& path, const Parameters& parameters) {
  std::string out = path;
  for (const auto& [name, value] : parameters) out += (out == path ? "?" : "&") + name + "=" + value;
  return out;
}

std::vector<std::string> values_for(std::string_view name, const Route& route) {
  const auto found = curiosity().find(name);
  if (found != curiosity().end()) return found->second;
  ADD_FAILURE() << "write into this test what is curious about " << name << " of " << route.path;
  return {};
}

// The path with each {part} that somebody may be curious about.
std::vector<std::string> paths_of(const Route& route) {
  const std::string path{route.path};
  const auto open = path.find('{');
  if (open == std::string::npos) return {path};
  const auto close = path.find('}') + 1;
  std::vector<std::string> out;
  for (const std::string& part : values_for(path.substr(open, close - open), route))
    out.push_back(path.substr(0, open) + part + path.substr(close));
  return out;
}

class EveryRoute : public WithNode {
 protected:
  // John works at Harbor too; Mercy's Luz has nothing to do with it. Harbor tries for Luz. Rita reviews at Harbor, and administers nothing.
  EveryRoute() : WithNode(of_every_route()) {
    tell(
        R"({"type":"link_subordinate","command_id":"h1","actor":"aortega1","provider":"110067890B","username":"jdoe1","services":["claims_submission_and_status"]}
{"type":"create_subordinate","command_id":"h2","actor":"mhughes1","provider":"110012345A","last_name":"Lopez","first_name":"Luz","birth_day":"09/09","email":"luz@mercy.example","zip":"02139","pin":"5550","services":["manage_referrals"]}
{"type":"update_subordinate","command_id":"h3","actor":"aortega1","provider":"110067890B","username":"llopez1","last_name":"X","first_name":"Y","birth_day":"09/09","email":"x@y.example","zip":"02139","services":["manage_referrals"]}
{"type":"create_subordinate","command_id":"h4","actor":"aortega1","provider":"110067890B","last_name":"Stone","first_name":"Rita","birth_day":"03/03","email":"rita@harbor.example","zip":"02128","pin":"5551","services":["view_provider_reports"]}
{"type":"report_departure","command_id":"h5","actor":"mhughes1","provider":"110012345A","username":"jdoe1","left_at":"2024-05-02","requested_by":"Hughes","reference":"Mercy 7"}
{"type":"open_review","command_id":"h6","actor":"officer:agency","review":"both","providers":["110012345A","110067890B"],"due_at":"2040-01-01T00:00:00Z"}
{"type":"open_review","command_id":"h7","actor":"officer:agency","review":"merciful","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"}
{"type":"assign_reviewer","command_id":"h8","actor":"aortega1","review":"both","provider":"110067890B","reviewer":"rstone1","usernames":["jdoe1"]}
{"type":"disable_account","command_id":"h9","actor":"officer:agency","username":"llopez1","reason":"long_leave"}
)");
  }

  // All that the route can be asked, but for cursors.
  static std::set<std::string> targets_of(const Route& route) {
    std::set<std::string> out;
    for (const std::string& path : paths_of(route)) {
      const Parameters needed = needed_by(route);
      out.insert(target_of(path, needed));
      for (const Parameter& parameter : route.parameters) {
        if (parameter.name == "cursor") continue;
        for (const std::string& value : values_for(parameter.name, route)) {
          Parameters asked = needed;
          asked[std::string{parameter.name}] = value;
          out.insert(target_of(path, asked));
        }
      }
    }
    return out;
  }

  // Where a page of those who see everything goes on.
  std::optional<std::string> foreign_cursor(const Route& route) {
    const bool has_pages = std::any_of(route.parameters.begin(), route.parameters.end(),
                                       [](const Parameter& parameter) { return parameter.name == "cursor"; });
    if (!has_pages) return std::nullopt;
    Parameters asked = needed_by(route);
    asked["limit"] = "1";
    const std::string path = paths_of(route).front();
    std::string cursor = member(get(target_of(path, asked), all).body, "next");
    if (cursor.empty()) cursor = "zzz";
    asked["cursor"] = cursor;
    return target_of(path, asked);
  }

  // Words of Mercy's that the caller was shown, each with what was asked.
  std::vector<std::string> shown_by(const Route& route, const std::string& caller) {
    std::vector<std::string> out;
    std::set<std::string> targets = targets_of(route);
    if (auto cursor = foreign_cursor(route)) targets.insert(std::move(*cursor));
    for (const std::string& target : targets) {
      for (const std::string_view form : route.gives) {
        if (form == media::event_stream) continue;  // Of the same events, by the same view.
        const Response response = get(target, caller, form);
        std::string text = response.body;
        for (const auto& [name, value] : response.headers) text += "\n" + name + ": " + value;
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        for (const std::string& word : words_of_mercy()) {
          if (const auto at = text.find(word); at != std::string::npos)
            out.push_back(fmt::format("{} in {} ({}): {}", word, target, form, text.substr(at < 200 ? 0 : at - 200, 300)));
        }
      }
    }
    return out;
  }

  static bool is_walked(const Route& route) { return route.method == Method::get && !route.roles.is_open(); }

  const std::string all = token(TokenRole::AUDITOR, "bea");
  const std::string officer = token(TokenRole::OFFICER, "agency");
  const std::string limited = token(TokenRole::AUDITOR, "ann", {std::string{harbor}});
  const std::string alan = token(TokenRole::ACCOUNT, "aortega1");
  const std::string rita = token(TokenRole::ACCOUNT, "rstone1");
};

TEST_F(EveryRoute, ShowsThoseWhoSeeOneProviderNothingOfAnother) {
  for (const Route& route : routes()) {
    if (!is_walked(route)) continue;
    for (const std::string& caller : {limited, alan, rita}) EXPECT_THAT(shown_by(route, caller), testing::IsEmpty());
  }
}

// A departure that was reported at Mercy is told at Harbor too, by a notice.
TEST_F(EveryRoute, ShowsOfANoticeWhatItTellsOfAndNotWhoReportedItElsewhere) {
  const std::string notice = get("/v1/audit/trail?type=notice_given", limited).body;
  EXPECT_THAT(notice, testing::HasSubstr("2024-05-02T00:00:00Z"));
  EXPECT_THAT(notice, testing::HasSubstr(R"("actor":{"kind":"account","name":""})"));
  EXPECT_THAT(get("/v1/audit/trail?type=notice_given", all).body, testing::HasSubstr("mhughes1")) << "the control";
}

// The control: the same walk finds what whoever sees everything is shown.
TEST_F(EveryRoute, ShowsThoseWhoSeeEverythingWhatTheOthersMustNotSee) {
  // They tell of no provider, or of how the log is kept.
  const std::set<std::string_view> silent{"/v1/services",
                                          "/v1/audit/trail/histogram",
                                          "/scim/v2/Me",
                                          "/v1/audit/rules",
                                          "/v1/session",
                                          "/v1/audit/policies",
                                          "/v1/audit/retention",
                                          "/v1/audit/gaps",
                                          "/v1/audit/privileged",
                                          "/v1/stats",
                                          "/metrics",
                                          "/log/checkpoint",
                                          "/log/log.vkey",
                                          "/log/rotations",
                                          "/log/rotations/{file}",
                                          "/log/tile/{tile}",
                                          "/scim/v2/Schemas",
                                          "/scim/v2/Schemas/{urn}",
                                          "/scim/v2/ResourceTypes",
                                          "/scim/v2/ResourceTypes/{name}",
                                          "/scim/v2/ServiceProviderConfig"};
  for (int i = 0; i < 2000 && node->notary().newest()->checkpoint.size < 20; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  for (const Route& route : routes()) {
    if (!is_walked(route) || silent.contains(route.path)) continue;
    const std::string& caller = route.roles.has(TokenRole::AUDITOR) ? all : officer;
    EXPECT_THAT(shown_by(route, caller), testing::Not(testing::IsEmpty())) << route.path;
  }
}

// What answers without a horizon has no part of anybody's affairs in it, and is named here.
TEST_F(EveryRoute, ThatIsAskedWithoutAHorizonTellsOfNobody) {
  const std::set<std::string_view> known{"/log/checkpoint", "/log/log.vkey", "/log/rotations", "/log/rotations/{file}", "/log/tile/{tile}"};
  for (const Route& route : routes()) {
    const bool is_for_some = route.roles.has(TokenRole::AUDITOR) || route.roles.has(TokenRole::ACCOUNT);
    if (route.method != Method::get || !is_for_some || route.scope != Scope::node) continue;
    EXPECT_TRUE(known.contains(route.path)) << route.path;
  }
}

TEST_F(EveryRoute, AnswersAlikeForWhatIsElsewhereAndWhatIsNowhere) {
  for (const Route& route : routes()) {
    if (!is_walked(route) || route.scope != Scope::horizon) continue;
    for (const auto& [name, elsewhere, nowhere_at_all] : {std::tuple{"provider", std::string{mercy}, std::string{nowhere}},
                                                          std::tuple{"user", std::string{"llopez1"}, std::string{"nobody1"}}}) {
      const bool is_taken =
          std::any_of(route.parameters.begin(), route.parameters.end(),
                      [&, wanted = std::string_view{name}](const Parameter& parameter) { return parameter.name == wanted; });
      if (!is_taken) continue;
      for (const std::string& caller : {limited, alan}) {
        Parameters asked = needed_by(route);
        asked[name] = elsewhere;
        const std::string path = paths_of(route).front();
        const Response first = get(target_of(path, asked), caller);
        asked[name] = nowhere_at_all;
        const Response second = get(target_of(path, asked), caller);
        EXPECT_EQ(first.status, second.status) << target_of(path, asked);
        if (route.gives.front() == media::html) continue;
        EXPECT_EQ(first.body, second.body) << target_of(path, asked);
      }
    }
  }
}

// What the log took away, no token brings back: not even a look at what is nobody's affairs.
TEST_F(EveryRoute, AnswersNothingToWhoWasDismissedAsAnOfficer) {
  tell(R"({"type":"appoint_officer","command_id":"d1","actor":"officer:agency","officer":"second"})");
  const std::string second = token(TokenRole::OFFICER, "second");
  const auto answered = [&](const Route& route) {
    const std::string authorization = "Bearer " + second;
    const std::string target = target_of(paths_of(route).front(), needed_by(route));
    RequestHead head{};
    head.method = name_of(route.method);
    head.target = target;
    head.authorization = authorization;
    head.content_type = route.takes;
    const auto asked = dispatch(*node, head, "test-1");
    return asked ? answer_question(*node, *asked->route, asked->call) : respond(asked.error().problem, "test-1");
  };
  const auto is_for_officers = [](const Route& route) {
    return std::holds_alternative<AskHandler>(route.handler) && !route.roles.is_open() && route.roles.has(TokenRole::OFFICER);
  };
  for (const Route& route : routes()) {
    if (!is_for_officers(route)) continue;
    EXPECT_NE(problem_of(answered(route)), "actor_unknown") << route.path << ": the control";
  }
  tell(R"({"type":"dismiss_officer","command_id":"d2","actor":"officer:agency","officer":"second"})");
  std::size_t walked = 0;
  for (const Route& route : routes()) {
    if (!is_for_officers(route)) continue;
    if (route.path == "/v1/session/end") {
      EXPECT_EQ(answered(route).status, 200U) << "who may ask nothing can still go";
      continue;
    }
    const Response response = answered(route);
    EXPECT_EQ(response.status, 403U) << route.path;
    EXPECT_EQ(problem_of(response), "actor_unknown") << route.path;
    ++walked;
  }
  EXPECT_GT(walked, 20U);
}

}  // namespace
}  // namespace muniment
