// SCIM 2.0 as identity providers speak it: each request is ordinary commands of whoever the token is.
#include <chrono>
#include <mutex>
#include <thread>

#include "make_token.h"
#include "node_fixture.h"
#include "tools/scim/json.h"
#include "tools/server/answer_question.h"

namespace muniment {
namespace {

namespace json = scim::json;

// Done once, while something is being decided.
class Interruption {
 public:
  void set(std::function<void()> act) {
    const std::lock_guard lock(mutex_);
    act_ = std::move(act);
  }
  void happen() {
    std::function<void()> act;
    {
      const std::lock_guard lock(mutex_);
      act = std::exchange(act_, {});
    }
    if (act) act();
  }

 private:
  std::mutex mutex_;
  std::function<void()> act_;
};
Interruption interruption;

class Scim : public WithNode {
 protected:
  Scim()
      : WithNode({.settings = {.limits = {.disk_reserve_bytes = 0}}}, [] {
          interruption.happen();
          return system_now();
        }) {}
  ~Scim() override { interruption.set({}); }

  struct Headers {
    std::string_view if_match = {};
    std::string_view key = {};
    std::string_view acting_for = {};
  };

  Response send(std::string_view method, const std::string& path, const std::string& body, const std::string& as, const Headers& headers) {
    const std::string authorization = "Bearer " + as;
    const std::string target = "/scim/v2" + path;
    const bool has_body = method != "GET" && method != "DELETE";
    return ask({.method = method,
                .target = target,
                .authorization = authorization,
                .content_type = has_body ? "application/scim+json; charset=utf-8" : "",
                .accept = {},
                .idempotency_key = headers.key,
                .if_match = headers.if_match,
                .last_event_id = {},
                .acting_for = headers.acting_for},
               body);
  }
  Response send(std::string_view method, const std::string& path, const std::string& body = "") {
    return send(method, path, body, mary, {});
  }
  static json::object read(const Response& response) {
    json::error_code error;
    const json::value out = json::parse(response.body, error);
    return !error && out.is_object() ? out.get_object() : json::object{};
  }
  static std::string type_of(const Response& response) {
    const json::object body = read(response);
    return body.contains("scimType") ? std::string{body.at("scimType").as_string()} : "";
  }
  // The kinds of the last events, oldest first, without reads.
  std::vector<std::string> events_since(Position position) const {
    std::vector<std::string> out;
    store->log().read(0, position + 1, head(), [&](Position, RecordWords words) {
      RecordReader record(words);
      std::string text;
      node->event_writer().write(record.event(), text);
      out.push_back(member(text, "type"));
      return true;
    });
    std::erase(out, "records_read");
    std::erase(out, "access_denied");
    return out;
  }
  Position head() const { return store->log().head(0).position; }
  std::string limited(std::uint32_t daily_quota) const {
    Token out = make_token(TokenRole::ACCOUNT, "mhughes1");
    out.daily_quota = daily_quota;
    return TokenFile(folder).create(std::move(out));
  }
  // The statuses of a bulk request's operations.
  std::vector<std::string> bulk(const std::string& operations, const std::string& as, const Headers& headers) {
    const Response response = send("POST", "/Bulk", R"({"Operations":[)" + operations + "]}", as, headers);
    EXPECT_EQ(response.status, 200U) << response.body;
    std::vector<std::string> out;
    const json::object answer = read(response);
    for (const json::value& one : answer.at("Operations").as_array()) out.emplace_back(one.at("status").as_string());
    return out;
  }
  std::vector<std::string> bulk(const std::string& operations) { return bulk(operations, mary, {}); }
  std::vector<std::string> members_of(const std::string& group) {
    std::vector<std::string> out;
    const json::object shown = read(send("GET", "/Groups/" + group));
    for (const json::value& one : shown.at("members").as_array()) out.emplace_back(one.at("value").as_string());
    return out;
  }
  std::string first_names(const std::string& query) {
    std::string out;
    const json::object list = read(send("GET", "/Users" + query));
    for (const json::value& one : list.at("Resources").as_array()) out += std::string{one.at("userName").as_string()} + " ";
    return out;
  }

  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  std::string alan = token(TokenRole::ACCOUNT, "aortega1");
  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string portal = token(TokenRole::SUBMITTER, "portal");
};

constexpr auto ann =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann.roe@mercy.example","name":{"familyName":"Roe","givenName":"Ann"},
        "emails":[{"value":"ann.roe@mercy.example","primary":true,"type":"work"}],"password":"hunter2","title":"Clerk",
        "urn:ietf:params:scim:schemas:extension:muniment:2.0:User":{"birthDay":"02/03","zip":"02139","pin":"0042","services":["manage_referrals"]}})";

