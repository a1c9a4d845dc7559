// Tokens of an identity provider that the test plays: what is taken, what is refused, and how often it is asked for its keys.
#include "tools/server/identity_provider.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "test_signer.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using Why = IdentityProvider::Denied::Why;

const std::string issuer = "https://login.example";
constexpr std::int64_t now_seconds = 1'800'000'000;
constexpr Timestamp now{now_seconds * 1'000'000'000};

// The claims of an officer, with some changed, or taken away where the value is empty.
std::string claims(const std::map<std::string, std::string>& changes = {}) {
  std::map<std::string, std::string> all{{"iss", "\"" + issuer + "\""},
                                         {"aud", R"("muniment")"},
                                         {"exp", std::to_string(now_seconds + 600)},
                                         {"iat", std::to_string(now_seconds)},
                                         {"preferred_username", R"("agency")"},
                                         {"muniment_role", R"("officer")"}};
  for (const auto& [name, value] : changes) all[name] = value;
  std::string out = "{";
  for (const auto& [name, value] : all) {
    if (!value.empty()) out += fmt::format("{}\"{}\":{}", out.size() > 1 ? "," : "", name, value);
  }
  return out + "}";
}

OidcSettings provider_settings() {
  OidcSettings out;
  out.issuer = issuer;
  out.audience = "muniment";
  return out;
}

class Provider : public testing::Test {
 protected:
  Provider() { publish({rsa.jwk(), ec.jwk(), ed.jwk()}); }
  ~Provider() override { provider.stop(); }

  void publish(const std::vector<std::string>& keys) {
    const std::lock_guard lock(mutex);
    key_set = fmt::format(R"({{"keys":[{}]}})", fmt::join(keys, ","));
  }

  std::expected<std::string, std::string> get(const std::string& url) {
    const std::lock_guard lock(mutex);
    if (is_down) return std::unexpected("it does not answer");
    if (url == issuer + "/.well-known/openid-configuration") {
      return fmt::format(R"({{"issuer":"{}","jwks_uri":"{}/keys","other":[1]}})", names_itself, issuer);
    }
    ++fetches;
    return url == issuer + "/keys" ? std::expected<std::string, std::string>{key_set} : std::unexpected("404");
  }

  void start() {
    provider.start([this](const IdentityProvider::Trouble& told) {
      const std::lock_guard lock(mutex);
      trouble = told.what;
    });
    wait();
  }
  void wait() {
    std::promise<void> fetched;
    provider.when_fetched([&fetched] { fetched.set_value(); });
    fetched.get_future().wait();
  }

  // Verified, after a fetch where that was needed.
  std::expected<std::shared_ptr<const Token>, IdentityProvider::Denied> ask(const std::string& text) {
    const auto jwt = parse_jwt(text);
    if (!jwt) return std::unexpected(IdentityProvider::Denied{Why::invalid, jwt.error()});
    auto out = provider.verify(*jwt, now);
    if (out || out.error().why != Why::keys_awaited) return out;
    wait();
    return provider.verify(*jwt, now);
  }
  std::string detail(const std::string& text) {
    const auto answer = ask(text);
    return answer ? "taken" : std::string{answer.error().detail};
  }

  TestSigner rsa{JwtAlgorithm::rs256, "r"};
  TestSigner ec{JwtAlgorithm::es256, "e"};
  TestSigner ed{JwtAlgorithm::eddsa, "d"};
  std::mutex mutex;
  std::string key_set;
  std::string names_itself = issuer;
  std::string trouble;
  bool is_down = false;
  std::atomic<int> fetches{0};
  IdentityProvider provider{provider_settings(), [this](const std::string& url) { return get(url); }, 1h};
};

TEST_F(Provider, TakesTokensOfEachAlgorithmOfItsList) {
  start();
  for (const TestSigner* signer : {&rsa, &ec, &ed}) {
    const auto caller = ask(signer->sign(claims()));
    ASSERT_TRUE(caller) << signer->header() << caller.error().detail;
    EXPECT_EQ((*caller)->role, TokenRole::OFFICER);
    EXPECT_EQ((*caller)->name, "agency");
    EXPECT_EQ((*caller)->method, AuthMethod::identity_provider);
    EXPECT_EQ((*caller)->expires_at, Timestamp{(now_seconds + 660) * 1'000'000'000});
  }
  EXPECT_EQ(fetches, 1);
}

TEST_F(Provider, FindsAgainWhomItHasVerifiedUntilTheTokenExpires) {
  start();
  const std::string text = rsa.sign(claims());
  EXPECT_EQ(provider.find(hash_of_token(text), now), nullptr);
  ASSERT_TRUE(ask(text));
  EXPECT_NE(provider.find(hash_of_token(text), now), nullptr);
  EXPECT_EQ(provider.find(hash_of_token(text + "x"), now), nullptr);
  EXPECT_EQ(provider.find(hash_of_token(text), Timestamp{(now_seconds + 660) * 1'000'000'000}), nullptr);
}

TEST_F(Provider, RefusesNoneAndEverySharedSecret) {
  start();
  for (const char* none : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string header = fmt::format(R"({{"alg":"{}","kid":"r"}})", none);
    const std::string text = base64url(header) + "." + base64url(claims()) + ".";
    EXPECT_NE(detail(text), "taken") << none;
    EXPECT_THAT(detail(text + "c2ln"), testing::HasSubstr("algorithm")) << none;
  }
  // The public key taken for a secret.
  for (const char* shared : {"HS256", "HS384", "HS512"}) {
    const std::string header = fmt::format(R"({{"alg":"{}","kid":"r"}})", shared);
    EXPECT_THAT(detail(sign_hs256(rsa.public_pem(), header, claims())), testing::HasSubstr("algorithm")) << shared;
  }
  EXPECT_NE(detail(sign_hs256(rsa.public_pem(), rsa.header(), claims())), "taken");
  for (const char* other : {"RS384", "PS256", "ES384", "rs256", "ES256K", "RSA-OAEP"}) {
    EXPECT_THAT(detail(rsa.sign(fmt::format(R"({{"alg":"{}","kid":"r"}})", other), claims())), testing::HasSubstr("algorithm")) << other;
  }
  EXPECT_THAT(detail(rsa.sign(R"({"kid":"r"})", claims())), testing::HasSubstr("algorithm"));
  EXPECT_THAT(detail(rsa.sign(R"({"alg":["RS256"],"kid":"r"})", claims())), testing::HasSubstr("algorithm"));
}

TEST_F(Provider, RefusesAKeyOfAnotherKindThanTheAlgorithm) {
  start();
  EXPECT_THAT(detail(rsa.sign(R"({"alg":"RS256","kid":"e"})", claims())), testing::HasSubstr("signature"));
  EXPECT_THAT(detail(ec.sign(R"({"alg":"ES256","kid":"r"})", claims())), testing::HasSubstr("signature"));
  EXPECT_THAT(detail(ed.sign(R"({"alg":"EdDSA","kid":"e"})", claims())), testing::HasSubstr("signature"));
  EXPECT_THAT(detail(ed.sign(R"({"alg":"ES256","kid":"d"})", claims())), testing::HasSubstr("signature"));
}

TEST_F(Provider, RefusesASignatureOfAnotherKeyOrOfOtherClaims) {
  start();
  const TestSigner stranger(JwtAlgorithm::rs256, "r");
  EXPECT_THAT(detail(stranger.sign(claims())), testing::HasSubstr("signature"));
  for (const TestSigner* signer : {&rsa, &ec, &ed}) {
    const std::string text = signer->sign(claims());
    const std::string other = signer->sign(claims({{"preferred_username", R"("second")"}}));
    const std::string mixed = other.substr(0, other.rfind('.')) + text.substr(text.rfind('.'));
    EXPECT_THAT(detail(mixed), testing::HasSubstr("signature"));
  }
}

TEST_F(Provider, RefusesATokenThatIsNotForThisNode) {
  start();
  EXPECT_THAT(detail(rsa.sign(claims({{"iss", R"("https://login.example/")"}}))), testing::HasSubstr("issuer"));
  EXPECT_THAT(detail(rsa.sign(claims({{"iss", ""}}))), testing::HasSubstr("issuer"));
  for (const char* audience : {R"("other")", R"(["other"])", "[]", "[1]", "1", ""}) {
    EXPECT_THAT(detail(rsa.sign(claims({{"aud", audience}}))), testing::HasSubstr("aud")) << audience;
  }
  EXPECT_EQ(detail(rsa.sign(claims({{"aud", R"(["other","muniment"])"}}))), "taken");
}

TEST_F(Provider, RefusesATokenOutsideItsTimes) {
  start();
  const auto at = [](std::int64_t seconds) { return std::to_string(now_seconds + seconds); };
  EXPECT_THAT(detail(rsa.sign(claims({{"exp", at(-60)}}))), testing::HasSubstr("expired"));
  EXPECT_EQ(detail(rsa.sign(claims({{"exp", at(-59)}}))), "taken");
  EXPECT_EQ(detail(rsa.sign(claims({{"exp", at(600) + ".5"}}))), "taken");
  for (const char* exp : {"", R"("2099-01-01")", "null", "1e300", "-1"}) {
    EXPECT_NE(detail(rsa.sign(claims({{"exp", exp}}))), "taken") << exp;
  }
  EXPECT_THAT(detail(rsa.sign(claims({{"nbf", at(61)}}))), testing::HasSubstr("not valid yet"));
  EXPECT_EQ(detail(rsa.sign(claims({{"nbf", at(60)}}))), "taken");
  EXPECT_THAT(detail(rsa.sign(claims({{"nbf", "true"}}))), testing::HasSubstr("nbf"));
  EXPECT_THAT(detail(rsa.sign(claims({{"iat", at(61)}}))), testing::HasSubstr("future"));
  EXPECT_THAT(detail(rsa.sign(claims({{"iat", R"("now")"}}))), testing::HasSubstr("iat"));
}

TEST_F(Provider, SaysWhoseATokenWasThatItsTimesAloneAreAgainst) {
  start();
  const auto at = [](std::int64_t seconds) { return std::to_string(now_seconds + seconds); };
  const auto former = [&](const std::string& text) {
    const auto answer = ask(text);
    EXPECT_FALSE(answer);
    return answer || !answer.error().former ? std::string{} : answer.error().former->name;
  };
  for (const TestSigner* signer : {&rsa, &ec, &ed}) EXPECT_EQ(former(signer->sign(claims({{"exp", at(-60)}}))), "agency");
  EXPECT_EQ(former(rsa.sign(claims({{"nbf", at(61)}}))), "agency");
  // Whoever signs for themselves, or for another node, is nobody.
  EXPECT_EQ(former(TestSigner(JwtAlgorithm::rs256, "r").sign(claims({{"exp", at(-60)}}))), "");
  EXPECT_EQ(former(TestSigner(JwtAlgorithm::rs256, "unknown").sign(claims({{"exp", at(-60)}}))), "");
  EXPECT_EQ(former(rsa.sign(claims({{"exp", at(-60)}, {"aud", R"("other")"}}))), "");
  EXPECT_EQ(former(rsa.sign(claims({{"exp", at(-60)}, {"muniment_role", ""}}))), "");
  EXPECT_EQ(fetches, 1) << "an expired token is no reason to ask for keys";
}

TEST_F(Provider, RefusesHeadersThatAskForMoreThanItUnderstands) {
  start();
  EXPECT_THAT(detail(rsa.sign(R"({"alg":"RS256","kid":"r","crit":["exp"],"exp":1})", claims())), testing::HasSubstr("crit"));
  EXPECT_THAT(detail(rsa.sign(R"({"alg":"RS256","kid":"r","crit":[]})", claims())), testing::HasSubstr("crit"));
  EXPECT_THAT(detail(rsa.sign(R"({"alg":"RS256","kid":"r","typ":"logout+jwt"})", claims())), testing::HasSubstr("type"));
  EXPECT_EQ(detail(rsa.sign(R"({"alg":"RS256","kid":"r","typ":"at+jwt"})", claims())), "taken");
  EXPECT_THAT(detail(rsa.sign(R"({"alg":"RS256","kid":5})", claims())), testing::HasSubstr("kid"));
  // A key that the token brings along is nobody's.
  const TestSigner stranger(JwtAlgorithm::rs256, "s");
  EXPECT_NE(detail(stranger.sign(R"({"alg":"RS256","kid":"r","jwk":)" + stranger.jwk() + "}", claims())), "taken");
}

TEST_F(Provider, RefusesMembersThatStandTwice) {
  start();
  EXPECT_THAT(detail(rsa.sign(R"({"alg":"none","alg":"RS256","kid":"r"})", claims())), testing::HasSubstr("twice"));
  std::string twice = claims();
  twice.insert(1, R"("muniment_role":"auditor",)");
  EXPECT_THAT(detail(rsa.sign(twice)), testing::HasSubstr("twice"));
  EXPECT_THAT(detail(rsa.sign(claims({{"deep", R"([{"a":1,"a":2}])"}}))), testing::HasSubstr("twice"));
}

TEST_F(Provider, RefusesWhatIsBrokenWithoutHarm) {
  start();
  const std::string text = rsa.sign(claims());
  for (std::size_t size = 0; size < text.size(); size += 7) EXPECT_NE(detail(text.substr(0, size)), "taken") << size;
  for (const char* broken : {"", ".", "..", "...", "a.b.c", "e30.e30.e30", "....", "mnt_1.2.3"})
    EXPECT_NE(detail(broken), "taken") << broken;
  EXPECT_NE(detail(text + "="), "taken");
  EXPECT_NE(detail(text + "."), "taken");
  EXPECT_NE(detail(" " + text), "taken");
  std::string plus = text;
  plus[plus.rfind('.') + 1] = '+';
  EXPECT_THAT(detail(plus), testing::HasSubstr("Base64url"));
  EXPECT_THAT(detail(rsa.sign(claims({{"pad", "\"" + std::string(8192, 'x') + "\""}}))), testing::HasSubstr("8192"));
  EXPECT_NE(detail(rsa.sign(std::string(4000, '[') + std::string(4000, ']'))), "taken");
  EXPECT_NE(detail(rsa.sign("[]")), "taken");
  EXPECT_NE(detail(rsa.sign("\xff\xfe")), "taken");
}

TEST_F(Provider, TakesTheSpellingOfASignatureThatTheSignerMadeAlone) {
  start();
  std::string text = ed.sign(claims());  // 64 bytes: the last digit stands for four bits that are none.
  text.back() = static_cast<char>(text.back() + 1);
  EXPECT_NE(detail(text), "taken");
}

TEST_F(Provider, GivesNobodyWhoHasNoRoleOrNoNameACaller) {
  start();
  for (const char* role : {"", R"("root")", "[]", R"(["officer","auditor"])", "true", "\"\"", R"({"officer":true})"}) {
    EXPECT_THAT(detail(rsa.sign(claims({{"muniment_role", role}}))), testing::HasSubstr("role")) << role;
  }
  EXPECT_EQ(detail(rsa.sign(claims({{"muniment_role", R"(["staff","officer"])"}}))), "taken");
  for (const char* name : {"", "\"\"", "7", R"("officer:agency")", R"("a b")", R"("agency\n")"}) {
    EXPECT_THAT(detail(rsa.sign(claims({{"preferred_username", name}}))), testing::HasSubstr("name")) << name;
  }
}

TEST_F(Provider, LimitsAnAuditorToTheProvidersOfItsClaimAndNeverByAMissingOne) {
  start();
  const auto auditor = [&](const std::string& providers) {
    return ask(rsa.sign(claims({{"muniment_role", R"("auditor")"}, {"muniment_providers", providers}})));
  };
  for (const char* wrong : {"", "[]", R"(["nowhere"])", R"(["110012345A","*"])", "true"}) EXPECT_FALSE(auditor(wrong)) << wrong;
  EXPECT_TRUE(auditor(R"("*")").value()->providers.empty());
  const auto two = auditor(R"(["110012345A","110067890B"])");
  ASSERT_TRUE(two);
  EXPECT_EQ((*two)->providers.size(), 2U);
}

TEST_F(Provider, FetchesItsKeysAgainForAnUnknownOneAndNotForAFloodOfThem) {
  start();
  const TestSigner fresh(JwtAlgorithm::es256, "new");
  EXPECT_THAT(detail(fresh.sign(claims())), testing::HasSubstr("no key that is known"));  // The interval has not passed.
  for (int i = 0; i < 500; ++i) {
    const TestSigner& signer = ed;
    EXPECT_NE(detail(signer.sign(fmt::format(R"({{"alg":"EdDSA","kid":"k{}"}})", i), claims())), "taken");
  }
  EXPECT_EQ(fetches, 1);
}

TEST_F(Provider, TakesARotatedKeyAndForgetsTheOneThatIsGone) {
  IdentityProvider quick(provider_settings(), [this](const std::string& url) { return get(url); }, 0ms);
  quick.start([](const IdentityProvider::Trouble&) {});
  const auto verify = [&](const std::string& text) {
    for (int i = 0; i < 3; ++i) {
      auto out = quick.verify(*parse_jwt(text), now);
      if (out || out.error().why != Why::keys_awaited) return out;
      std::promise<void> fetched;
      quick.when_fetched([&fetched] { fetched.set_value(); });
      fetched.get_future().wait();
    }
    return quick.verify(*parse_jwt(text), now);
  };
  const std::string old = rsa.sign(claims());
  ASSERT_TRUE(verify(old));
  const TestSigner fresh(JwtAlgorithm::es256, "new");
  publish({fresh.jwk()});
  EXPECT_TRUE(verify(fresh.sign(claims())));
  EXPECT_EQ(quick.find(hash_of_token(old), now), nullptr);
  EXPECT_FALSE(verify(old));
}

TEST_F(Provider, AsksForNoKeysForATokenThatIsRefusedAnyway) {
  start();
  IdentityProvider quick(provider_settings(), [this](const std::string& url) { return get(url); }, 0ms);
  quick.start([](const IdentityProvider::Trouble&) {});
  std::promise<void> fetched;
  quick.when_fetched([&fetched] { fetched.set_value(); });
  fetched.get_future().wait();
  const int before = fetches;
  const TestSigner stranger(JwtAlgorithm::eddsa, "s");
  const auto expired = quick.verify(*parse_jwt(stranger.sign(claims({{"exp", "1"}}))), now);
  EXPECT_EQ(expired.error().why, Why::invalid);
  EXPECT_EQ(fetches, before);
}

TEST_F(Provider, LetsNobodyInAndSaysWhyWhileItsKeysCannotBeHad) {
  is_down = true;
  start();
  EXPECT_THAT(trouble, testing::HasSubstr("does not answer"));
  EXPECT_EQ(ask(rsa.sign(claims())).error().why, Why::keys_missing);
}

TEST_F(Provider, TrustsNoDiscoveryDocumentOfAnother) {
  names_itself = "https://other.example";
  start();
  EXPECT_THAT(trouble, testing::HasSubstr("another issuer"));
  EXPECT_EQ(ask(rsa.sign(claims())).error().why, Why::keys_missing);
}

TEST_F(Provider, LeavesOutKeysThatAreNotForSigningOrTooWeak) {
  const TestSigner weak(JwtAlgorithm::rs256, "weak", 1024);
  publish({rsa.jwk(R"(,"use":"enc")"), ec.jwk(R"(,"alg":"ES384")"), ed.jwk(R"(,"key_ops":["sign"])"), weak.jwk(),
           R"({"kty":"oct","kid":"o","k":"c2VjcmV0"})", R"({"kty":"EC","crv":"P-256","kid":"x","x":"AA","y":"AA"})", "7"});
  start();
  EXPECT_THAT(trouble, testing::HasSubstr("none for"));
  publish({rsa.jwk(R"(,"use":"sig","alg":"RS256","key_ops":["verify"])"), weak.jwk()});
  EXPECT_EQ(JwtKeys::parse(key_set)->size(), 1U);
}

// cjose ends the process at some of these.
TEST_F(Provider, LeavesOutKeysWhoseNumbersAreNoProperBase64url) {
  for (const char* broken : {"11qYAYKxCrfVS_7TyWQHOg7hcvPap=MlrwIaaPcHURo", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo", "=", "====", "A",
                             "AA=", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=", " AQAB", "\xc3\xa9", ""}) {
    for (const char* form :
         {R"({{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{0}"}}]}})", R"({{"keys":[{{"kty":"EC","crv":"P-256","x":"{0}","y":"{0}"}}]}})",
          R"({{"keys":[{{"kty":"RSA","n":"{0}","e":"AQAB"}}]}})", R"({{"keys":[{{"kty":"RSA","n":"AQAB","e":"{0}"}}]}})"}) {
      EXPECT_FALSE(JwtKeys::parse(fmt::format(fmt::runtime(form), broken))) << broken;
    }
  }
}

TEST_F(Provider, RefusesSetsOfKeysThatAreBroken) {
  for (const char* broken : {"", "{", "[]", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[1]})", R"({"keys":[{"kty":"RSA"}]})"}) {
    EXPECT_FALSE(JwtKeys::parse(broken)) << broken;
  }
  std::string many = R"({"keys":[)";
  for (int i = 0; i < 65; ++i) many += (i > 0 ? "," : "") + ed.jwk();
  EXPECT_FALSE(JwtKeys::parse(many + "]}"));
}

}  // namespace
}  // namespace muniment
