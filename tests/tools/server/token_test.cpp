#include <fstream>
#include <sstream>

#include "make_token.h"
#include "node_fixture.h"

namespace muniment {
namespace {

using Tokens = WithNode;

std::string id_of_last(const std::filesystem::path& folder) { return TokenFile(folder).read().back().id; }

TEST_F(Tokens, AreFoundByTheirTextAndByNothingElse) {
  const std::string text = token(TokenRole::OFFICER, "agency");
  ASSERT_NE(node->tokens().find(text), nullptr);
  EXPECT_EQ(node->tokens().find(text)->name, "agency");
  EXPECT_EQ(node->tokens().find(text + "0"), nullptr);
  EXPECT_EQ(node->tokens().find(""), nullptr);
  EXPECT_EQ(node->tokens().find(text.substr(0, text.size() - 1)), nullptr);
}

TEST_F(Tokens, AreNotInTheirFile) {
  const std::string text = token(TokenRole::AUDITOR, "ann");
  std::ifstream in(folder / "tokens");
  std::ostringstream content;
  content << in.rdbuf();
  EXPECT_THAT(content.str(), testing::HasSubstr("\"name\":\"ann\""));
  EXPECT_THAT(content.str(), testing::Not(testing::HasSubstr(text.substr(4))));
}

TEST_F(Tokens, AreRefusedFromTheRevocationOn) {
  const std::string text = token(TokenRole::OFFICER, "agency");
  const std::string other = token(TokenRole::AUDITOR, "ann");
  ASSERT_EQ(get("/v1/audit/as-of", text).status, 200U);
  ASSERT_TRUE(TokenFile(folder).revoke(TokenFile(folder).read().front().id, system_now(), "tests"));
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", text)), "token_invalid");
  EXPECT_EQ(get("/v1/audit/as-of", other).status, 200U);
}

TEST_F(Tokens, OfTheFileStayInItWhenTheyAreRevoked) {
  token(TokenRole::OFFICER, "agency");
  const std::string id = id_of_last(folder);
  ASSERT_TRUE(TokenFile(folder).revoke(id, Timestamp{5}, "first"));
  ASSERT_TRUE(TokenFile(folder).revoke(id, Timestamp{6}, "second"));
  const Token kept = TokenFile(folder).read().back();
  EXPECT_EQ(kept.revoked_at, Timestamp{5});
  EXPECT_EQ(kept.revoked_by, "first");
  EXPECT_FALSE(TokenFile(folder).revoke("0000", system_now(), "tests"));
}

TEST_F(Tokens, AreRefusedWhileTheyAreSuspended) {
  const std::string text = token(TokenRole::OFFICER, "agency");
  const std::string id = id_of_last(folder);
  ASSERT_EQ(get("/v1/audit/as-of", text).status, 200U);
  ASSERT_TRUE(TokenFile(folder).suspend(id, Timestamp{5}, "first"));
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", text)), "token_invalid");
  ASSERT_TRUE(TokenFile(folder).suspend(id, Timestamp{6}, "second"));
  EXPECT_EQ(TokenFile(folder).read().back().suspended_at, Timestamp{5});
  EXPECT_EQ(TokenFile(folder).read().back().suspended_by, "first");
  ASSERT_TRUE(TokenFile(folder).resume(id));
  EXPECT_EQ(get("/v1/audit/as-of", text).status, 200U);
  EXPECT_EQ(TokenFile(folder).read().back().suspended_at, std::nullopt);
  EXPECT_FALSE(TokenFile(folder).suspend("0000", system_now(), "tests"));
  EXPECT_FALSE(TokenFile(folder).resume("0000"));
}

TEST_F(Tokens, ThatWereRevokedAreNotResumed) {
  const std::string text = token(TokenRole::OFFICER, "agency");
  const std::string id = id_of_last(folder);
  ASSERT_TRUE(TokenFile(folder).suspend(id, system_now(), "tests"));
  ASSERT_TRUE(TokenFile(folder).revoke(id, system_now(), "tests"));
  ASSERT_TRUE(TokenFile(folder).resume(id));
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", text)), "token_invalid");
}

TEST_F(Tokens, AreLookedUpAgainAtEachChangeHoweverQuickly) {
  const std::string text = token(TokenRole::AUDITOR, "ann");
  const std::string id = id_of_last(folder);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(TokenFile(folder).suspend(id, system_now(), "tests"));
    ASSERT_EQ(node->tokens().find(text), nullptr) << i;
    ASSERT_TRUE(TokenFile(folder).resume(id));
    ASSERT_NE(node->tokens().find(text), nullptr) << i;
  }
}

TEST_F(Tokens, AndCertificatesAreRegisteredOnce) {
  Token machine = make_token(TokenRole::SUBMITTER, "portal", hash_of_token("a certificate"));
  machine.daily_quota = 7;
  const auto id = TokenFile(folder).register_certificate(machine);
  ASSERT_TRUE(id);
  EXPECT_FALSE(TokenFile(folder).register_certificate(machine));
  EXPECT_EQ(node->tokens().find_certificate(machine.hash)->id, *id);
  EXPECT_EQ(node->tokens().find_certificate(machine.hash)->daily_quota, 7U);
  EXPECT_EQ(node->tokens().find("a certificate"), nullptr);  // Its bytes are no token.
  ASSERT_TRUE(TokenFile(folder).revoke(*id, system_now(), "tests"));
  EXPECT_EQ(node->tokens().find_certificate(machine.hash), nullptr);
  EXPECT_TRUE(TokenFile(folder).register_certificate(machine));
  EXPECT_NE(node->tokens().find_certificate(machine.hash), nullptr);
}

// A stream that began under the one registration does not go on under the next.
TEST_F(Tokens, OfACertificateAreValidAsTheyWereRegistered) {
  Token machine = make_token(TokenRole::AUDITOR, "robot", hash_of_token("a certificate"));
  const auto id = TokenFile(folder).register_certificate(machine);
  const auto before = node->tokens().find_certificate(machine.hash);
  ASSERT_TRUE(node->tokens().is_valid(*before));
  ASSERT_TRUE(TokenFile(folder).revoke(*id, system_now(), "tests"));
  machine.providers = {ProviderId::parse(mercy).value()};
  ASSERT_TRUE(TokenFile(folder).register_certificate(machine));
  EXPECT_FALSE(node->tokens().is_valid(*before));
  EXPECT_TRUE(node->tokens().is_valid(*node->tokens().find_certificate(machine.hash)));
}

TEST_F(Tokens, BadOnesFromOneAddressAreBoundedWithoutHarmToGoodOnes) {
  const std::string good = "Bearer " + token(TokenRole::AUDITOR, "ann");
  const auto find = [&](const std::string& authorization, std::string_view address) -> std::string_view {
    const auto found = node->callers().find({.authorization = authorization, .address = address});
    return found ? "let in" : found.error().problem.name;
  };
  std::string_view last;
  for (int i = 0; i < 300; ++i) last = find("Bearer bad" + std::to_string(i), "192.0.2.1");
  EXPECT_EQ(last, "rate_exceeded");
  EXPECT_EQ(find(good, "192.0.2.1"), "let in");
  EXPECT_EQ(find("Bearer bad", "192.0.2.2"), "token_invalid");
}

TEST_F(Tokens, ExpireAtTheirTime) {
  static Timestamp now{1'000};
  TokenBook book(folder, [] { return now; });
  const std::string text = token(TokenRole::OFFICER, "agency", {}, Timestamp{2'000});
  EXPECT_NE(book.find(text), nullptr);
  now = Timestamp{2'000};
  EXPECT_EQ(book.find(text), nullptr);
}

TEST_F(Tokens, LetNobodyInWhileTheirFileIsDamaged) {
  const std::string text = token(TokenRole::OFFICER, "agency");
  ASSERT_EQ(get("/v1/audit/as-of", text).status, 200U);
  std::ofstream(folder / "tokens", std::ios::app) << "{\"id\":\"x\"}\n";
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", text)), "tokens_unreadable");
  EXPECT_EQ(get("/readyz", "").status, 503U);
  std::filesystem::remove(folder / "tokens");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", text)), "token_invalid");
}

TEST_F(Tokens, LetNobodyInByAFileOfWhichAnyBitIsAnother) {
  token(TokenRole::AUDITOR, "ann", {std::string{mercy}});
  const TokenFile file(folder);
  std::ostringstream content;
  content << std::ifstream(file.path(), std::ios::binary).rdbuf();
  const std::string sound = content.str();
  const auto write = [&](const std::string& bytes) { std::ofstream(file.path(), std::ios::binary | std::ios::trunc) << bytes; };
  for (std::size_t at = 0; at < sound.size(); ++at) {
    std::string rotten = sound;
    rotten[at] = static_cast<char>(rotten[at] ^ (1 << at % 8));
    write(rotten);
    EXPECT_THROW(file.read(), TokensDamaged) << "at " << at;
  }
  for (std::size_t size = 0; size < sound.size(); ++size) {
    write(sound.substr(0, size));
    EXPECT_THROW(file.read(), TokensDamaged) << "cut at " << size;
  }
  write(sound);
  EXPECT_EQ(file.read().size(), 1U) << "the control";
}

TEST_F(Tokens, OfOneWhoIsNoOfficerAnyMoreLookAtNothing) {
  const std::string text = token(TokenRole::OFFICER, "second");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", text)), "actor_unknown");
  tell(R"({"type":"appoint_officer","command_id":"o1","actor":"officer:agency","officer":"second"})");
  EXPECT_EQ(get("/v1/audit/as-of", text).status, 200U);
  tell(R"({"type":"dismiss_officer","command_id":"o2","actor":"officer:agency","officer":"second"})");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of", text)), "actor_unknown");
}

}  // namespace
}  // namespace muniment