TEST_F(Scim, CreatesAnAccountAndAnswersWithItsResource) {
  const Position before = head();
  const Response response = send("POST", "/Users", ann);
  ASSERT_EQ(response.status, 201U) << response.body;
  const json::object user = read(response);
  EXPECT_EQ(user.at("id").as_string(), "aroe1");
  EXPECT_EQ(user.at("userName").as_string(), "aroe1");
  EXPECT_EQ(user.at("meta").as_object().at("location").as_string(), "/scim/v2/Users/aroe1");
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Location", "/scim/v2/Users/aroe1")));
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("ETag", "\"1\"")));
  for (const std::string_view secret : {"0042", "hunter2", "Clerk"}) EXPECT_THAT(response.body, testing::Not(testing::HasSubstr(secret)));
  EXPECT_EQ(events_since(before), (std::vector<std::string>{"subordinate_created"}));
  EXPECT_EQ(send("GET", "/Users/aroe1").body, response.body);
}

TEST_F(Scim, CreatesNobodyTwice) {
  ASSERT_EQ(send("POST", "/Users", ann).status, 201U);
  const Response again = send("POST", "/Users", ann);
  EXPECT_EQ(again.status, 409U);
  EXPECT_EQ(type_of(again), "uniqueness");
}

TEST_F(Scim, AnswersARepeatedKeyWithTheFirstOutcome) {
  const Response first = send("POST", "/Users", ann, mary, {.key = "k1"});
  ASSERT_EQ(first.status, 201U);
  const Position before = head();
  EXPECT_EQ(send("POST", "/Users", ann, mary, {.key = "k1"}).body, first.body);
  EXPECT_EQ(events_since(before), std::vector<std::string>{});
}

TEST_F(Scim, NamesTheAttributeThatIsMissing) {
  const Response response = send("POST", "/Users", R"({"userName":"x","name":{"familyName":"Roe","givenName":"Ann"}})");
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(type_of(response), "invalidValue");
  EXPECT_THAT(response.body, testing::HasSubstr("emails: is missing"));
  EXPECT_EQ(type_of(send("POST", "/Users", "{")), "invalidSyntax");
  EXPECT_EQ(type_of(send("POST", "/Users", R"({"userName":"x","username":"y"})")), "invalidSyntax");
}

TEST_F(Scim, ListsTheProvidersPeopleInPages) {
  ASSERT_EQ(send("POST", "/Users", ann).status, 201U);
  const json::object all = read(send("GET", "/Users"));
  EXPECT_EQ(all.at("totalResults").to_number<int>(), 3);
  EXPECT_EQ(first_names(""), "aroe1 jdoe1 mhughes1 ");
  EXPECT_EQ(first_names("?startIndex=2&count=1"), "jdoe1 ");
  EXPECT_EQ(first_names("?startIndex=0&count=1"), "aroe1 ");
  const json::object none = read(send("GET", "/Users?count=-5"));
  EXPECT_EQ(none.at("totalResults").to_number<int>(), 3);
  EXPECT_EQ(none.at("itemsPerPage").to_number<int>(), 0);
  EXPECT_EQ(type_of(send("GET", "/Users?count=x")), "invalidValue");
}

TEST_F(Scim, FiltersAndSelects) {
  ASSERT_EQ(send("POST", "/Users", ann).status, 201U);
  EXPECT_EQ(first_names("?filter=userName%20eq%20%22JDOE1%22"), "jdoe1 ");
  EXPECT_EQ(first_names("?filter=name.familyName%20sw%20%22r%22"), "aroe1 ");
  EXPECT_EQ(first_names("?filter=emails%5Btype%20eq%20%22work%22%20and%20value%20co%20%22%40mercy%22%5D"), "aroe1 mhughes1 ");
  EXPECT_EQ(first_names("?filter=userName%20eq%20%22ann.roe%40mercy.example%22"), "aroe1 ") << "by the address, as identity providers ask";
  EXPECT_EQ(first_names("?filter=userName%20eq%20%22nobody%40mercy.example%22"), "");
  EXPECT_EQ(first_names("?filter=userName%20eq%20%22aortega1%22"), "") << "somebody elsewhere";
  const Response wrong = send("GET", "/Users?filter=userName%20is%20%22x%22");
  EXPECT_EQ(wrong.status, 400U);
  EXPECT_EQ(type_of(wrong), "invalidFilter");
  const json::object part = read(send("GET", "/Users/jdoe1?attributes=userName"));
  EXPECT_TRUE(part.contains("userName") && part.contains("id") && !part.contains("name"));
}

