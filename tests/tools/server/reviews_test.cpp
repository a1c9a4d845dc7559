// A review of access, a leaver, a vacancy and an attestation, each from its start to its end over HTTP.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <sstream>
#include <thread>

#include "node_fixture.h"
#include "tools/export/export_tally.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

// Of a node whose clock is the test's, and counts alike.
std::atomic<std::int64_t> passed_ns = 0;

Timestamp set_clock() { return {Timestamp::parse("2030-01-01T00:00:00Z")->ns + passed_ns}; }

NodeOptions by_set_clock() {
  passed_ns = 0;
  return {.settings = {.limits = {.disk_reserve_bytes = 0}},
          .clocks = {.wall = set_clock, .counting = [] { return std::chrono::nanoseconds{passed_ns}; }},
          .reviews_every = 20ms};
}

class ReviewsRoute : public WithNode {
 protected:
  explicit ReviewsRoute(NodeOptions options = {.settings = {.limits = {.disk_reserve_bytes = 0}}, .reviews_every = 20ms},
                        Decider::Clock clock = system_now)
      : WithNode(std::move(options), std::move(clock)) {
    tell(
        R"({"type":"create_subordinate","command_id":"r1","actor":"mhughes1","provider":"110012345A","last_name":"King","first_name":"Bella","birth_day":"01/02","email":"b@mercy.example","zip":"02139","pin":"2222","services":["primary_portal_user","view_provider_reports"]}
{"type":"link_subordinate","command_id":"r2","actor":"aortega1","provider":"110067890B","username":"jdoe1","services":["view_provider_reports"]}
)");
  }

  // Submits it and waits until the views have it. The outcome's status, or the refusal.
  std::string say(const std::string& who_token, const std::string& body) {
    const Response response = post(R"({"command_id":"h)" + std::to_string(++said_) + R"(",)" + body.substr(1), who_token);
    last_outcome_ = response.body;
    node->projector().wait_for(node->log().head(0).position, std::chrono::seconds{20});
    return response.status == 200 ? member(response.body, "status") : problem_of(response);
  }
  std::vector<std::string> rows(const std::string& target, const std::string& who_token) {
    const Response response = get(target, who_token, "application/x-ndjson");
    EXPECT_EQ(response.status, 200U) << response.body;
    std::vector<std::string> out;
    std::istringstream lines(response.body);
    for (std::string line; std::getline(lines, line);) out.push_back(line);
    return out;
  }
  std::vector<std::string> members(const std::vector<std::string>& rows, const std::string& name) {
    std::vector<std::string> out;
    for (const std::string& row : rows) out.push_back(member(row, name));
    return out;
  }
  // docs/formats.md, "Reports of reviews", of the rows as they are shown.
  std::string digest_as_documented(const std::string& opened, const std::string& closed) {
    std::vector<std::string> lines;
    for (const std::string& row : rows("/v1/audit/reviews/2026q4?position=" + closed, officer)) {
      const auto joined = [&](const std::string& name) {
        std::string list = member_list(row, name);
        std::erase(list, '"');
        return list;
      };
      std::string line = member(row, "provider") + "\t" + member(row, "username") + "\t" + joined("services") + "\t" + member(row, "state");
      if (const std::string position = member(row, "decided_position"); !position.empty()) {
        const std::string state = member(row, "state");
        const std::string decision = state == "kept" ? "keep" : state == "asked" ? "ask" : "revoke";
        const std::string revoked = member(row, "revoked_position");
        line += "\t" + decision + "\t" + joined("to_revoke") + "\t" + member(row, "decided_by") + "\t" + position + "\t" +
                member(row, "reason") + "\t" + (revoked.empty() ? "0" : revoked);
      }
      lines.push_back(line + "\n");
    }
    std::ranges::sort(lines);
    RunningDigest digest;
    digest.add("muniment/review-report/1\n2026q4\t" + opened + "\t" + closed + "\n");
    for (const std::string& line : lines) digest.add(line);
    return to_hex(ByteSpan{digest.finish()});
  }
  // What stands between the brackets of a list.
  static std::string member_list(const std::string& json, const std::string& name) {
    const std::size_t at = json.find("\"" + name + "\":[");
    if (at == std::string::npos) return {};
    const std::size_t from = json.find('[', at) + 1;
    return json.substr(from, json.find(']', from) - from);
  }
  // Waits until the node has said something of its own.
  bool comes(std::string_view type) {
    for (int i = 0; i < 2000; ++i) {
      if (rows(fmt::format("/v1/audit/trail?type={}", type), officer).size() > seen_[std::string{type}]) {
        ++seen_[std::string{type}];
        return true;
      }
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  std::string open_both(const std::string& due_at = "2040-01-01T00:00:00Z") {
    return say(officer, R"({"type":"open_review","review":"2026Q4","providers":["110012345A","110067890B"],"due_at":")" + due_at + "\"}");
  }

  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string mary = token(TokenRole::ACCOUNT, "mhughes1");
  std::string alan = token(TokenRole::ACCOUNT, "aortega1");
  std::string bella = token(TokenRole::ACCOUNT, "bking1");
  std::string john = token(TokenRole::ACCOUNT, "jdoe1");
  std::string last_outcome_;
  int said_ = 0;
  std::map<std::string, std::size_t> seen_;
};

TEST_F(ReviewsRoute, RunAReviewFromItsOpeningToItsReport) {
  ASSERT_EQ(open_both(), "accepted");
  EXPECT_EQ(open_both(), "review_exists");
  const Response again =
      post(R"({"type":"open_review","command_id":"again","review":"2026q4","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"})",
           officer);
  EXPECT_EQ(again.status, 409U) << "it is there already";
  ASSERT_EQ(say(mary, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"bking1"})"), "accepted");
  ASSERT_EQ(
      say(mary, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"mhughes1","usernames":["bking1"]})"),
      "accepted");
  ASSERT_EQ(say(officer, R"({"type":"assign_reviewer","review":"2026q4","provider":"110067890B","reviewer":"officer:agency"})"),
            "accepted");
  // Who comes later is not in it.
  ASSERT_EQ(
      say(mary,
          R"({"type":"create_subordinate","provider":"110012345A","last_name":"New","first_name":"Nora","birth_day":"03/04","email":"n@mercy.example","zip":"02139","pin":"3333","services":["manage_referrals"]})"),
      "accepted");
  EXPECT_THAT(members(rows("/v1/audit/reviews/2026q4", officer), "username"),
              ElementsAre("jdoe1", "mhughes1", "bking1", "jdoe1", "aortega1"));

