#include "tools/server/sessions.h"

#include <set>

#include "make_token.h"
#include "node_fixture.h"
#include "tools/server/session_cookie.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const Token> of(const std::string& id) {
  Token token = make_token(TokenRole::ACCOUNT, "mhughes1");
  token.id = id;
  return std::make_shared<const Token>(std::move(token));
}

const Sessions::Time beginning{1000h};

TEST(Sessions, AreWhoseTokenTheyWereOpenedWith) {
  Sessions sessions;
  const auto caller = of("a");
  const std::string text = sessions.open(caller, beginning).value();
  EXPECT_EQ(sessions.use(text, beginning), caller);
  EXPECT_EQ(sessions.use(text + "0", beginning), nullptr);
  EXPECT_EQ(sessions.use("", beginning), nullptr);
  EXPECT_EQ(text.size(), 64U);
}

TEST(Sessions, EndWhenTheyAreNotUsedForAWhile) {
  Sessions sessions;
  const std::string text = sessions.open(of("a"), beginning).value();
  EXPECT_NE(sessions.use(text, beginning + Sessions::idle_max - 1s), nullptr) << "which counts as used";
  EXPECT_NE(sessions.use(text, beginning + 2 * Sessions::idle_max - 2s), nullptr);
  EXPECT_EQ(sessions.use(text, beginning + 3 * Sessions::idle_max), nullptr);
  EXPECT_EQ(sessions.use(text, beginning), nullptr) << "what has ended does not come back";
}

TEST(Sessions, EndAfterTheirLifeHoweverMuchTheyAreUsed) {
  Sessions sessions;
  const std::string text = sessions.open(of("a"), beginning).value();
  for (auto at = beginning; at < beginning + Sessions::life_max; at += 10min) ASSERT_NE(sessions.use(text, at), nullptr);
  EXPECT_EQ(sessions.left(text, beginning + Sessions::life_max - 5s), 5s);
  EXPECT_EQ(sessions.use(text, beginning + Sessions::life_max), nullptr);
  EXPECT_EQ(sessions.left(text, beginning), 0s);
}

TEST(Sessions, CanBeLookedAtWithoutBeingUsed) {
  Sessions sessions;
  const std::string text = sessions.open(of("a"), beginning).value();
  EXPECT_TRUE(sessions.is_open(text, beginning + Sessions::idle_max - 1s));
  EXPECT_FALSE(sessions.is_open(text, beginning + Sessions::idle_max));
  EXPECT_FALSE(sessions.is_open("guess", beginning));
  sessions.end(text);
  EXPECT_FALSE(sessions.is_open(text, beginning));
}

TEST(Sessions, EndWhenSomebodyEndsThem) {
  Sessions sessions;
  const std::string text = sessions.open(of("a"), beginning).value();
  const std::string other = sessions.open(of("a"), beginning).value();
  sessions.end(text);
  EXPECT_EQ(sessions.use(text, beginning), nullptr);
  EXPECT_NE(sessions.use(other, beginning), nullptr);
}

TEST(Sessions, OfOneTokenGiveWayToTheNextOneAndToNobodyElses) {
  Sessions sessions;
  const std::string others = sessions.open(of("b"), beginning).value();
  const std::string oldest = sessions.open(of("a"), beginning).value();
  std::set<std::string> rest;
  for (std::size_t i = 1; i < Sessions::of_one_max; ++i) rest.insert(sessions.open(of("a"), beginning + 1s).value());
  EXPECT_NE(sessions.use(oldest, beginning + 1s), nullptr);
  for (const std::string& text : rest) EXPECT_NE(sessions.use(text, beginning + 2s), nullptr);
  ASSERT_TRUE(sessions.open(of("a"), beginning + 3s));
  EXPECT_EQ(sessions.use(oldest, beginning + 3s), nullptr) << "it was not used for longest";
  EXPECT_NE(sessions.use(others, beginning + 3s), nullptr);
}