TEST_F(Scim, SearchesByABodyAsByAQuery) {
  ASSERT_EQ(send("POST", "/Users", ann).status, 201U);
  const auto search = [&](const std::string& path, const std::string& body) { return send("POST", path + "/.search", body); };
  const Response found = search("/Users", R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
      "filter":"name.familyName sw \"r\"","attributes":["userName","name.familyName"],"startIndex":1,"count":10})");
  ASSERT_EQ(found.status, 200U) << found.body;
  EXPECT_EQ(found.body, send("GET", "/Users?filter=name.familyName%20sw%20%22r%22&attributes=userName,name.familyName").body);
  EXPECT_EQ(read(search("/Users", "{}")).at("totalResults").to_number<int>(), 3);
  EXPECT_EQ(read(search("/Groups", R"({"filter":"members eq \"jdoe1\"","count":0})")).at("totalResults").to_number<int>(), 1);
  EXPECT_EQ(read(search("", R"({"count":1})")).at("totalResults").to_number<int>(), 3 + 9) << "people and services";
  EXPECT_EQ(read(search("", R"({"filter":"displayName co \"referrals\""})")).at("totalResults").to_number<int>(), 1);
  EXPECT_EQ(type_of(search("/Users", R"({"filter":"x"})")), "invalidFilter");
  EXPECT_EQ(type_of(search("/Users", R"({"filter":1})")), "invalidValue");
  EXPECT_EQ(type_of(search("/Users", R"({"attributes":"userName"})")), "invalidValue");
  EXPECT_EQ(type_of(search("/Users", R"({"count":"1"})")), "invalidValue");
  EXPECT_EQ(type_of(search("/Users", "[]")), "invalidSyntax");
  EXPECT_EQ(send("POST", "/Users/.search", "{}", token(TokenRole::ACCOUNT, "jdoe1"), {}).status, 403U) << "who administers nothing";
  EXPECT_EQ(send("GET", "/.search").status, 405U);
}

TEST_F(Scim, HasSearchesOnRecordWithTheNamesOfWhatNarrowedThem) {
  send("POST", "/Users/.search", R"({"filter":"name.familyName eq \"Secretname\""})");
  node->access_record().flush(true);
  std::string recorded;
  for (int tries = 0; recorded.find("/.search") == std::string::npos && tries < 3000; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    recorded.clear();
    store->log().read(0, 1, head(), [&](Position, RecordWords words) {
      RecordReader record(words);
      if (record.event().getFact().isRecordsRead()) node->event_writer().write(record.event(), recorded);
      return true;
    });
  }
  EXPECT_THAT(recorded, testing::HasSubstr("/scim/v2/Users/.search"));
  EXPECT_THAT(recorded, testing::HasSubstr("\"filter\""));
  EXPECT_THAT(recorded, testing::Not(testing::HasSubstr("Secretname")));
}

TEST_F(Scim, ShowsAndChangesWhoAsksAsMe) {
  const Response me = send("GET", "/Me");
  ASSERT_EQ(me.status, 200U) << me.body;
  EXPECT_EQ(me.body, send("GET", "/Users/mhughes1").body);
  EXPECT_THAT(me.headers, testing::Contains(testing::Pair("Location", "/scim/v2/Users/mhughes1")));
  const std::string body = R"({"Operations":[{"op":"replace","path":"name.givenName","value":"Maria"}]})";
  EXPECT_EQ(send("PATCH", "/Me", body).status, send("PATCH", "/Users/mhughes1", body).status);
  EXPECT_EQ(send("PUT", "/Me", "[]").status, 400U);
  EXPECT_EQ(send("DELETE", "/Me").status, 403U) << "nobody removes the Primary User";
  EXPECT_EQ(send("GET", "/Me", "", officer, {}).status, 404U) << "an officer is no account";
  tell(R"({"type":"set_policy","command_id":"p1","actor":"officer:agency","delegates":["submitter:portal"]})");
  EXPECT_EQ(send("GET", "/Me", "", portal, {.acting_for = "aortega1"}).body, send("GET", "/Users/aortega1", "", alan, {}).body);
}

TEST_F(Scim, ChangesAPersonInOneDecision) {
  const Position before = head();
  const Response response = send("PATCH", "/Users/jdoe1", R"({"Operations":[{"op":"Replace","path":"name.familyName","value":"Dow"},
      {"op":"Add","path":"urn:ietf:params:scim:schemas:extension:muniment:2.0:User:services","value":["view_provider_reports"]}]})");
  ASSERT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(events_since(before), (std::vector<std::string>{"profile_changed", "services_assigned"}));
  EXPECT_EQ(read(response).at("name").as_object().at("familyName").as_string(), "Dow");
  const Position then = head();
  EXPECT_EQ(send("PATCH", "/Users/jdoe1", R"({"Operations":[{"op":"Replace","path":"name.familyName","value":"Dow"}]})").status, 200U);
  EXPECT_EQ(events_since(then), std::vector<std::string>{}) << "it is so already";
}

TEST_F(Scim, ReplacesWithWhatIsSentAndKeepsTheRest) {
  const Response response =
      send("PUT", "/Users/jdoe1", R"({"userName":"john.doe@mass.net","name":{"familyName":"Dow","givenName":"Jon"},"active":true})");
  ASSERT_EQ(response.status, 200U) << response.body;
  const json::object user = read(response);
  EXPECT_EQ(user.at("displayName").as_string(), "Jon Dow");
  EXPECT_THAT(response.body, testing::HasSubstr("john.doe@mass.net"));
}

TEST_F(Scim, DisablesForTheAgencyAloneAndEnablesAgain) {
  constexpr auto disable = R"({"Operations":[{"op":"Replace","path":"active","value":"False"}]})";
  const Response denied = send("PATCH", "/Users/jdoe1", disable);
  EXPECT_EQ(denied.status, 403U);
  EXPECT_THAT(denied.body, testing::HasSubstr("agency_only"));
  const Position before = head();
  const Response done = send("PATCH", "/Users/jdoe1", disable, officer, {});
  ASSERT_EQ(done.status, 200U) << done.body;
  EXPECT_EQ(read(done).at("active").as_bool(), false);
  EXPECT_EQ(send("PUT", "/Users/jdoe1", R"({"active":true})", officer, {}).status, 200U);
  EXPECT_EQ(events_since(before), (std::vector<std::string>{"account_disabled", "account_enabled"}));
}