  EXPECT_EQ(
      say(bella,
          R"({"type":"decide_review","review":"2026q4","reason":"yearly","items":[{"provider":"110012345A","username":"bking1","decision":"keep"}]})"),
      "own_review");
  ASSERT_EQ(
      say(bella,
          R"({"type":"decide_review","review":"2026q4","reason":"yearly","seconds_spent":75,"items":[{"provider":"110012345A","username":"mhughes1","decision":"keep"},{"provider":"110012345A","username":"jdoe1","decision":"revoke"}]})"),
      "accepted");
  ASSERT_EQ(
      say(officer,
          R"({"type":"decide_review","review":"2026q4","reason":"no_need","items":[{"provider":"110067890B","username":"jdoe1","decision":"revoke","services":["view_provider_reports"]}]})"),
      "accepted");
  EXPECT_EQ(member(last_outcome_, "receipt"), "not carried out: jdoe1 at 110067890B: not_administrator");
  EXPECT_THAT(rows("/v1/audit/findings?rule=revoke_not_carried_out", alan), testing::SizeIs(1)) << "and the provider is told";
  const auto state_of = [&](const std::string& provider, const std::string& username) {
    for (const std::string& row : rows("/v1/audit/reviews/2026q4?provider=" + provider, officer)) {
      if (member(row, "username") == username) return member(row, "state") + ' ' + member(row, "seconds_to_revoke");
    }
    return std::string{"no such row"};
  };
  EXPECT_EQ(state_of("110012345A", "jdoe1"), "revoked 0") << "the reviewer may remove there: it was done at once";
  EXPECT_EQ(state_of("110067890B", "jdoe1"), "revoke_pending ") << "an officer may not: the provider has to";
  EXPECT_EQ(state_of("110012345A", "mhughes1"), "kept ");
  EXPECT_EQ(state_of("110012345A", "bking1"), "undecided ");
  std::vector<std::string> listed = rows("/v1/audit/reviews?state=open", officer);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(member(listed[0], "people"), "5");
  EXPECT_EQ(member(listed[0], "undecided"), "2");
  EXPECT_EQ(member(listed[0], "not_carried_out"), "1");

  ASSERT_EQ(say(alan, R"({"type":"assign_services","provider":"110067890B","username":"jdoe1","services":[]})"), "accepted");
  EXPECT_THAT(state_of("110067890B", "jdoe1"), testing::StartsWith("revoked ")) << "followed to the event that did it";
  EXPECT_THAT(rows("/v1/audit/findings?rule=revoke_not_carried_out", alan), testing::IsEmpty());
  EXPECT_EQ(say(mary, R"({"type":"close_review","review":"2026q4"})"), "review_unknown") << "it is not hers alone";
  ASSERT_EQ(say(officer, R"({"type":"close_review","review":"2026q4"})"), "accepted");
  EXPECT_EQ(
      say(bella,
          R"({"type":"decide_review","review":"2026q4","reason":"late","items":[{"provider":"110012345A","username":"mhughes1","decision":"ask"}]})"),
      "review_closed");
  listed = rows("/v1/audit/reviews", officer);
  EXPECT_EQ(member(listed[0], "state"), "closed");
  EXPECT_EQ(member(listed[0], "closed_by"), "officer:agency");
  EXPECT_EQ(member(listed[0], "not_carried_out"), "0");

