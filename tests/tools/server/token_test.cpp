#include <fstream>
#include <sstream>

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