TEST_F(Scim, DoesNothingOfARequestThatWouldTakeTwoCommands) {
  const Position before = head();
  const Response response = send("PATCH", "/Users/jdoe1",
                                 R"({"Operations":[{"op":"replace","value":{"active":false,"name":{"familyName":"Dow"}}}]})", officer, {});
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(type_of(response), "invalidValue");
  EXPECT_EQ(events_since(before), std::vector<std::string>{});
}

TEST_F(Scim, RemovesFromTheProvider) {
  const Position before = head();
  EXPECT_EQ(send("DELETE", "/Users/jdoe1").status, 204U);
  EXPECT_EQ(events_since(before), (std::vector<std::string>{"subordinate_removed"}));
  EXPECT_EQ(send("GET", "/Users/jdoe1").status, 404U);
  EXPECT_EQ(send("DELETE", "/Users/jdoe1").status, 404U);
}

TEST_F(Scim, ChangesOnlyTheVersionThatWasSeen) {
  const std::string body = R"({"Operations":[{"op":"replace","path":"name.familyName","value":"Dow"}]})";
  EXPECT_EQ(send("PATCH", "/Users/jdoe1", body, mary, {.if_match = "\"9\""}).status, 412U);
  EXPECT_EQ(send("DELETE", "/Users/jdoe1", "", mary, {.if_match = "\"9\""}).status, 412U);
  EXPECT_EQ(send("PATCH", "/Users/jdoe1", body, mary, {.if_match = "\"1\""}).status, 200U);
}

TEST_F(Scim, ShowsAndChangesNobodyOfOtherProviders) {
  tell(
      R"({"type":"link_subordinate","command_id":"l1","actor":"aortega1","provider":"110067890B","username":"jdoe1","services":["view_provider_reports"]})");
  EXPECT_EQ(send("GET", "/Users/mhughes1", "", alan, {}).status, 404U);
  EXPECT_EQ(send("GET", "/Users/mhughes1", "", alan, {}).body, send("GET", "/Users/nobody9", "", alan, {}).body);
  EXPECT_EQ(send("GET", "/Users?provider=110012345A", "", alan, {}).status, 403U);
  EXPECT_EQ(send("GET", "/Groups/110012345A.manage_referrals", "", alan, {}).status, 404U);
  const Response guest = send("GET", "/Users/jdoe1", "", alan, {});
  ASSERT_EQ(guest.status, 200U);
  for (const std::string_view hidden : {"john.doe@mass.net", "07/04", "02302", "110012345A", "manage_referrals"})
    EXPECT_THAT(guest.body, testing::Not(testing::HasSubstr(hidden)));
  const Response denied = send("PATCH", "/Users/jdoe1", R"({"Operations":[{"op":"add","value":{"name":{"familyName":"X"}}}]})", alan, {});
  EXPECT_EQ(denied.status, 403U);
  EXPECT_THAT(denied.body, testing::HasSubstr("home_only"));
  EXPECT_EQ(send("GET", "/Users", "", token(TokenRole::ACCOUNT, "jdoe1"), {}).status, 403U) << "who administers nothing";
}

TEST_F(Scim, ActsForAnAdministratorWhereTheAgencySaysSo) {
  const Response before = send("GET", "/Users", "", portal, {.acting_for = "mhughes1"});
  EXPECT_EQ(before.status, 403U);
  EXPECT_THAT(before.body, testing::HasSubstr("not_delegated"));
  tell(R"({"type":"set_policy","command_id":"p1","actor":"officer:agency","delegates":["submitter:portal"]})");
  EXPECT_EQ(send("GET", "/Users", "", portal, {}).status, 400U) << "for whom?";
  EXPECT_EQ(send("GET", "/Users", "", portal, {.acting_for = "officer:agency"}).status, 400U);
  EXPECT_EQ(send("GET", "/Users", "", portal, {.acting_for = "mhughes1"}).status, 200U);
  const Response made = send("POST", "/Users", ann, portal, {.acting_for = "mhughes1"});
  ASSERT_EQ(made.status, 201U) << made.body;
  std::string event;
  store->log().read(0, head(), head(), [&](Position, RecordWords words) {
    RecordReader record(words);
    node->event_writer().write(record.event(), event);
    return true;
  });
  EXPECT_THAT(event, testing::HasSubstr(R"("actor":{"kind":"account","name":"mhughes1"})"));
  EXPECT_THAT(event, testing::HasSubstr(R"("submitted_by":{"kind":"submitter","name":"portal"})"));
  EXPECT_EQ(send("GET", "/Users", "", mary, {.acting_for = "aortega1"}).status, 400U) << "an account acts for itself";
}