  ASSERT_TRUE(comes("review_sealed"));
  listed = rows("/v1/audit/reviews", officer);
  const std::string digest = member(listed[0], "digest");
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(member(listed[0], "people") + member(listed[0], "kept") + member(listed[0], "revoked") + member(listed[0], "undecided"),
            "5122");
  EXPECT_EQ(digest, digest_as_documented(member(listed[0], "opened_position"), member(listed[0], "closed_position")));
  EXPECT_EQ(say(bella, R"({"type":"sign_report","review":"2026q4","digest":")" + std::string(64, 'a') + "\"}"), "report_unknown");
  ASSERT_EQ(say(bella, R"({"type":"sign_report","review":"2026q4","digest":")" + digest + "\"}"), "accepted");
  ASSERT_EQ(say(officer, R"({"type":"sign_report","review":"2026q4","digest":")" + digest + "\"}"), "accepted");
  EXPECT_EQ(say(john, R"({"type":"sign_report","review":"2026q4","digest":")" + digest + "\"}"), "review_unknown");

  const Response report = get("/v1/audit/reviews/2026Q4", officer);
  EXPECT_EQ(member(report.body, "log_size"), std::to_string(node->log().head(0).position));
  EXPECT_EQ(member(report.body, "log_root").size(), 44U);
  EXPECT_EQ(member(report.body, "digest"), digest);
  EXPECT_THAT(report.body, HasSubstr(R"("signed_by":["bking1","officer:agency"])"));
  EXPECT_THAT(report.body, HasSubstr(R"("decided_together":"2","seconds_spent":"75")")) << "marked as a bulk decision";
  EXPECT_THAT(get("/v1/audit/reviews/2026q4", officer, "text/csv").body, HasSubstr("provider,username,last_name,first_name,services,"));
}

TEST_F(ReviewsRoute, ShowTheSealOfTheWholeOnASheetOfAPart) {
  ASSERT_EQ(open_both(), "accepted");
  ASSERT_EQ(say(officer, R"({"type":"close_review","review":"2026q4"})"), "accepted");
  ASSERT_TRUE(comes("review_sealed"));
  const std::string target = "/v1/audit/reviews/2026q4";
  const std::string digest = member(get(target, officer).body, "digest");
  ASSERT_EQ(digest.size(), 64U);
  const auto sheet = [this](const std::string& of, const std::string& who) { return get(of, who, "text/html").body; };
  for (const std::string& part : {sheet(target, mary), sheet(target + "?provider=110012345A", officer)}) {
    EXPECT_THAT(part, HasSubstr("digest " + digest + " of the whole report; this is a part of it"));
    EXPECT_THAT(part, Not(HasSubstr("another digest")));
    EXPECT_THAT(part, Not(HasSubstr("Digest of the rows"))) << "which nobody could sign";
  }
  EXPECT_THAT(sheet(target, officer), HasSubstr("the same digest")) << "the control";
  EXPECT_EQ(say(mary, R"({"type":"sign_report","review":"2026q4","digest":")" + digest + "\"}"), "accepted");
}

TEST_F(ReviewsRoute, AreWholeToWhoSeesAllOfItsProviders) {
  ASSERT_EQ(say(officer, R"({"type":"open_review","review":"mercys","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"})"),
            "accepted");
  ASSERT_EQ(say(officer, R"({"type":"close_review","review":"mercys"})"), "accepted");
  ASSERT_TRUE(comes("review_sealed"));
  for (const std::string target : {"/v1/audit/reviews/mercys", "/v1/audit/reviews/mercys?provider=110012345A"})
    EXPECT_THAT(get(target, mary, "text/html").body, HasSubstr("the same digest"));
}

TEST_F(ReviewsRoute, FollowARevokeToWhateverCarriesItOut) {
  const auto decide = [&](const std::string& item) {
    return say(officer, R"({"type":"decide_review","review":"2026q4","reason":"yearly","items":[{"provider":"110012345A",)" + item + "}]}");
  };
  const auto assign = [&](const std::string& services) {
    return say(mary, R"({"type":"assign_services","provider":"110012345A","username":"jdoe1","services":[)" + services + "]}");
  };
  const auto states = [&] { return members(rows("/v1/audit/reviews/2026q4?provider=110012345A", officer), "state"); };
  ASSERT_EQ(assign(R"("manage_referrals","view_provider_reports")"), "accepted");
  ASSERT_EQ(open_both(), "accepted");
  ASSERT_EQ(say(officer, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"officer:agency"})"),
            "accepted");
  ASSERT_EQ(decide(R"("username":"jdoe1","decision":"revoke","services":["manage_referrals","view_provider_reports"])"), "accepted");
  EXPECT_THAT(states(), ElementsAre("revoke_pending", "undecided", "undecided"));
  ASSERT_EQ(assign(R"("view_provider_reports")"), "accepted");
  EXPECT_THAT(states(), ElementsAre("revoke_pending", "undecided", "undecided")) << "one of the two is held still";
  ASSERT_EQ(assign(""), "accepted");
  const std::string done_at = std::to_string(node->log().head(0).position);
  EXPECT_THAT(states(), ElementsAre("revoked", "undecided", "undecided"));
  ASSERT_EQ(assign(R"("manage_referrals")"), "accepted");
  EXPECT_EQ(member(rows("/v1/audit/reviews/2026q4", officer)[0], "revoked_position"), done_at) << "granted again, after it was carried out";
  EXPECT_THAT(states(), ElementsAre("revoked", "undecided", "undecided"));

  ASSERT_EQ(decide(R"("username":"mhughes1","decision":"revoke")"), "accepted");
  EXPECT_THAT(states(), ElementsAre("revoked", "revoke_pending", "undecided"));
  ASSERT_EQ(say(officer, R"({"type":"assign_primary_user","provider":"110012345A","username":"bking1"})"), "accepted");
  EXPECT_THAT(states(), ElementsAre("revoked", "revoked", "undecided")) << "by the assignment of another Primary User";

  EXPECT_EQ(decide(R"("username":"jdoe1","decision":"keep")"), "already_revoked");
  EXPECT_THAT(states(), ElementsAre("revoked", "revoked", "undecided")) << "that is final";
}

