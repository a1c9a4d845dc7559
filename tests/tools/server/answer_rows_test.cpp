// Whole answers, streamed: the same rows as in pages, true of one position, and never taken for whole when they are not.
#include <fmt/format.h>

#include "node_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class WholeAnswers : public WithNode {
 protected:
  WholeAnswers() {
    std::string lines;
    for (int i = 0; i < 2500; ++i) {
      lines += fmt::format(
          R"({{"type":"record_sign_in","command_id":"w{}","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true}})",
          i);
      lines += "\n";
    }
    tell(lines);
  }

  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [known, value] : response.headers) {
      if (known == name) return value;
    }
    return "";
  }
  Response begin(const std::string& target, const std::string& caller, std::string_view accept) {
    const std::string authorization = "Bearer " + caller;
    auto dispatched = dispatch(*node,
                               {.method = "GET",
                                .target = target,
                                .authorization = authorization,
                                .content_type = {},
                                .accept = accept,
                                .idempotency_key = {},
                                .if_match = {},
                                .last_event_id = {}},
                               "test-1");
    return std::get<AskHandler>(dispatched->route->handler)(*node, dispatched->call);
  }

  std::string officer = token(TokenRole::OFFICER, "agency");
};

TEST_F(WholeAnswers, HaveEveryRowOfAllPages) {
  const Response whole = get("/v1/audit/trail", officer, "application/x-ndjson");
  EXPECT_EQ(whole.content_type, "application/x-ndjson");
  EXPECT_EQ(std::count(whole.body.begin(), whole.body.end(), '\n'), static_cast<std::ptrdiff_t>(store->log().head(0).position));
  std::string pages;
  std::string next;
  do {
    const Response page = get("/v1/audit/trail?limit=1000" + (next.empty() ? "" : "&cursor=" + next), officer);
    next = member(page.body, "next");
    const std::size_t begin = page.body.find('[') + 1;
    pages += page.body.substr(begin, page.body.rfind("],\"true_of\"") - begin) + ",";
  } while (!next.empty());
  std::string joined = whole.body;
  std::replace(joined.begin(), joined.end(), '\n', ',');
  EXPECT_EQ(joined, pages);
}

TEST_F(WholeAnswers, AreTrueOfTheirFirstPiece) {
  Response response = begin("/v1/audit/trail?oldest_first=true", officer, "application/x-ndjson");
  const std::string true_of = header(response, "Muniment-True-Of");
  EXPECT_EQ(true_of, std::to_string(store->log().head(0).position));
  tell(R"({"type":"record_sign_in","command_id":"late","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true})");
  std::string all;
  std::string piece;
  std::size_t pieces = 0;
  while (response.stream->next(piece) == Chunks::Next::chunk) {
    ++pieces;
    EXPECT_LT(piece.size(), std::size_t{1} << 20);
    all += std::exchange(piece, {});
  }
  EXPECT_GE(pieces, 3U);
  EXPECT_EQ(std::to_string(std::count(all.begin(), all.end(), '\n')), true_of);
}

TEST_F(WholeAnswers, AreCutOffWhenTheTokenIsRevoked) {
  Response response = begin("/v1/audit/trail", officer, "text/csv");
  std::string piece;
  ASSERT_EQ(response.stream->next(piece), Chunks::Next::chunk);
  const auto tokens = TokenFile(folder).read();
  for (const Token& one : tokens) TokenFile(folder).revoke(one.id, system_now(), "tests");
  piece.clear();
  EXPECT_EQ(response.stream->next(piece), Chunks::Next::cut);
}

TEST_F(WholeAnswers, AreCsvWithAHeading) {
  const Response response = get("/v1/audit/as-of", officer, "text/csv");
  EXPECT_EQ(response.content_type, "text/csv; charset=utf-8; header=present");
  EXPECT_THAT(response.body, testing::StartsWith("provider,username,service\n110012345A,jdoe1,manage_referrals\n"));
  EXPECT_EQ(get("/v1/audit/diff?from=2000-01-01&to=2001-01-01", officer, "text/csv").body,
            "provider,username,service,change,at,by,reference\n");
  EXPECT_THAT(get("/v1/providers/110012345A/subordinates", officer, "text/csv").body,
              testing::StartsWith("username,last_name,first_name,middle_initial,services,usable,why_not\njdoe1,Doe,John,"));
  EXPECT_THAT(get("/v1/audit/trail?type=provider_registered", officer, "text/csv").body, HasSubstr(",provider_registered,officer:agency,"));
}

TEST_F(WholeAnswers, TakeNoPageAndSayWhatIsWrongBeforeTheyBegin) {
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?limit=5", officer, "text/csv")), "malformed");
  EXPECT_EQ(member(get("/v1/audit/as-of?cursor=ff", officer, "text/csv").body, "field"), "cursor");
  EXPECT_EQ(problem_of(get("/v1/audit/as-of?user=nobody9", officer, "text/csv")), "not_known");
}

}  // namespace
}  // namespace muniment