TEST_F(Scim, OfficersNameAProvider) {
  EXPECT_EQ(type_of(send("GET", "/Users", "", officer, {})), "tooMany");
  EXPECT_EQ(read(send("GET", "/Users?provider=110067890B", "", officer, {})).at("totalResults").to_number<int>(), 1);
  EXPECT_EQ(read(send("GET", "/Users?filter=userName%20eq%20%22jdoe1%22", "", officer, {})).at("totalResults").to_number<int>(), 1);
}

TEST_F(Scim, ShowsServicesAsGroupsAndTheirHoldersAsMembers) {
  const json::object groups = read(send("GET", "/Groups"));
  EXPECT_EQ(groups.at("totalResults").to_number<int>(), 9);
  const json::object group = read(send("GET", "/Groups/110012345A.manage_referrals"));
  EXPECT_EQ(group.at("displayName").as_string(), "Mercy: Manage Referrals");
  EXPECT_EQ(group.at("members").as_array().at(0).at("value").as_string(), "jdoe1");
  EXPECT_FALSE(read(send("GET", "/Groups/110012345A.manage_referrals?excludedAttributes=members")).contains("members"));
  EXPECT_EQ(read(send("GET", "/Groups?filter=members%20eq%20%22jdoe1%22&attributes=displayName")).at("totalResults").to_number<int>(), 1);
  EXPECT_EQ(send("GET", "/Groups/110012345A.nothing").status, 404U);
  EXPECT_EQ(send("POST", "/Groups", "{}").status, 405U);
}

TEST_F(Scim, ChangesMembersByTheServicesOfEach) {
  ASSERT_EQ(send("POST", "/Users", ann).status, 201U);
  const Position before = head();
  const Response response = send("PATCH", "/Groups/110012345A.view_provider_reports",
                                 R"({"Operations":[{"op":"Add","path":"members","value":[{"value":"jdoe1"},{"value":"aroe1"}]}]})");
  ASSERT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(events_since(before), (std::vector<std::string>{"services_assigned", "services_assigned"}));
  EXPECT_EQ(read(response).at("members").as_array().size(), 2U);
  const Response put = send("PUT", "/Groups/110012345A.view_provider_reports", R"({"members":[{"value":"aroe1"}]})");
  EXPECT_EQ(read(put).at("members").as_array().size(), 1U);
  const Response removed =
      send("PATCH", "/Groups/110012345A.view_provider_reports", R"({"Operations":[{"op":"remove","path":"members[value eq \"aroe1\"]"}]})");
  EXPECT_EQ(read(removed).at("members").as_array().size(), 0U);
  const json::object kept = read(send("GET", "/Users/aroe1"));
  EXPECT_EQ(kept.at("urn:ietf:params:scim:schemas:extension:muniment:2.0:User").as_object().at("services").as_array().size(), 1U)
      << "its other service stays";
}

TEST_F(Scim, LinksWhoComesFromElsewhere) {
  const Position before = head();
  const Response response = send("PATCH", "/Groups/110067890B.manage_referrals",
                                 R"({"Operations":[{"op":"add","path":"members","value":[{"value":"jdoe1"}]}]})", alan, {});
  ASSERT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(events_since(before), (std::vector<std::string>{"subordinate_linked"}));
}

TEST_F(Scim, SaysHowFarChangesOfMembersCameThatARefusalEnded) {
  const Response response = send("PATCH", "/Groups/110012345A.view_provider_reports",
                                 R"({"Operations":[{"op":"add","path":"members","value":[{"value":"jdoe1"},{"value":"nobody9"}]}]})");
  EXPECT_EQ(response.status, 400U);
  EXPECT_THAT(response.body, testing::HasSubstr("username_unavailable"));
  EXPECT_THAT(response.body, testing::HasSubstr("1 of 2 changes of members are done"));
}