TEST_F(ReviewsRoute, SayWhatWasGoneAndCountFromTheFirstRevoke) {
  const auto decide = [&](const std::string& who, const std::string& what) {
    return say(officer, R"({"type":"decide_review","review":"2026q4","reason":"yearly","items":[{"provider":"110012345A","username":")" +
                            who + R"(","decision":")" + what + R"("}]})");
  };
  ASSERT_EQ(open_both(), "accepted");
  ASSERT_EQ(say(officer, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"officer:agency"})"),
            "accepted");
  ASSERT_EQ(say(mary, R"({"type":"remove_subordinate","provider":"110012345A","username":"jdoe1"})"), "accepted");
  ASSERT_EQ(decide("jdoe1", "revoke"), "accepted");
  ASSERT_EQ(decide("bking1", "revoke"), "accepted");
  const std::string first = member(rows("/v1/audit/reviews/2026q4?provider=110012345A", officer)[2], "decided_at");
  ASSERT_EQ(decide("bking1", "revoke"), "accepted");
  ASSERT_EQ(say(mary, R"({"type":"remove_subordinate","provider":"110012345A","username":"bking1"})"), "accepted");
  const std::vector<std::string> people = rows("/v1/audit/reviews/2026q4?provider=110012345A", officer);
  EXPECT_EQ(members(people, "state"), (std::vector<std::string>{"gone", "undecided", "revoked"}));
  EXPECT_EQ(member(people[0], "revocation"), "gone_before");
  EXPECT_NE(member(people[2], "decided_at"), first) << "the last decision is shown, and the first one counted from";
  const auto seconds = [](const std::string& from, const std::string& to) {
    return std::to_string((Timestamp::parse(to)->ns - Timestamp::parse(from)->ns) / 1'000'000'000);
  };
  EXPECT_EQ(member(people[2], "seconds_to_revoke"), seconds(first, member(people[2], "revoked_at")));
}

TEST_F(ReviewsRoute, AreNotDoneBeforeTheyWere) {
  ASSERT_EQ(open_both(), "accepted");
  ASSERT_EQ(say(officer, R"({"type":"assign_reviewer","review":"2026q4","provider":"110067890B","reviewer":"officer:agency"})"),
            "accepted");
  ASSERT_EQ(
      say(officer,
          R"({"type":"decide_review","review":"2026q4","reason":"yearly","items":[{"provider":"110067890B","username":"jdoe1","decision":"revoke"}]})"),
      "accepted");
  const std::string decided_at = member(rows("/v1/audit/reviews/2026q4?provider=110067890B", officer)[0], "decided_at");
  ASSERT_EQ(say(alan, R"({"type":"remove_subordinate","provider":"110067890B","username":"jdoe1"})"), "accepted");
  const auto at = [&](const std::string& target, const std::string& member_name) {
    return members(rows(target + (target.contains('?') ? "&" : "?") + "at=" + decided_at, officer), member_name).at(0);
  };
  EXPECT_EQ(members(rows("/v1/audit/reviews/2026q4?provider=110067890B", officer), "state").at(0), "revoked") << "the control";
  EXPECT_EQ(at("/v1/audit/reviews/2026q4?provider=110067890B", "state"), "revoke_pending");
  EXPECT_EQ(at("/v1/audit/reviews/2026q4?provider=110067890B", "revoked_at"), "");
  EXPECT_EQ(at("/v1/audit/reviews", "not_carried_out"), "1");
}