TEST(Sessions, OfOnePersonOfAnIdentityProviderGiveWayWhateverTokensTheyCameWith) {
  const auto person = [](const std::string& id, const std::string& name) {
    Token token = make_token(TokenRole::ACCOUNT, name);
    token.id = id;
    token.method = AuthMethod::identity_provider;
    return std::make_shared<const Token>(std::move(token));
  };
  Sessions sessions;
  const std::string others = sessions.open(person("x", "aortega1"), beginning).value();
  const std::string oldest = sessions.open(person("0", "mhughes1"), beginning).value();
  for (std::size_t i = 1; i <= Sessions::of_one_max; ++i) ASSERT_TRUE(sessions.open(person(std::to_string(i), "mhughes1"), beginning + 1s));
  EXPECT_EQ(sessions.use(oldest, beginning + 2s), nullptr);
  EXPECT_NE(sessions.use(others, beginning + 2s), nullptr);
}

TEST(Sessions, AreNotOpenedBeyondTheirNumberUntilSomeAreOver) {
  Sessions sessions;
  for (std::size_t i = 0; i < Sessions::of_all_max; ++i) ASSERT_TRUE(sessions.open(of(std::to_string(i)), beginning));
  EXPECT_FALSE(sessions.open(of("late"), beginning));
  EXPECT_TRUE(sessions.open(of("late"), beginning + Sessions::idle_max));
}

TEST(SessionCookie, CountsOnlyInARequestThatNoOtherSiteCanMake) {
  const CookieHeaders good{.cookie = "a=b; __Host-muniment=abc; c=d", .console = "1", .sec_fetch_site = "same-origin"};
  EXPECT_EQ(session_in(good), "abc");
  for (const std::string_view site : {"", "none", "same-site", "cross-site", "Same-Origin"})
    EXPECT_EQ(session_in({.cookie = good.cookie, .console = "1", .sec_fetch_site = site}), "") << site;
  for (const std::string_view console : {"", "0", "true"})
    EXPECT_EQ(session_in({.cookie = good.cookie, .console = console, .sec_fetch_site = "same-origin"}), "") << console;
}

TEST(SessionCookie, IsFoundAmongOthersByItsWholeName) {
  const auto in = [](std::string_view cookie) { return session_in({.cookie = cookie, .console = "1", .sec_fetch_site = "same-origin"}); };
  EXPECT_EQ(in("__Host-muniment=x"), "x");
  EXPECT_EQ(in("__Host-muniment2=y; __Host-muniment=x"), "x");
  EXPECT_EQ(in("x__Host-muniment=y"), "");
  EXPECT_EQ(in("__Host-muniment"), "");
  EXPECT_EQ(in(""), "");
  EXPECT_EQ(in(";;= ; __Host-muniment="), "");
}

TEST(SessionCookie, IsForThisHostOverASafeConnectionAndNoScript) {
  EXPECT_EQ(session_cookie("abc", 60s), "__Host-muniment=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Strict");
  EXPECT_EQ(no_session_cookie(), "__Host-muniment=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict");
}