TEST_F(Scim, CarriesOutBulkRequestsThatReferToOneAnother) {
  const std::string body = std::string{R"({"failOnErrors":1,"Operations":[
      {"method":"PATCH","path":"/Groups/110012345A.view_provider_reports","data":{"Operations":[{"op":"add","path":"members","value":[{"value":"bulkId:a"}]}]}},
      {"method":"POST","path":"/Users","bulkId":"a","data":)"} +
                           ann + R"(},{"method":"DELETE","path":"/Users/jdoe1"}]})";
  const Response response = send("POST", "/Bulk", body);
  ASSERT_EQ(response.status, 200U) << response.body;
  const json::array done = read(response).at("Operations").as_array();
  ASSERT_EQ(done.size(), 3U);
  EXPECT_EQ(done[0].at("status").as_string(), "200") << response.body;
  EXPECT_EQ(done[1].at("status").as_string(), "201");
  EXPECT_EQ(done[1].at("location").as_string(), "/scim/v2/Users/aroe1");
  EXPECT_EQ(done[2].at("status").as_string(), "204");
  EXPECT_EQ(members_of("110012345A.view_provider_reports"), std::vector<std::string>{"aroe1"});
}

using Texts = std::vector<std::string>;

constexpr auto reports = "110012345A.view_provider_reports";

std::string patch_of(const std::string& path, const std::string& operation) {
  return R"({"method":"PATCH","path":")" + path + R"(","data":{"Operations":[)" + operation + "]}}";
}
std::string add_member(const std::string& name, const std::string& group = reports) {
  return patch_of("/Groups/" + group, R"({"op":"add","path":"members","value":[{"value":")" + name + R"("}]})");
}
std::string remove_member(const std::string& name, const std::string& group = reports) {
  return patch_of("/Groups/" + group, R"({"op":"remove","path":"members[value eq \"bulkId:)" + name + R"(\"]"})");
}
// Another last name each time.
std::string new_name(int number) {
  return patch_of("/Users/jdoe1",
                  R"({"op":"replace","path":"name.familyName","value":"Dow)" + std::string(1, static_cast<char>('a' + number)) + R"("})");
}

// The views come behind the log by up to a tenth of a second, and an operation must not.
TEST_F(Scim, RemovesMembersThatAnEarlierOperationOfTheSameBulkRequestMade) {
  std::string operations;
  Texts done;
  for (int i = 0; i < 6; ++i) {
    operations +=
        (i == 0 ? "" : ",") +
        patch_of(
            "/Users/jdoe1",
            R"({"op":"add","path":"urn:ietf:params:scim:schemas:extension:muniment:2.0:User:services","value":["view_provider_reports"]})") +
        "," + patch_of(std::string{"/Groups/"} + reports, R"({"op":"remove","path":"members[value eq \"jdoe1\"]"})");
    done.insert(done.end(), {"200", "200"});
  }
  const Position before = head();
  EXPECT_EQ(bulk(operations), done);
  EXPECT_EQ(events_since(before), Texts(12, "services_assigned")) << "each of them was done";
  EXPECT_EQ(members_of(reports), Texts{});
}

TEST_F(Scim, RemovesFromGroupsWhomTheSameBulkRequestHasMade) {
  const std::string make = std::string{R"({"method":"POST","path":"/Users","bulkId":"a","data":)"} + ann + "}";
  EXPECT_EQ(bulk(make + "," + remove_member("a", "110012345A.manage_referrals")), (Texts{"201", "200"}));
  EXPECT_EQ(members_of("110012345A.manage_referrals"), Texts{"jdoe1"});
  const std::string put = R"({"method":"PUT","path":"/Groups/110012345A.view_provider_reports","data":{"members":[]}})";
  EXPECT_EQ(bulk(add_member("aroe1") + "," + put), (Texts{"200", "200"}));
  EXPECT_EQ(members_of(reports), Texts{}) << "a PUT leaves out whom an earlier operation added";
}

TEST_F(Scim, DoesNothingMoreOfABulkRequestWhoseTokenIsRevokedMeanwhile) {
  const Position before = head();
  interruption.set([this] { TokenFile(folder).revoke(TokenFile(folder).read().front().id, system_now(), "tests"); });
  const Response response = send("POST", "/Bulk", R"({"Operations":[)" + new_name(0) + "," + new_name(1) + "," + new_name(2) + "]}");
  EXPECT_THAT(response.body, testing::HasSubstr("token_invalid"));
  EXPECT_LE(events_since(before).size(), 1U) << "what was being decided then is done";
  EXPECT_EQ(send("GET", "/Users/jdoe1").status, 401U);
}

TEST_F(Scim, EndsChangesOfMembersWhoseTokenIsRevokedMeanwhile) {
  ASSERT_EQ(send("POST", "/Users", ann).status, 201U);
  const Position before = head();
  interruption.set([this] { TokenFile(folder).revoke(TokenFile(folder).read().front().id, system_now(), "tests"); });
  const Response response = send("PUT", std::string{"/Groups/"} + reports, R"({"members":[{"value":"jdoe1"},{"value":"aroe1"}]})");
  EXPECT_EQ(response.status, 401U) << response.body;
  EXPECT_LE(events_since(before).size(), 1U);
}

TEST_F(Scim, DoesNothingMoreOfABulkRequestWhoseTokenIsSuspendedMeanwhile) {
  const Position before = head();
  interruption.set([this] { TokenFile(folder).suspend(TokenFile(folder).read().front().id, system_now(), "tests"); });
  send("POST", "/Bulk", R"({"Operations":[)" + new_name(0) + "," + new_name(1) + "]}");
  EXPECT_LE(events_since(before).size(), 1U);
}

TEST_F(Scim, CountsEachCommandOfARequestAgainstTheQuota) {
  const Position before = head();
  const std::string three = limited(3);
  EXPECT_EQ(bulk(new_name(0) + "," + new_name(1) + "," + new_name(2) + "," + new_name(3), three, {}), (Texts{"200", "200", "200", "429"}));
  EXPECT_EQ(events_since(before).size(), 3U);
  EXPECT_EQ(send("GET", "/Users/jdoe1", "", three, {}).status, 429U);
  ASSERT_EQ(send("POST", "/Users", ann).status, 201U);
  const Response put =
      send("PUT", std::string{"/Groups/"} + reports, R"({"members":[{"value":"jdoe1"},{"value":"aroe1"}]})", limited(1), {});
  EXPECT_EQ(put.status, 429U);
  EXPECT_THAT(put.body, testing::HasSubstr("quota_exceeded"));
  EXPECT_THAT(put.body, testing::HasSubstr("1 of 2 changes of members are done"));
  EXPECT_THAT(put.headers, testing::Contains(testing::Pair("Retry-After", testing::_)));
}

TEST_F(Scim, GoesOnWithAKeyWhereARefusalEndedChangesOfMembers) {
  const std::string body = R"({"Operations":[{"op":"add","path":"members","value":[{"value":"jdoe1"},{"value":"nobody9"}]}]})";
  const Response first = send("PATCH", std::string{"/Groups/"} + reports, body, mary, {.key = "grp1"});
  EXPECT_THAT(first.body, testing::HasSubstr("username_unavailable"));
  const Position then = head();
  const Response again = send("PATCH", std::string{"/Groups/"} + reports, body, mary, {.key = "grp1"});
  EXPECT_EQ(again.status, 400U);
  EXPECT_THAT(again.body, testing::HasSubstr("username_unavailable")) << "and not that the key was used";
  EXPECT_EQ(events_since(then), Texts{});
}

TEST_F(Scim, AnswersARepeatedBulkRequestWithTheFirstOutcomes) {
  const std::string make = std::string{R"({"method":"POST","path":"/Users","bulkId":"a","data":)"} + ann + "}";
  const std::string body = R"({"Operations":[)" + add_member("jdoe1") + "," + make + "]}";
  const Response first = send("POST", "/Bulk", body, mary, {.key = "bk1"});
  const Position then = head();
  const Response again = send("POST", "/Bulk", body, mary, {.key = "bk1"});
  EXPECT_EQ(again.body, first.body);
  EXPECT_THAT(again.body, testing::HasSubstr("/scim/v2/Users/aroe1"));
  EXPECT_EQ(events_since(then), Texts{});
  const std::string rest = R"({"Operations":[{"op":"replace","path":"name.familyName","value":"Dow"}]})";
  EXPECT_EQ(send("PATCH", "/Users/jdoe1", rest, mary, {.key = "bk1-2"}).status, 200U) << "no command of a request has another key's id";
  EXPECT_EQ(bulk(add_member("aroe1"), mary, {.key = std::string(64, 'k')}), Texts{"200"}) << "a key may be as long as a command id";
}

TEST_F(Scim, LeavesTheMembersOfAGroupThatIsPutWithoutThem) {
  const std::string path = "/Groups/110012345A.manage_referrals";
  const Position before = head();
  const Response put = send("PUT", path, R"({"displayName":"Mercy: Manage Referrals"})");
  EXPECT_EQ(put.status, 200U);
  EXPECT_EQ(put.body, send("GET", path).body);
  EXPECT_EQ(events_since(before), Texts{});
  EXPECT_EQ(send("PUT", path, R"({"members":[]})").status, 200U);
  EXPECT_EQ(members_of("110012345A.manage_referrals"), Texts{}) << "which is something else";
}

TEST_F(Scim, TakesNoPreconditionWhereNothingHasAVersion) {
  const Position before = head();
  const std::string body = R"({"Operations":[{"op":"add","path":"members","value":[{"value":"jdoe1"}]}]})";
  for (const std::string_view tag : {"\"99\"", "*"}) {
    EXPECT_EQ(send("PATCH", std::string{"/Groups/"} + reports, body, mary, {.if_match = tag}).status, 400U);
    EXPECT_EQ(send("PUT", std::string{"/Groups/"} + reports, R"({"members":[]})", mary, {.if_match = tag}).status, 400U);
    EXPECT_EQ(send("POST", "/Users", ann, mary, {.if_match = tag}).status, 400U);
  }
  EXPECT_EQ(bulk(R"({"method":"PUT","path":"/Groups/110012345A.manage_referrals","version":"\"99\"","data":{"members":[]}})"),
            Texts{"400"});
  EXPECT_EQ(bulk(R"({"method":"DELETE","path":"/Users/jdoe1","version":"\"99\""})"), Texts{"412"});
  EXPECT_EQ(events_since(before), Texts{});
}