TEST_F(ReviewsRoute, ComeInPagesThatTogetherAreAllOfIt) {
  ASSERT_EQ(open_both(), "accepted");
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_EQ(
        say(officer,
            fmt::format(R"({{"type":"open_review","review":"{}","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"}})", name)),
        "accepted");
  }
  for (const std::string path : {"/v1/audit/reviews", "/v1/audit/reviews/2026q4", "/v1/audit/attestation?provider=110012345A"}) {
    const std::string with = path + (path.contains('?') ? "&" : "?");
    std::vector<std::string> gathered;
    std::string cursor;
    do {
      const Response page = get(with + "limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor), officer);
      ASSERT_EQ(page.status, 200U) << page.body;
      const std::string key = path.ends_with("reviews") ? "\"review\":\"" : "\"username\":\"";
      std::size_t count = 0;
      for (std::size_t at = page.body.find(key); at != std::string::npos; at = page.body.find(key, at + 1), ++count)
        gathered.push_back(page.body.substr(at + key.size(), page.body.find('"', at + key.size()) - at - key.size()));
      EXPECT_LE(count, 2U) << path;
      cursor = member(page.body, "next");
    } while (!cursor.empty());
    EXPECT_EQ(gathered, members(rows(path, officer), path.ends_with("reviews") ? "review" : "username")) << path;
    EXPECT_GT(gathered.size(), 2U) << path;
    EXPECT_EQ(member(get(with + "cursor=ff", officer).body, "field"), "cursor") << path;
  }
}

TEST_F(ReviewsRoute, AreAsTheyWereAtAnyMoment) {
  ASSERT_EQ(open_both(), "accepted");
  const std::string opened = std::to_string(node->log().head(0).position);
  ASSERT_EQ(say(officer, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"officer:agency"})"),
            "accepted");
  ASSERT_EQ(
      say(officer,
          R"({"type":"decide_review","review":"2026q4","reason":"yearly","items":[{"provider":"110012345A","username":"jdoe1","decision":"keep"}]})"),
      "accepted");
  ASSERT_EQ(say(officer, R"({"type":"close_review","review":"2026q4"})"), "accepted");
  EXPECT_EQ(members(rows("/v1/audit/reviews", officer), "kept"), std::vector<std::string>{"1"});
  const auto before = rows("/v1/audit/reviews?position=" + opened, officer);
  EXPECT_EQ(members(before, "state"), std::vector<std::string>{"open"});
  EXPECT_EQ(members(before, "kept"), std::vector<std::string>{"0"});
  EXPECT_EQ(members(rows("/v1/audit/reviews?at=2039-12-31", officer), "state"), std::vector<std::string>{"closed"});
  EXPECT_TRUE(rows("/v1/audit/reviews?at=2001-01-01", officer).empty());
}

TEST_F(ReviewsRoute, AreLateOnceTheyWereDue) {
  ASSERT_EQ(
      say(officer,
          R"({"type":"open_review","review":"soon","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z","remind_at":"2039-01-01T00:00:00Z"})"),
      "accepted");
  EXPECT_EQ(members(rows("/v1/audit/reviews", officer), "reminder_due"), std::vector<std::string>{"false"});
  EXPECT_EQ(members(rows("/v1/audit/reviews?at=2039-06-01", officer), "reminder_due"), std::vector<std::string>{"true"});
  EXPECT_EQ(members(rows("/v1/audit/reviews?at=2039-12-31T23:59:59Z", officer), "state"), std::vector<std::string>{"open"});
  EXPECT_EQ(members(rows("/v1/audit/reviews?at=2040-01-01", officer), "state"), std::vector<std::string>{"late"}) << "from then on";
  EXPECT_TRUE(rows("/v1/audit/reviews?state=late", officer).empty());
  EXPECT_EQ(rows("/v1/audit/reviews?state=late&at=2040-01-02", officer).size(), 1U);
}