TEST(SignInCookie, ComesBackWithAVisitFromElsewhere) {
  EXPECT_EQ(sign_in_cookie("abc", 60s), "__Host-muniment-sign-in=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(no_sign_in_cookie(), "__Host-muniment-sign-in=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(sign_in_in({.cookie = "__Host-muniment=a; __Host-muniment-sign-in=b", .sec_fetch_site = "cross-site"}), "b");
  EXPECT_EQ(sign_in_in({.cookie = "__Host-muniment=a"}), "");
}

// With a node: signing in, and what one may do then.
class SignedIn : public WithNode {
 protected:
  std::string sign_in(const std::string& token_text, const CookieHeaders& beside = {}) {
    const std::string authorization = "Bearer " + token_text;
    const Response response = ask(head("POST", "/v1/session", authorization, beside));
    EXPECT_EQ(response.status, 200U) << response.body;
    for (const auto& [name, value] : response.headers) {
      if (name == "Set-Cookie") return value.substr(0, value.find(';'));
    }
    return "";
  }
  Response get_with(std::string_view cookie, std::string_view target, std::string_view site = "same-origin",
                    std::string_view console = "1") {
    return ask(head("GET", target, {}, {.cookie = cookie, .console = console, .sec_fetch_site = site}));
  }
  static RequestHead head(std::string_view method, std::string_view target, std::string_view authorization, const CookieHeaders& cookies) {
    return {.method = method,
            .target = target,
            .authorization = authorization,
            .content_type = {},
            .accept = {},
            .idempotency_key = {},
            .if_match = {},
            .last_event_id = {},
            .cookies = cookies};
  }
};

TEST_F(SignedIn, DoesWhatTheTokenMayDoAndNothingElse) {
  const std::string cookie = sign_in(token(TokenRole::ACCOUNT, "mhughes1"));
  EXPECT_EQ(get_with(cookie, "/v1/providers/110012345A").status, 200U);
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/providers/110067890B")), "outside_scope");
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/stats")), "role_denied");
}

TEST_F(SignedIn, IsNobodyInARequestThatAnotherSiteCouldMake) {
  const std::string cookie = sign_in(token(TokenRole::ACCOUNT, "mhughes1"));
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/services", "cross-site")), "token_missing");
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/services", "none")), "token_missing");
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/services", "same-origin", "")), "token_missing");
  EXPECT_EQ(get_with(cookie, "/v1/services").status, 200U);
}

TEST_F(SignedIn, EndsWithTheTokenThatItWasOpenedWith) {
  const std::string cookie = sign_in(token(TokenRole::ACCOUNT, "mhughes1"));
  ASSERT_EQ(get_with(cookie, "/v1/services").status, 200U);
  TokenFile file(folder);
  ASSERT_TRUE(file.revoke(file.read().front().id, system_now(), "tests"));
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/services")), "session_ended");
}

TEST_F(SignedIn, EndsWhenItSignsOut) {
  const std::string cookie = sign_in(token(TokenRole::OPERATOR, "ops"));
  const CookieHeaders cookies{.cookie = cookie, .console = "1", .sec_fetch_site = "same-origin"};
  const Response out = ask(head("POST", "/v1/session/end", {}, cookies));
  EXPECT_EQ(out.status, 200U);
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/services")), "session_ended");
  EXPECT_EQ(problem_of(get_with("__Host-muniment=guess", "/v1/services")), "session_ended");
}

TEST_F(SignedIn, EndsTheSessionThatTheBrowserHadWhenAnotherIsOpened) {
  const std::string former = sign_in(token(TokenRole::ACCOUNT, "mhughes1"));
  const CookieHeaders cookies{.cookie = former, .console = "1", .sec_fetch_site = "same-origin"};
  sign_in(token(TokenRole::ACCOUNT, "aortega1"), {.cookie = former, .console = "1", .sec_fetch_site = "cross-site"});
  EXPECT_EQ(get_with(former, "/v1/services").status, 200U) << "a page of elsewhere ends nobody's session";
  const std::string next = sign_in(token(TokenRole::ACCOUNT, "aortega1"), cookies);
  EXPECT_EQ(problem_of(get_with(former, "/v1/services")), "session_ended");
  EXPECT_EQ(get_with(next, "/v1/services").status, 200U);
}

TEST_F(SignedIn, SignsOutThoughItsQuotaIsUsedUp) {
  Token limited = make_token(TokenRole::ACCOUNT, "mhughes1");
  limited.daily_quota = 2;
  const std::string cookie = sign_in(TokenFile(folder).create(std::move(limited)));
  EXPECT_EQ(get_with(cookie, "/v1/services").status, 200U);
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/services")), "quota_exceeded");
  const CookieHeaders cookies{.cookie = cookie, .console = "1", .sec_fetch_site = "same-origin"};
  EXPECT_EQ(ask(head("POST", "/v1/session/end", {}, cookies)).status, 200U);
  EXPECT_EQ(problem_of(get_with(cookie, "/v1/services")), "session_ended");
}

TEST_F(SignedIn, IsToldThatItsSessionEndsWithItsToken) {
  const std::string cookie = sign_in(token(TokenRole::ACCOUNT, "mhughes1", {}, Timestamp{system_now().ns + 600'000'000'000}));
  const std::string left = member(get_with(cookie, "/v1/session").body, "seconds_left");
  EXPECT_LE(std::stoi(left), 600);
  EXPECT_GT(std::stoi(left), 300);
}

TEST_F(SignedIn, FollowsNoEventsBeyondItsEnd) {
  const std::string cookie = sign_in(token(TokenRole::OFFICER, "agency"));
  const CookieHeaders cookies{.cookie = cookie, .console = "1", .sec_fetch_site = "same-origin"};
  RequestHead asked = head("GET", "/v1/events", {}, cookies);
  asked.accept = "text/event-stream";
  auto dispatched = dispatch(*node, asked, "test-1");
  ASSERT_TRUE(dispatched.has_value());
  const Response events = std::get<AskHandler>(dispatched->route->handler)(*node, dispatched->call);
  std::string piece;
  ASSERT_EQ(events.stream->next(piece), Chunks::Next::chunk);
  piece.clear();
  EXPECT_EQ(events.stream->next(piece), Chunks::Next::wait);
  EXPECT_EQ(ask(head("POST", "/v1/session/end", {}, cookies)).status, 200U);
  EXPECT_EQ(events.stream->next(piece), Chunks::Next::end);
}

TEST_F(SignedIn, OpensNoSessionByASession) {
  const std::string cookie = sign_in(token(TokenRole::OPERATOR, "ops"));
  const CookieHeaders cookies{.cookie = cookie, .console = "1", .sec_fetch_site = "same-origin"};
  EXPECT_EQ(problem_of(ask(head("POST", "/v1/session", {}, cookies))), "token_missing");
}

TEST_F(SignedIn, ATokenBesideTheCookieDecidesAlone) {
  const std::string cookie = sign_in(token(TokenRole::OPERATOR, "ops"));
  const CookieHeaders cookies{.cookie = cookie, .console = "1", .sec_fetch_site = "same-origin"};
  EXPECT_EQ(problem_of(ask(head("GET", "/v1/services", "Bearer nonsense", cookies))), "token_invalid");
}

TEST_F(SignedIn, IsToldWhoItIsAndWhatItAdministers) {
  const std::string cookie = sign_in(token(TokenRole::ACCOUNT, "mhughes1"));
  const Response mary = get_with(cookie, "/v1/session");
  EXPECT_THAT(mary.body, testing::HasSubstr(R"("role":"account","name":"mhughes1","usable":true)"));
  EXPECT_THAT(mary.body, testing::HasSubstr(R"("providers":[{"provider":"110012345A","name":"Mercy"}])"));
  EXPECT_THAT(mary.body, testing::HasSubstr(R"("session":{"idle_seconds":900,"seconds_left":)"));
  const Response officer = get("/v1/session", token(TokenRole::OFFICER, "agency"));
  EXPECT_THAT(officer.body, testing::HasSubstr(R"("sees_everything":true,"providers":[])"));
  EXPECT_THAT(officer.body, testing::Not(testing::HasSubstr("\"session\"")));
  EXPECT_EQ(problem_of(get("/v1/session", token(TokenRole::SUBMITTER, "portal"))), "role_denied");
}

TEST_F(SignedIn, IsToldWhichTermsItHasToAccept) {
  const std::string cookie = sign_in(token(TokenRole::ACCOUNT, "mhughes1"));
  tell(R"({"type":"publish_terms","command_id":"t1","actor":"officer:agency","terms_version":"2030"})");
  const Response mary = get_with(cookie, "/v1/session");
  EXPECT_THAT(mary.body,
              testing::HasSubstr(R"("usable":false,"why_not":"actor_not_usable","terms_current":"2030","terms_accepted":false)"));
}

}  // namespace
}  // namespace muniment