TEST_F(Scim, ShowsNoGroupsOfProvidersThatAreClosedOrNotTheCallers) {
  const auto shown = [this](const std::string& as) {
    Texts out;
    const json::object user = read(send("GET", "/Users/jdoe1", "", as, {}));
    for (const json::value& group : user.at("groups").as_array()) out.emplace_back(group.at("value").as_string());
    return out;
  };
  tell(
      R"({"type":"link_subordinate","command_id":"l1","actor":"aortega1","provider":"110067890B","username":"jdoe1","services":["view_provider_reports"]})");
  EXPECT_EQ(shown(mary), Texts{"110012345A.manage_referrals"});
  EXPECT_EQ(shown(alan), Texts{"110067890B.view_provider_reports"});
  EXPECT_EQ(shown(officer), (Texts{"110012345A.manage_referrals", "110067890B.view_provider_reports"}));
  tell(R"({"type":"close_provider","command_id":"c1","actor":"officer:agency","provider":"110067890B","reason":"merged"})");
  EXPECT_EQ(shown(officer), Texts{"110012345A.manage_referrals"});
}

TEST_F(Scim, FindsNobodyAtAProviderWhereTheyAreNot) {
  EXPECT_EQ(read(send("GET", "/Users?provider=110067890B&filter=userName%20eq%20%22jdoe1%22", "", officer, {}))
                .at("totalResults")
                .to_number<int>(),
            0);
  EXPECT_EQ(read(send("GET", "/Users?provider=110012345A&filter=userName%20eq%20%22jdoe1%22", "", officer, {}))
                .at("totalResults")
                .to_number<int>(),
            1);
}

