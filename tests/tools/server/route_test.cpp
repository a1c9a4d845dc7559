#include <algorithm>
#include <map>

#include "events/json/text_member.h"
#include "node_fixture.h"
#include "tools/console/assets.h"
#include "tools/server/openapi.h"
#include "tools/server/scim_form.h"

namespace muniment {
namespace {

using Routes = WithNode;

constexpr std::array all_roles{TokenRole::ACCOUNT,  TokenRole::OFFICER,   TokenRole::AUDITOR,
                               TokenRole::OPERATOR, TokenRole::SUBMITTER, TokenRole::NODE};

std::string_view a_console_file() {
  const auto assets = console::assets();
  return std::find_if(assets.begin(), assets.end(), [](const console::Asset& asset) { return asset.name.ends_with(".js"); })->name;
}

// Something that each route answers for a role that it takes.
std::string target_of(const Route& route) {
  if (route.path == "/v1/accounts/{username}") return "/v1/accounts/jdoe1";
  if (route.path == "/v1/accounts/{username}/profile") return "/v1/accounts/jdoe1/profile";
  if (route.path == "/console/assets/{file}") return "/console/assets/" + std::string{a_console_file()};
  if (route.path == "/v1/providers/{pid_sl}") return "/v1/providers/110012345A";
  if (route.path == "/v1/providers/{pid_sl}/subordinates") return "/v1/providers/110012345A/subordinates";
  if (route.path == "/v1/audit/roster") return "/v1/audit/roster?provider=110012345A";
  if (route.path == "/v1/audit/diff") return "/v1/audit/diff?from=2020-01-01&to=2030-01-01";
  if (route.path == "/v1/audit/reviews/{review}") return "/v1/audit/reviews/q4";
  if (route.path == "/v1/audit/intervals") return "/v1/audit/intervals?user=jdoe1";
  if (route.path == "/v1/audit/leaver") return "/v1/audit/leaver?user=jdoe1";
  if (route.path == "/v1/audit/attestation") return "/v1/audit/attestation?provider=110012345A";
  if (route.path == "/v1/audit/report") return "/v1/audit/report?provider=110012345A";
  if (route.path == "/v1/export/trail") return "/v1/export/trail?format=ndjson";
  if (route.path == "/scim/v2/ResourceTypes/{name}") return "/scim/v2/ResourceTypes/User";
  if (route.path == "/scim/v2/Schemas/{urn}") return "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User";
  if (route.path == "/scim/v2/Users") return "/scim/v2/Users?provider=110012345A";
  if (route.path == "/scim/v2/Groups") return "/scim/v2/Groups?provider=110012345A";
  if (route.path == "/scim/v2/Users/{username}" && route.method == Method::remove) return "/scim/v2/Users/nobody1";
  if (route.path == "/scim/v2/Users/{username}") return "/scim/v2/Users/jdoe1?provider=110012345A";
  if (route.path == "/scim/v2/Users/.search") return "/scim/v2/Users/.search?provider=110012345A";
  if (route.path == "/scim/v2/Groups/.search") return "/scim/v2/Groups/.search?provider=110012345A";
  if (route.path == "/scim/v2/.search") return "/scim/v2/.search?provider=110012345A";
  if (route.path == "/scim/v2/Me") return "/scim/v2/Me?provider=110012345A";
  if (route.path == "/scim/v2/Groups/{group}") return "/scim/v2/Groups/110012345A.manage_referrals";
  if (route.path == "/log/tile/{tile}") return "/log/tile/0/000.p/10";
  if (route.path == "/log/tile/entries/{bundle}") return "/log/tile/entries/000.p/10";
  return std::string{route.path};
}

// The whole table, so that a new route must be written here too.
const std::map<std::string, std::string>& expected_roles() {
  static const std::map<std::string, std::string> expected{
      {"GET /healthz", "open"},
      {"GET /readyz", "open"},
      {"GET /openapi.json", "open"},
      {"GET /metrics", "operator"},
      {"POST /v1/clock/accept", "officer operator"},
      {"POST /v1/nodes/access application/capnp", "node"},
      {"POST /v1/backups/log", "operator"},
      {"POST /v1/backups/vault", "operator"},
      {"POST /v1/commands application/json", "account officer auditor submitter"},
      {"POST /v1/commands application/x-ndjson", "account officer submitter"},
      {"POST /v1/commands application/capnp", "account officer submitter"},
      {"GET /v1/audit/as-of", "account officer auditor"},
      {"GET /v1/audit/roster", "account officer auditor"},
      {"GET /v1/audit/trail", "account officer auditor"},
      {"GET /v1/audit/trail/histogram", "account officer auditor"},
      {"GET /v1/audit/intervals", "account officer auditor"},
      {"GET /v1/audit/states", "account officer auditor"},
      {"GET /v1/export/trail", "account officer auditor"},
      {"GET /v1/audit/findings", "account officer auditor"},
      {"GET /v1/audit/rules", "account officer auditor"},
      {"GET /v1/audit/report", "officer auditor"},
      {"GET /v1/audit/privileged", "officer auditor"},
      {"GET /v1/audit/reviews", "account officer auditor"},
      {"GET /v1/audit/reviews/{review}", "account officer auditor"},
      {"GET /v1/audit/policies", "officer auditor"},
      {"GET /v1/audit/retention", "officer auditor"},
      {"GET /v1/audit/gaps", "officer auditor"},
      {"GET /v1/audit/leaver", "account officer auditor"},
      {"GET /v1/audit/attestation", "account officer auditor"},
      {"GET /v1/audit/diff", "account officer auditor"},
      {"GET /v1/accounts/{username}", "account officer auditor"},
      {"GET /v1/providers/{pid_sl}", "account officer auditor"},
      {"GET /v1/providers/{pid_sl}/subordinates", "account officer auditor"},
      {"GET /v1/services", "account officer auditor operator submitter"},
      {"GET /v1/stats", "officer operator"},
      {"GET /v1/accounts/{username}/profile", "account officer"},
      {"GET /v1/session", "account officer auditor operator"},
      {"POST /v1/session", "account officer auditor operator"},
      {"POST /v1/session/end", "account officer auditor operator"},
      {"GET /v1/sign-in", "open"},
      {"GET /console/sign-in", "open"},
      {"GET /console/signed-in", "open"},
      {"GET /console", "open"},
      {"GET /console/assets/{file}", "open"},
      {"POST /v1/credentials/redeem application/json", "submitter"},
      {"GET /v1/events", "officer auditor operator"},
      {"GET /log/checkpoint", "officer auditor operator node"},
      {"GET /log/log.vkey", "officer auditor operator"},
      {"GET /log/rotations", "officer auditor operator"},
      {"GET /log/rotations/{file}", "officer auditor operator"},
      {"GET /log/tile/{tile}", "officer auditor operator"},
      {"GET /log/tile/entries/{bundle}", "officer auditor operator"},
      {"GET /scim/v2/ServiceProviderConfig", "account officer submitter"},
      {"GET /scim/v2/ResourceTypes", "account officer submitter"},
      {"GET /scim/v2/ResourceTypes/{name}", "account officer submitter"},
      {"GET /scim/v2/Schemas", "account officer submitter"},
      {"GET /scim/v2/Schemas/{urn}", "account officer submitter"},
      {"GET /scim/v2/Users", "account officer submitter"},
      {"POST /scim/v2/Users application/scim+json", "account officer submitter"},
      {"GET /scim/v2/Users/{username}", "account officer submitter"},
      {"PUT /scim/v2/Users/{username} application/scim+json", "account officer submitter"},
      {"PATCH /scim/v2/Users/{username} application/scim+json", "account officer submitter"},
      {"DELETE /scim/v2/Users/{username}", "account officer submitter"},
      {"GET /scim/v2/Groups", "account officer submitter"},
      {"GET /scim/v2/Groups/{group}", "account officer submitter"},
      {"PUT /scim/v2/Groups/{group} application/scim+json", "account officer submitter"},
      {"PATCH /scim/v2/Groups/{group} application/scim+json", "account officer submitter"},
      {"POST /scim/v2/Users/.search application/scim+json", "account officer submitter"},
      {"POST /scim/v2/Groups/.search application/scim+json", "account officer submitter"},
      {"POST /scim/v2/.search application/scim+json", "account officer submitter"},
      {"GET /scim/v2/Me", "account officer submitter"},
      {"PUT /scim/v2/Me application/scim+json", "account officer submitter"},
      {"PATCH /scim/v2/Me application/scim+json", "account officer submitter"},
      {"DELETE /scim/v2/Me", "account officer submitter"},
      {"POST /scim/v2/Bulk application/scim+json", "account officer submitter"},
  };
  return expected;
}

// Something that changes nothing, so that the walk may send it again and again.
std::string scim_body_of(const Route& route) {
  if (route.method == Method::patch) return R"({"Operations":[{"op":"remove","path":"nickName"}]})";
  if (route.method == Method::put) return R"({"members":[{"value":"jdoe1"}]})";
  if (route.path.ends_with("/.search")) return R"({"count":1})";
  if (route.path == "/scim/v2/Bulk") return R"({"Operations":[{"method":"DELETE","path":"/Users/nobody1"}]})";
  return R"({"userName":"x"})";
}

// What SCIM's routes answer, in SCIM's form: 200, or where the walk has no good request, that it is let in.
template <typename Ask>
void walk_scim(const Route& route, const Ask& ask_with, const std::map<TokenRole, std::string>& tokens) {
  const std::string name{name_of(route)};
  EXPECT_EQ(ask_with("", "").status, 401U) << name;
  EXPECT_THAT(ask_with("nonsense", "").body, testing::HasSubstr("token_invalid")) << name;
  const bool is_of_self = route.path == "/scim/v2/Me";
  const bool is_about_the_service = route.path.find("/Users") == std::string_view::npos &&
                                    route.path.find("/Groups") == std::string_view::npos &&
                                    route.path.find("/Bulk") == std::string_view::npos && !route.path.ends_with("/.search") && !is_of_self;
  for (const TokenRole role : all_roles) {
    const Response response = ask_with(tokens.at(role), "");
    EXPECT_EQ(response.content_type, media::scim) << name;
    const bool is_allowed = route.roles.has(role);
    if (!is_allowed || (role == TokenRole::SUBMITTER && !is_about_the_service)) {
      const unsigned status = is_allowed ? 400 : 403;  // For whom the submitter acts is not said.
      EXPECT_EQ(response.status, status) << name << " " << name_of(role) << response.body;
    } else if (route.path == "/scim/v2/Users" && route.method == Method::post) {
      EXPECT_THAT(response.body, testing::HasSubstr("name.familyName: is missing"));
    } else if (is_of_self && role == TokenRole::OFFICER) {
      EXPECT_EQ(response.status, 404U) << "an officer is no account";
    } else if (is_of_self && route.method == Method::remove) {
      EXPECT_EQ(response.status, 403U) << "nobody removes the Primary User";
    } else if (route.method == Method::remove) {
      EXPECT_EQ(response.status, 404U) << "there is nobody of that name";
    } else {
      EXPECT_EQ(response.status, 200U) << name << " " << name_of(role) << response.body;
    }
  }
  const std::string as_delegate = ask_with(tokens.at(TokenRole::SUBMITTER), "mhughes1").body;
  EXPECT_EQ(as_delegate.find("not_delegated") == std::string::npos, is_about_the_service) << name << as_delegate;
}

TEST_F(Routes, AnswerTheRolesOfTheTableAndDenyAllOthers) {
  const std::map<TokenRole, std::string> tokens{
      {TokenRole::ACCOUNT, token(TokenRole::ACCOUNT, "mhughes1")},   {TokenRole::OFFICER, token(TokenRole::OFFICER, "agency")},
      {TokenRole::AUDITOR, token(TokenRole::AUDITOR, "ann")},        {TokenRole::OPERATOR, token(TokenRole::OPERATOR, "ops")},
      {TokenRole::SUBMITTER, token(TokenRole::SUBMITTER, "portal")}, {TokenRole::NODE, token(TokenRole::NODE, "nodes")}};
  tell(
      R"({"type":"open_review","command_id":"q4","actor":"officer:agency","review":"q4","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"})");
  EXPECT_EQ(routes().size(), expected_roles().size());
  for (const Route& route : routes()) {
    const std::string name = std::string{name_of(route)} + (route.takes.empty() ? "" : " ") + std::string{route.takes};
    ASSERT_TRUE(expected_roles().contains(name)) << name;
    const std::string& allowed = expected_roles().at(name);
    const std::string target = target_of(route);
    const bool is_redemption = route.path == "/v1/credentials/redeem";
    const bool is_scim = is_scim_target(route.path);
    const std::string body = is_scim ? scim_body_of(route)
                             : is_redemption
                                 ? R"({"username":"jdoe1","credential":"none"})"
                                 : R"({"type":"record_sign_in","command_id":"w","username":"nobody1","at":"2024-01-01","success":true})";
    const auto ask_with = [&](const std::string& text, std::string_view acting_for = {}) {
      const std::string authorization = text.empty() ? "" : "Bearer " + text;
      const RequestHead head{.method = name_of(route.method),
                             .target = target,
                             .authorization = authorization,
                             .content_type = route.takes,
                             .accept = {},
                             .idempotency_key = is_redemption ? "w2" : "",
                             .if_match = {},
                             .last_event_id = {},
                             .acting_for = acting_for};
      return ask(head, route.takes.empty() ? "" : body);
    };
    if (is_scim) {
      walk_scim(route, [&](const std::string& text, std::string_view acting_for) { return ask_with(text, acting_for); }, tokens);
      continue;
    }
    // No provider is configured with which anybody could sign in.
    const bool is_sign_in = route.path == "/console/sign-in" || route.path == "/console/signed-in";
    const std::string open_answer = is_sign_in ? "not_known" : "";
    EXPECT_EQ(problem_of(ask_with("")), allowed == "open" ? open_answer : "token_missing") << name;
    EXPECT_EQ(problem_of(ask_with("nonsense")), allowed == "open" ? open_answer : "token_invalid") << name;
    for (const TokenRole role : all_roles) {
      const Response response = ask_with(tokens.at(role));
      const bool is_allowed = allowed == "open" || allowed.find(name_of(role)) != std::string::npos;
      if (!is_allowed) {
        EXPECT_EQ(response.status, 403U) << name << " " << name_of(role);
        EXPECT_EQ(problem_of(response), "role_denied") << name << " " << name_of(role);
      } else if (is_sign_in) {
        EXPECT_EQ(problem_of(response), "not_known") << name;
      } else if (route.path == "/v1/nodes/access") {
        EXPECT_EQ(problem_of(response), "malformed") << "the body of the others is no message";
      } else if (is_redemption) {
        EXPECT_EQ(problem_of(response), "credential_invalid") << response.body;
      } else if (route.path.starts_with("/v1/backups/")) {
        EXPECT_EQ(problem_of(response), "backup_not_configured") << "as is told to who may ask for one alone";
      } else if (route.path == "/log/rotations/{file}") {
        EXPECT_EQ(problem_of(response), "not_known") << "the log's key was never rotated";
      } else if (route.takes == "application/json" && role == TokenRole::AUDITOR) {
        EXPECT_EQ(problem_of(response), "role_denied") << "an auditor decides about findings alone";
      } else if (route.takes == "application/json") {
        // Let in: the log decides, and it decides about this one by who acts.
        EXPECT_NE(problem_of(response), "role_denied") << name << " " << name_of(role);
        EXPECT_FALSE(member(response.body, "command_id").empty()) << response.body;
      } else {
        EXPECT_EQ(response.status, 200U) << name << " " << name_of(role) << response.body;
      }
    }
  }
}

TEST_F(Routes, AreUnknownByOtherPathsAndMethods) {
  const std::string officer = token(TokenRole::OFFICER, "agency");
  EXPECT_EQ(problem_of(get("/", officer)), "route_unknown");
  EXPECT_EQ(problem_of(get("/v1/accounts/", officer)), "route_unknown");
  EXPECT_EQ(problem_of(get("/v1/accounts/a/b", officer)), "route_unknown");
  EXPECT_EQ(problem_of(get("/v1/providers//subordinates", officer)), "route_unknown");
  EXPECT_EQ(problem_of(get("/v1/providers/subordinates", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/providers/a/b/subordinates", officer)), "route_unknown");
  EXPECT_EQ(problem_of(get("/v1/commands", officer)), "method_not_allowed");
  EXPECT_EQ(problem_of(post("{}", officer,
                            {.method = {},
                             .target = {},
                             .authorization = {},
                             .content_type = "text/plain",
                             .accept = {},
                             .idempotency_key = {},
                             .if_match = {},
                             .last_event_id = {}})),
            "media_type_unsupported");
}

TEST_F(Routes, TakeEachParameterThatTheyKnowOnceAndNotEmpty) {
  const std::string officer = token(TokenRole::OFFICER, "agency");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?colour=red", officer)), "parameter_unknown");
  const Response twice = get("/v1/audit/as-of?user=jdoe1&user=jdoe1", officer);
  EXPECT_EQ(problem_of(twice), "parameter_unknown");
  EXPECT_EQ(member(twice.body, "field"), "user");
  const Response empty = get("/v1/audit/as-of?user=", officer);
  EXPECT_EQ(problem_of(empty), "malformed");
  EXPECT_EQ(member(empty.body, "field"), "user");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?user=%zz", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?user=a%00b", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?limit=0", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?limit=-1", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?position=99999", officer)), "position_not_reached");
}

TEST_F(Routes, StandInTheOpenApiDocumentAndNothingElseDoes) {
  const std::string& document = openapi_document();
  for (const Route& route : routes()) {
    EXPECT_THAT(document, testing::HasSubstr("\"" + std::string{route.path} + "\":{"));
    for (const Parameter& parameter : route.parameters) EXPECT_THAT(document, testing::HasSubstr(std::string{parameter.name}));
  }
  EXPECT_EQ(text_member(document, "openapi"), "3.1.0");  // And so it is JSON.
}

TEST_F(Routes, SayInTheOpenApiDocumentWhoMayComeWithACookie) {
  const std::string& document = openapi_document();
  EXPECT_THAT(document, testing::HasSubstr(R"("session":{"type":"apiKey","in":"cookie","name":"__Host-muniment")"));
  EXPECT_THAT(document, testing::HasSubstr(R"("console":{"type":"apiKey","in":"header","name":"Muniment-Console")"));
  const auto security_of = [&](const std::string& id) {
    const std::size_t at = document.find("\"operationId\":\"" + id + "\"");
    const std::size_t from = document.find("\"security\":", at);
    return at == std::string::npos ? "" : document.substr(from, document.find(",\"parameters\"", from) - from);
  };
  const std::string with_cookie = R"("security":[{"token":[]},{"certificate":[]},{"session":[],"console":[]}])";
  EXPECT_EQ(security_of("GET_v1_session"), with_cookie);
  EXPECT_EQ(security_of("POST_v1_session_end"), with_cookie);
  EXPECT_EQ(security_of("POST_v1_commands"), with_cookie);
  const std::string without = R"("security":[{"token":[]},{"certificate":[]}])";
  EXPECT_EQ(security_of("POST_v1_session"), without) << "a session opens no other";
  EXPECT_EQ(security_of("POST_v1_credentials_redeem"), without) << "a submitter has none";
  EXPECT_EQ(security_of("GET_v1_sign_in"), R"("security":[])");
}

// Who signs in at a standby has its session there; what ends with a record of its own is for the node that records.
TEST_F(Routes, AreAnsweredByAStandbyWhereTheyNeitherRecordNorOpenNames) {
  std::size_t exports = 0;
  for (const Route& route : routes()) {
    const bool is_of_browsers = route.path.starts_with("/console") || route.path == "/v1/session" || route.path == "/v1/sign-in";
    const bool is_export = route.path == "/v1/audit/report" || route.path == "/v1/export/trail";
    const bool is_recorded = route.scope == Scope::act || route.path.starts_with("/v1/backups/") || is_export;
    exports += is_export ? 1U : 0U;
    if (!is_of_browsers && !is_recorded) continue;
    EXPECT_EQ(needs_sequencer(route), is_recorded) << route.path;
  }
  EXPECT_EQ(exports, 2U);
}

// Read-your-writes: of a route that tells of what the log has, every one can be asked to wait.
TEST_F(Routes, WaitForAPositionWhateverIsAskedOfTheLog) {
  const std::string officer = token(TokenRole::OFFICER, "agency");
  const std::string head = std::to_string(node->log().head(0).position);
  for (const char* path : {"/v1/stats", "/v1/session"}) {
    EXPECT_EQ(get(std::string{path} + "?wait_for=" + head, officer).status, 200U) << path;
    const Response beyond = get(std::string{path} + "?wait_for=99999", officer);
    EXPECT_EQ(problem_of(beyond), "position_not_reached") << path;
    EXPECT_EQ(member(beyond.body, "field"), "wait_for") << path;
    EXPECT_EQ(problem_of(get(std::string{path} + "?wait_for=x", officer)), "malformed") << path;
  }
}

TEST_F(Routes, EveryRefusalHasAStatusAndAnAnswer) {
  for (const RefusalEntry& entry : refusals()) {
    const unsigned status = status_of_problem(entry.name);
    EXPECT_TRUE(status == 403 || status == 409 || status == 422) << entry.name;
  }
  for (const ProblemEntry& entry : problems()) EXPECT_EQ(respond(Problem{entry.name}, "r").status, entry.status);
}

}  // namespace
}  // namespace muniment