TEST_F(ReviewsRoute, ShowEachWhatIsTheirs) {
  ASSERT_EQ(open_both(), "accepted");
  ASSERT_EQ(say(mary, R"({"type":"assign_reviewer","review":"2026q4","provider":"110012345A","reviewer":"jdoe1","usernames":["bking1"]})"),
            "accepted");
  for (const std::string_view form : {"application/json", "application/x-ndjson", "text/csv"}) {
    for (const std::string target : {"/v1/audit/reviews", "/v1/audit/reviews/2026q4"}) {
      EXPECT_THAT(get(target, officer, form).body, HasSubstr(std::string{harbor})) << "the control";
      EXPECT_THAT(get(target, mary, form).body, Not(HasSubstr(std::string{harbor})));
      EXPECT_THAT(get(target, token(TokenRole::AUDITOR, "lee", {std::string{mercy}}), form).body, Not(HasSubstr(std::string{harbor})));
    }
  }
  EXPECT_THAT(members(rows("/v1/audit/reviews/2026q4", john), "username"), ElementsAre("bking1")) << "whom he reviews, and nobody else";
  EXPECT_EQ(rows("/v1/audit/reviews?provider=110012345A", john).size(), 1U) << "where he reviews, though he administers nothing";
  EXPECT_EQ(problem_of(get("/v1/audit/reviews?provider=110067890B", john)), "outside_scope");
  EXPECT_EQ(members(rows("/v1/audit/reviews", mary), "people"), std::vector<std::string>{"3"});
  ASSERT_EQ(say(mary, R"({"type":"remove_subordinate","provider":"110012345A","username":"jdoe1"})"), "accepted");
  EXPECT_EQ(problem_of(get("/v1/audit/reviews/2026q4", john)), "not_known") << "he is somewhere else now";
  EXPECT_TRUE(rows("/v1/audit/reviews", john).empty());
  ASSERT_EQ(say(officer, R"({"type":"open_review","review":"elsewhere","providers":["110067890B"],"due_at":"2040-01-01T00:00:00Z"})"),
            "accepted");
  EXPECT_EQ(problem_of(get("/v1/audit/reviews/elsewhere", mary)), "not_known");
  EXPECT_EQ(rows("/v1/audit/reviews?provider=110012345A", mary).size(), 1U) << "the control";
  EXPECT_EQ(problem_of(get("/v1/audit/reviews?provider=110067890B", mary)), "outside_scope") << "nor by asking for it";
  EXPECT_EQ(problem_of(get("/v1/audit/reviews/nothing", mary)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/reviews/no:name", officer)), "not_known");
  EXPECT_EQ(member(get("/v1/audit/reviews?state=done", officer).body, "field"), "state");
  const std::string trail = get("/v1/audit/trail?type=review_opened", mary).body;
  EXPECT_THAT(trail, HasSubstr("2026q4"));
  EXPECT_THAT(trail, Not(HasSubstr(std::string{harbor}))) << "nor which other providers it covers";
}

TEST_F(ReviewsRoute, RunALeaverFromTheReportToTheLastRemoval) {
  ASSERT_EQ(say(mary, R"({"type":"remove_leaver","username":"jdoe1"})"), "departure_unknown");
  ASSERT_EQ(say(mary, R"({"type":"report_departure","provider":"110012345A","username":"jdoe1","left_at":"2024-01-01T00:00:00Z"})"),
            "accepted");
  std::vector<std::string> links = rows("/v1/audit/leaver?user=jdoe1", mary);
  EXPECT_EQ(members(links, "provider"), (std::vector<std::string>{std::string{mercy}, std::string{harbor}})) << "as his home she sees all";
  EXPECT_EQ(members(links, "state"), (std::vector<std::string>{"linked", "linked"}));
  EXPECT_THAT(links[0], HasSubstr(R"("administrators":["mhughes1","bking1"])"));
  EXPECT_EQ(member(links[1], "administrators"), "") << "who they are there is Harbor's own affair";
  EXPECT_THAT(rows("/v1/audit/leaver?user=jdoe1", officer)[1], HasSubstr(R"("administrators":["aortega1"])")) << "the control";
  const std::string notices = get("/v1/audit/trail?type=notice_given", alan).body;
  EXPECT_THAT(notices, HasSubstr(R"("notice":"departure")")) << "the other provider is told";
  EXPECT_THAT(notices, Not(HasSubstr(std::string{mercy})));
  EXPECT_EQ(members(rows("/v1/audit/leaver?user=jdoe1", alan), "provider"), std::vector<std::string>{std::string{harbor}});
  EXPECT_EQ(members(rows("/v1/audit/leaver?user=jdoe1", token(TokenRole::AUDITOR, "lee", {std::string{mercy}})), "provider"),
            std::vector<std::string>{std::string{mercy}});

  ASSERT_EQ(say(bella, R"({"type":"remove_leaver","username":"jdoe1"})"), "accepted");
  EXPECT_THAT(member(last_outcome_, "receipt"), HasSubstr("removed at 110012345A: "));
  links = rows("/v1/audit/leaver?user=jdoe1", officer);
  EXPECT_EQ(members(links, "state"), (std::vector<std::string>{"removed", "linked"})) << "the other one is Harbor's to end";
  EXPECT_EQ(member(links[0], "removed_by"), "bking1");
  const std::int64_t since_2024 = std::stoll(member(links[0], "seconds_after_leaving"));
  EXPECT_EQ(since_2024, (Timestamp::parse(member(links[0], "removed_at"))->ns - Timestamp::parse("2024-01-01")->ns) / 1'000'000'000);
  EXPECT_EQ(member(links[1], "removed_at"), "");
  ASSERT_EQ(say(alan, R"({"type":"remove_leaver","username":"jdoe1"})"), "accepted");
  EXPECT_EQ(members(rows("/v1/audit/leaver?user=jdoe1", officer), "state"), (std::vector<std::string>{"removed", "removed"}));
  EXPECT_EQ(member(rows("/v1/audit/leaver?user=jdoe1", mary)[1], "removed_by"), "") << "nor who did it there";
  EXPECT_EQ(members(rows("/v1/audit/leaver?user=jdoe1&at=" + member(links[0], "reported_at"), officer), "state"),
            (std::vector<std::string>{"linked", "linked"}))
      << "as it was when it was reported";
  EXPECT_EQ(say(alan, R"({"type":"remove_leaver","username":"jdoe1"})"), "not_on_roster");
  EXPECT_EQ(problem_of(get("/v1/audit/leaver?user=nobody9", officer)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/leaver?user=bking1", alan)), "not_known");
  EXPECT_EQ(member(get("/v1/audit/leaver", officer).body, "field"), "user");
}

TEST_F(ReviewsRoute, BridgeAVacancyByADelegateForAWhile) {
  const std::string until = R"(,"reason":"vacancy","until":"2040-01-01T00:00:00Z"})";
  EXPECT_EQ(say(officer, R"({"type":"appoint_delegate","provider":"110067890B","username":"bking1")" + until), "primary_user_in_office");
  ASSERT_EQ(say(officer, R"({"type":"report_departure","username":"aortega1","left_at":"2024-01-01T00:00:00Z"})"), "accepted");
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110067890B", bella)), "outside_scope");
  ASSERT_EQ(say(officer, R"({"type":"appoint_delegate","provider":"110067890B","username":"bking1")" + until), "accepted");
  EXPECT_EQ(get("/v1/audit/roster?provider=110067890B", bella).status, 200U);
  EXPECT_EQ(say(bella, R"({"type":"assign_services","provider":"110067890B","username":"jdoe1","services":[]})"), "accepted");
  const std::string privileged = get("/v1/audit/privileged", officer).body;
  EXPECT_THAT(privileged, HasSubstr(R"({"kind":"appointed_delegate","name":"bking1","providers":["110067890B"])"));
  EXPECT_THAT(privileged, HasSubstr(R"("expires_at":"2040-01-01T00:00:00Z")"));
  ASSERT_EQ(say(officer, R"({"type":"dismiss_delegate","provider":"110067890B"})"), "accepted");
  EXPECT_THAT(get("/v1/audit/privileged", officer).body, Not(HasSubstr("appointed_delegate")));
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110067890B", bella)), "outside_scope");
  EXPECT_EQ(say(bella, R"({"type":"assign_services","provider":"110067890B","username":"jdoe1","services":["view_provider_reports"]})"),
            "not_administrator");
}

TEST_F(ReviewsRoute, CountALeaversTimeFromTheFirstReportWhateverCameBetween) {
  const auto report = [&](const std::string& who_token, const std::string& provider, const std::string& left_at) {
    return say(who_token,
               R"({"type":"report_departure","provider":")" + provider + R"(","username":"jdoe1","left_at":")" + left_at + "\"}");
  };
  ASSERT_EQ(say(mary, R"({"type":"remove_subordinate","provider":"110012345A","username":"jdoe1"})"), "accepted");
  ASSERT_EQ(report(alan, "110067890B", "2024-01-02T00:00:00Z"), "accepted");
  std::vector<std::string> links = rows("/v1/audit/leaver?user=jdoe1", officer);
  EXPECT_EQ(members(links, "state"), (std::vector<std::string>{"removed", "linked"})) << "removed after leaving, though before the report";
  EXPECT_EQ(members(links, "left_at"), (std::vector<std::string>{"2024-01-02T00:00:00Z", "2024-01-02T00:00:00Z"}));
  const std::string reported = member(links[1], "reported_position");
  ASSERT_EQ(report(alan, "110067890B", "2024-01-05T00:00:00Z"), "accepted");
  ASSERT_EQ(report(alan, "110067890B", "2024-01-01T00:00:00Z"), "accepted");
  links = rows("/v1/audit/leaver?user=jdoe1", officer);
  EXPECT_EQ(member(links[1], "reported_position"), reported) << "a later report sets no clock back";
  EXPECT_EQ(member(links[1], "left_at"), "2024-01-01T00:00:00Z") << "the earliest counts";
}

TEST_F(ReviewsRoute, NameWhoMayRemoveALeaver) {
  ASSERT_EQ(say(mary, R"({"type":"report_departure","provider":"110012345A","username":"mhughes1","left_at":"2024-01-01T00:00:00Z"})"),
            "accepted");
  EXPECT_EQ(member(rows("/v1/audit/leaver?user=mhughes1", officer).at(0), "administrators"), "") << "the agency alone";
  ASSERT_EQ(say(officer, R"({"type":"report_departure","username":"jdoe1","left_at":"2024-01-01T00:00:00Z"})"), "accepted");
  EXPECT_THAT(rows("/v1/audit/leaver?user=jdoe1", officer)[0], HasSubstr(R"("administrators":["bking1"])")) << "she has left";
  ASSERT_EQ(
      say(officer,
          R"({"type":"appoint_delegate","provider":"110012345A","username":"aortega1","reason":"vacancy","until":"2040-01-01T00:00:00Z"})"),
      "accepted");
  EXPECT_THAT(rows("/v1/audit/leaver?user=jdoe1", officer)[0], HasSubstr(R"("administrators":["bking1","aortega1"])"));
}

class TimePasses : public ReviewsRoute {
 protected:
  TimePasses() : ReviewsRoute(by_set_clock(), set_clock) {}
  void pass(std::chrono::nanoseconds time) { passed_ns += time.count(); }
  void appoint_bella() {
    ASSERT_EQ(say(officer, R"({"type":"report_departure","username":"aortega1","left_at":"2024-01-01T00:00:00Z"})"), "accepted");
    const std::string until = Timestamp{set_clock().ns + std::chrono::nanoseconds(24h).count()}.text();
    ASSERT_EQ(say(officer,
                  R"({"type":"appoint_delegate","provider":"110067890B","username":"bking1","reason":"vacancy","until":")" + until + "\"}"),
              "accepted");
  }
};

TEST_F(TimePasses, AndADelegateSeesTheProviderNoMore) {
  appoint_bella();
  EXPECT_EQ(get("/v1/audit/roster?provider=110067890B", bella).status, 200U) << "the control";
  pass(25h);
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110067890B", bella)), "outside_scope");
  EXPECT_THAT(get("/v1/audit/privileged", officer).body, Not(HasSubstr("appointed_delegate")));
}

// Decisions never go back behind what is recorded, so questions do not either.
TEST_F(TimePasses, AndAClockThatIsSetBackGivesNothingBack) {
  appoint_bella();
  pass(25h);
  ASSERT_EQ(say(mary, R"({"type":"assign_services","provider":"110012345A","username":"jdoe1","services":[]})"), "accepted");
  pass(-25h);
  EXPECT_EQ(problem_of(get("/v1/audit/roster?provider=110067890B", bella)), "outside_scope");
}

TEST_F(TimePasses, AndRemindersAndLatenessAreSaidOnce) {
  ASSERT_EQ(
      say(officer,
          R"({"type":"open_review","review":"soon","providers":["110012345A"],"due_at":"2030-02-01T00:00:00Z","remind_at":"2030-01-15T00:00:00Z"})"),
      "accepted");
  pass(24h * 20);
  ASSERT_TRUE(comes("notice_given"));
  pass(24h * 20);
  ASSERT_TRUE(comes("notice_given"));
  const std::vector<std::string> notices = rows("/v1/audit/trail?type=notice_given&oldest_first=true", officer);
  EXPECT_EQ(members(notices, "notice"), (std::vector<std::string>{"review_due", "review_late"}));
  EXPECT_EQ(members(rows("/v1/audit/findings?rule=review_overdue", officer), "other"), std::vector<std::string>{"soon"});
}

TEST_F(ReviewsRoute, AttestARosterPersonByPerson) {
  const Response sheet = get("/v1/audit/attestation?provider=110012345A", mary);
  ASSERT_EQ(sheet.status, 200U) << sheet.body;
  const std::string as_of = member(sheet.body, "true_of");
  EXPECT_EQ(members(rows("/v1/audit/attestation", mary), "attested"), (std::vector<std::string>{"no", "no", "no"}));
  ASSERT_EQ(say(mary, R"({"type":"attest_roster","provider":"110012345A","as_of":")" + as_of +
                          R"(","confirmed":["jdoe1"],"rejected":["bking1"]})"),
            "accepted");
  std::vector<std::string> attested = rows("/v1/audit/attestation?provider=110012345A", officer);
  EXPECT_EQ(members(attested, "username"), (std::vector<std::string>{"jdoe1", "mhughes1", "bking1"}));
  EXPECT_EQ(members(attested, "attested"), (std::vector<std::string>{"confirmed", "no", "rejected"}));
  EXPECT_EQ(member(attested[0], "as_of"), as_of);
  EXPECT_EQ(member(attested[0], "attested_by"), "mhughes1");
  ASSERT_EQ(say(mary, R"({"type":"assign_services","provider":"110012345A","username":"jdoe1","services":["view_provider_reports"]})"),
            "accepted");
  EXPECT_EQ(members(rows("/v1/audit/attestation", mary), "attested"), (std::vector<std::string>{"outdated", "no", "rejected"}))
      << "what he holds now was not confirmed";
  EXPECT_EQ(members(rows("/v1/audit/attestation?since=2039-01-01", mary), "attested"), (std::vector<std::string>{"no", "no", "no"}));
  EXPECT_EQ(problem_of(get("/v1/audit/attestation?provider=110067890B", mary)), "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/attestation?provider=999999999Z", officer)), "not_known");
  EXPECT_EQ(member(get("/v1/audit/attestation", officer).body, "field"), "provider");
}

TEST_F(ReviewsRoute, GivesTheSheetsToPrintAndSign) {
  ASSERT_EQ(open_both(), "accepted");
  const Response review = get("/v1/audit/reviews/2026q4", officer, "text/html");
  EXPECT_EQ(review.status, 200U);
  EXPECT_THAT(review.content_type, testing::StartsWith("text/html"));
  for (const char* text : {"<!DOCTYPE html>", "jdoe1", "Signature", "root "}) EXPECT_THAT(review.body, HasSubstr(text));
  const Response sheet = get("/v1/audit/attestation?provider=110012345A", mary, "text/html");
  EXPECT_THAT(sheet.body, HasSubstr("<td>Hughes, Mary</td><td>mhughes1</td>"));
  EXPECT_THAT(sheet.body, testing::Not(HasSubstr("aortega1")));
  for (const char* target : {"/v1/audit/reviews/2026q4?limit=1", "/v1/audit/attestation?provider=110012345A&cursor=x"})
    EXPECT_EQ(problem_of(get(target, officer, "text/html")), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/reviews/nothing", officer, "text/html")), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/attestation?provider=110067890B", mary, "text/html")), "outside_scope");
}

}  // namespace
}  // namespace muniment
