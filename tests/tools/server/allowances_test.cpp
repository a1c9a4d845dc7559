// How much a caller may ask, as routes and batches tell it.
#include "tools/server/allowances.h"

#include "make_token.h"
#include "node_fixture.h"

namespace muniment {
namespace {

constexpr std::int64_t ns_a_second = 1'000'000'000;
constexpr Timestamp noon{(std::int64_t{20'000} * 86'400 + 43'200) * ns_a_second};
constexpr Timestamp next_day{noon.ns + std::int64_t{43'200} * ns_a_second};

Token caller(const std::string& id, const std::string& name, std::uint32_t daily_quota = 0) {
  Token out = make_token(TokenRole::SUBMITTER, name);
  out.id = id;
  out.daily_quota = daily_quota;
  return out;
}

TEST(Allowances, AreWithoutBoundWhereThereIsNone) {
  Allowances allowances(LimitSettings{.commands_a_second_max = 0});
  for (int i = 0; i < 60'000; ++i) ASSERT_FALSE(allowances.take(caller("1", "portal"), Asked::command, noon));
}

TEST(Allowances, HaveBoundsUnlessSomebodySaysOtherwise) {
  Allowances allowances(LimitSettings{});
  int taken = 0;
  while (taken < 200'000 && !allowances.take(caller("1", "ann"), Asked::question, noon)) ++taken;
  EXPECT_LT(taken, 200'000);
  EXPECT_GE(taken, 1'000);
  EXPECT_LT(allowances.take_up_to(caller("1", "portal"), Asked::command, 1'000'000, noon), 1'000'000U);
}

TEST(Allowances, OfABatchAreTakenInLotsAndWhatIsLeftIsGivenBack) {
  LimitSettings limits;
  limits.commands_a_second_max = 10;
  Allowances allowances(limits);
  const Token token = caller("1", "portal", 15);
  EXPECT_EQ(allowances.take_up_to(token, Asked::command, 8, noon), 8U);
  EXPECT_EQ(allowances.take_up_to(token, Asked::command, 8, noon), 2U) << "of the second";
  EXPECT_EQ(allowances.used_today(token, noon), 10U);
  allowances.give_back(token, Asked::command, 6, noon);
  EXPECT_EQ(allowances.used_today(token, noon), 4U);
  EXPECT_EQ(allowances.take_up_to(token, Asked::command, 6, noon), 6U);
  Allowances of_the_day(LimitSettings{.commands_a_second_max = 0});
  EXPECT_EQ(of_the_day.take_up_to(token, Asked::command, 20, noon), 15U);
  EXPECT_EQ(of_the_day.take_up_to(token, Asked::command, 1, noon), 0U);
}

TEST(Allowances, ThatAreGivenBackAfterMidnightTakeNothingFromTheNextDay) {
  const Token token = caller("1", "portal", 15);
  Allowances allowances(LimitSettings{.commands_a_second_max = 0});
  EXPECT_EQ(allowances.take_up_to(token, Asked::command, 8, noon), 8U);
  allowances.give_back(token, Asked::command, 8, next_day);
  EXPECT_EQ(allowances.used_today(token, next_day), 0U);
  EXPECT_EQ(allowances.take_up_to(token, Asked::command, 20, next_day), 15U);
}

TEST(Allowances, ThatWereTakenYesterdayAreGivenBackWithoutForgettingWhatWasTakenSince) {
  const Token token = caller("1", "portal", 15);
  Allowances allowances(LimitSettings{.commands_a_second_max = 0});
  EXPECT_EQ(allowances.take_up_to(token, Asked::command, 8, noon), 8U);
  EXPECT_EQ(allowances.take_up_to(token, Asked::command, 10, next_day), 10U);
  allowances.give_back(token, Asked::command, 8, noon);
  EXPECT_EQ(allowances.used_today(token, next_day), 10U);
  EXPECT_EQ(allowances.take_up_to(token, Asked::command, 20, next_day), 5U);
}

TEST(Allowances, AreOfThePrincipalHoweverManyTokensItHas) {
  LimitSettings limits;
  limits.commands_a_second_max = 2;
  Allowances allowances(limits);
  EXPECT_FALSE(allowances.take(caller("1", "portal"), Asked::command, noon));
  EXPECT_FALSE(allowances.take(caller("2", "portal"), Asked::command, noon));
  const auto refused = allowances.take(caller("3", "portal"), Asked::command, noon);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->name, "rate_exceeded");
  EXPECT_EQ(refused->retry_after, std::chrono::seconds{1});
  EXPECT_FALSE(allowances.take(caller("4", "other"), Asked::command, noon));
  EXPECT_FALSE(allowances.take(caller("1", "portal"), Asked::question, noon));
}

TEST(Allowances, OfADayAreOfTheTokenAndBeginAnewAtMidnight) {
  Allowances allowances(LimitSettings{});
  const Token token = caller("1", "portal", 2);
  EXPECT_FALSE(allowances.take(token, Asked::command, noon));
  EXPECT_FALSE(allowances.why_not(token, Asked::command, noon));
  EXPECT_FALSE(allowances.take(token, Asked::question, noon));
  EXPECT_EQ(allowances.used_today(token, noon), 2U);
  const auto refused = allowances.take(token, Asked::command, noon);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->name, "quota_exceeded");
  EXPECT_EQ(refused->retry_after, std::chrono::hours{12});
  EXPECT_TRUE(allowances.why_not(token, Asked::command, noon));
  EXPECT_FALSE(allowances.take(caller("2", "portal", 2), Asked::command, noon));
  EXPECT_FALSE(allowances.take(token, Asked::command, next_day));
  EXPECT_EQ(allowances.used_today(token, next_day), 1U);
}

TEST(Allowances, OfADayGoOnFromWhatWasCountedBefore) {
  Allowances allowances(LimitSettings{}, {{.token = "1", .day = 20'000, .used = 1}, {.token = "2", .day = 19'999, .used = 2}});
  EXPECT_FALSE(allowances.take(caller("1", "portal", 2), Asked::command, noon));
  EXPECT_TRUE(allowances.take(caller("1", "portal", 2), Asked::command, noon));
  EXPECT_FALSE(allowances.take(caller("2", "portal", 2), Asked::command, noon)) << "that was yesterday";
}

TEST(Allowances, SayWhatWasCountedWhenItHasChanged) {
  Allowances allowances(LimitSettings{});
  EXPECT_FALSE(allowances.changed());
  allowances.take(caller("1", "portal", 2), Asked::command, noon);
  allowances.take(caller("2", "portal"), Asked::command, noon);
  EXPECT_EQ(allowances.changed(), (std::vector<QuotaUse>{{.token = "1", .day = 20'000, .used = 1}}));
  EXPECT_FALSE(allowances.changed());
}

using Quotas = WithNode;

std::string sign_ins(int from, int to) {
  std::string out;
  for (int i = from; i <= to; ++i) {
    out += R"({"type":"record_sign_in","command_id":"q)" + std::to_string(i) + R"(","username":"jdoe1","at":"2024-01-01","success":true})" +
           "\n";
  }
  return out;
}

std::string submitter_with_quota(const std::filesystem::path& folder, std::uint32_t quota) {
  return TokenFile(folder).create(caller("", "portal", quota));
}

TEST_F(Quotas, EndWith429AndTheTimeUntilMidnight) {
  const std::string token = submitter_with_quota(folder, 2);
  for (int i = 1; i <= 2; ++i) EXPECT_EQ(post(sign_ins(i, i), token).status, 200U);
  const Response refused = post(sign_ins(3, 3), token);
  EXPECT_EQ(refused.status, 429U);
  EXPECT_EQ(problem_of(refused), "quota_exceeded");
  ASSERT_EQ(refused.headers.size(), 1U);
  EXPECT_EQ(refused.headers[0].first, "Retry-After");
  EXPECT_LE(std::stoi(refused.headers[0].second), 86'400);
}

TEST_F(Quotas, CountEachLineOfABatchAndEndItThere) {
  const std::string token = submitter_with_quota(folder, 3);
  RequestHead head{.method = {},
                   .target = {},
                   .authorization = {},
                   .content_type = "application/x-ndjson",
                   .accept = {},
                   .idempotency_key = {},
                   .if_match = {},
                   .last_event_id = {}};
  const Response answered = post(sign_ins(1, 5), token, head);
  EXPECT_EQ(answered.status, 200U);
  EXPECT_EQ(std::count(answered.body.begin(), answered.body.end(), '\n'), 4) << answered.body;
  const std::string last = answered.body.substr(answered.body.find("{\"status\":\"stopped\""));
  EXPECT_EQ(member(last, "problem"), "quota_exceeded");
  EXPECT_GT(std::stoi(member(last, "retry_after")), 0);
  EXPECT_EQ(problem_of(post(sign_ins(4, 5), token, head)), "quota_exceeded");
}

TEST_F(Quotas, AreNotGivenAnewByAStart) {
  const std::string token = submitter_with_quota(folder, 3);
  for (int i = 1; i <= 2; ++i) ASSERT_EQ(post(sign_ins(i, i), token).status, 200U);
  node.reset();
  store->close();
  store = std::make_unique<Store>(folder);
  node = std::make_unique<Node>(*store, NodeOptions{.settings = {.limits = {.disk_reserve_bytes = 0}}});
  EXPECT_EQ(post(sign_ins(3, 3), token).status, 200U);
  EXPECT_EQ(problem_of(post(sign_ins(4, 4), token)), "quota_exceeded");
}

NodeOptions slow_node() {
  NodeOptions out;
  out.settings.limits.disk_reserve_bytes = 0;
  out.settings.limits.commands_a_second_max = 4;
  out.settings.limits.questions_a_second_max = 1;
  return out;
}

class Rates : public WithNode {
 protected:
  Rates() : WithNode(slow_node()) {}
};

TEST_F(Rates, EndWith429AndTheTimeAfterWhichToComeBack) {
  const std::string auditor = token(TokenRole::AUDITOR, "ann");
  EXPECT_EQ(get("/v1/audit/as-of", auditor).status, 200U);
  const Response refused = get("/v1/audit/as-of", token(TokenRole::AUDITOR, "ann"));  // Another token of the same one.
  EXPECT_EQ(problem_of(refused), "rate_exceeded");
  EXPECT_THAT(refused.headers, testing::Contains(testing::Pair("Retry-After", "1")));
  EXPECT_EQ(get("/v1/audit/as-of", token(TokenRole::AUDITOR, "ben")).status, 200U);
}

TEST_F(Rates, SlowABatchDownAndLoseNoneOfItsLines) {
  const auto began = std::chrono::steady_clock::now();
  const Response answered = post(sign_ins(1, 7), token(TokenRole::SUBMITTER, "portal"),
                                 {.method = {},
                                  .target = {},
                                  .authorization = {},
                                  .content_type = "application/x-ndjson",
                                  .accept = {},
                                  .idempotency_key = {},
                                  .if_match = {},
                                  .last_event_id = {}});
  EXPECT_EQ(std::count(answered.body.begin(), answered.body.end(), '\n'), 7) << answered.body;
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{500});
}

}  // namespace
}  // namespace muniment