TEST_F(Scim, SaysThatItDoesNotKnowWhenAResourceWasChanged) {
  for (const std::string_view path :
       {"/Users?filter=meta.lastModified%20gt%20%222020-01-01T00:00:00Z%22", "/Groups?filter=meta.created%20pr"})
    EXPECT_EQ(type_of(send("GET", std::string{path})), "invalidFilter") << path;
}

TEST_F(Scim, KeepsNoNameThatIsCutOffAtAZero) {
  std::string cut = ann;
  cut.replace(cut.find("\"Ann\""), 5, R"("Ann\u0000Smith")");
  const Position before = head();
  EXPECT_EQ(type_of(send("POST", "/Users", cut)), "invalidValue");
  EXPECT_EQ(type_of(send("PATCH", "/Users/jdoe1", R"({"Operations":[{"op":"replace","path":"name.givenName","value":"A\u0000"}]})")),
            "invalidValue");
  EXPECT_EQ(events_since(before), Texts{});
}

TEST_F(Scim, StopsABulkRequestAtItsFailures) {
  const std::string bad = R"({"method":"DELETE","path":"/Users/nobody9"})";
  const std::string good = R"({"method":"DELETE","path":"/Users/jdoe1"})";
  const json::array stopped =
      read(send("POST", "/Bulk", R"({"failOnErrors":1,"Operations":[)" + bad + "," + good + "]}")).at("Operations").as_array();
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0].at("status").as_string(), "404");
  const json::array all = read(send("POST", "/Bulk", R"({"Operations":[)" + bad + "," + good + "]}")).at("Operations").as_array();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].at("status").as_string(), "204");
}

TEST_F(Scim, RefusesABulkRequestThatIsNone) {
  EXPECT_EQ(type_of(send("POST", "/Bulk", R"({"Operations":[]})")), "invalidSyntax");
  std::string many = R"({"Operations":[)";
  for (int i = 0; i < 101; ++i) many += std::string{i == 0 ? "" : ","} + R"({"method":"DELETE","path":"/Users/x"})";
  EXPECT_EQ(send("POST", "/Bulk", many + "]}").status, 413U);
  const json::array odd =
      read(send("POST", "/Bulk", R"({"Operations":[{"method":"GET","path":"/Users/x"},{"method":"DELETE","path":"/Users"},
      {"method":"POST","path":"/Users","data":{}},{"method":"DELETE","path":"/Users/bulkId:none"},{"method":"POST","path":"/Groups","bulkId":"g","data":{}}]})"))
          .at("Operations")
          .as_array();
  for (const json::value& one : odd) EXPECT_THAT(std::string{one.at("status").as_string()}, testing::StartsWith("40"));
  EXPECT_EQ(odd.size(), 5U);
}

TEST_F(Scim, TellsWhatIsWrongInItsOwnForm) {
  for (const Response& response : {send("GET", "/Users/nobody9"), send("GET", "/nothing"), send("GET", "/Users?colour=red"),
                                   send("GET", "/Users", "", "nonsense", {}), send("DELETE", "/Bulk")}) {
    EXPECT_EQ(response.content_type, "application/scim+json");
    const json::object error = read(response);
    EXPECT_EQ(error.at("schemas").as_array().at(0).as_string(), "urn:ietf:params:scim:api:messages:2.0:Error");
    EXPECT_EQ(error.at("status").as_string(), std::to_string(response.status));
  }
}

TEST_F(Scim, IsOnRecordAsReadsAndByNoPersonalValue) {
  const Position before = head();
  const std::string authorization = "Bearer " + mary;
  RequestHead asked{};
  asked.method = "GET";
  asked.target = "/scim/v2/Users?filter=name.familyName%20eq%20%22Doe%22";
  asked.authorization = authorization;
  auto dispatched = dispatch(*node, asked, "test-1");
  ASSERT_TRUE(dispatched.has_value());
  EXPECT_EQ(answer_question(*node, *dispatched->route, dispatched->call).status, 200U);
  node->access_record().flush(true);
  while (node->commands_under_way() > 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  std::string text;
  store->log().read(0, before + 1, head(), [&](Position, RecordWords words) {
    RecordReader record(words);
    node->event_writer().write(record.event(), text);
    return true;
  });
  EXPECT_THAT(text, testing::HasSubstr("/scim/v2/Users"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("Doe")));
}

}  // namespace
}  // namespace muniment
