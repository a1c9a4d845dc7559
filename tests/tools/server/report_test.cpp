// GET /v1/audit/report.
#include <chrono>
#include <thread>

#include "node_fixture.h"
#include "tools/export/export_tally.h"
#include "tools/server/answer_question.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReportRoute : public WithNode {
 protected:
  // As a connection asks: again where it waits.
  std::string whole(const std::string& target, const std::string& text) {
    const std::string authorization = "Bearer " + text;
    RequestHead head{};
    head.method = "GET";
    head.target = target;
    head.authorization = authorization;
    auto asked = dispatch(*node, head, "test-1");
    EXPECT_TRUE(asked.has_value());
    Response response = answer_question(*node, *asked->route, asked->call);
    EXPECT_EQ(response.status, 200U) << response.body;
    std::string out;
    for (int tries = 0; response.stream && tries < 3000; ++tries) {
      std::string piece;
      const auto next = response.stream->next(piece);
      out += piece;
      if (next == Chunks::Next::end) return out;
      EXPECT_NE(next, Chunks::Next::cut);
      if (next == Chunks::Next::wait) std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    ADD_FAILURE() << "it did not end";
    return out;
  }
  void wait_for_checkpoint() {
    const Position head = store->log().head(0).position;
    for (int tries = 0; node->notary().newest()->checkpoint.size < head && tries < 3000; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }

  std::string officer = token(TokenRole::OFFICER, "agency");
};

TEST_F(ReportRoute, HasTheAccessTheTimelineAndTheFindingsOfAProvider) {
  wait_for_checkpoint();
  const std::string html = whole("/v1/audit/report?provider=110012345A&zone=America/New_York&preparer=A.%20%3CKim%3E", officer);
  for (const char* text : {"<!doctype html>", "110012345 A", "jdoe1", "subordinate_created", "no_backup", "America/New_York",
                           "A. &lt;Kim&gt;", "Signature", "</body></html>"})
    EXPECT_THAT(html, HasSubstr(text));
  EXPECT_THAT(html, Not(HasSubstr("aortega1")));
  EXPECT_THAT(html, Not(HasSubstr("john.doe@mass.net")));
}

TEST_F(ReportRoute, IsOnRecordAsAnExportWithItsDigest) {
  wait_for_checkpoint();
  const std::string html = whole("/v1/audit/report?provider=110012345A", officer);
  RunningDigest digest;
  digest.add(html);
  const std::string expected = to_hex(digest.finish());
  std::string recorded;
  store->log().read(0, 1, store->log().head(0).position, [&](Position, RecordWords words) {
    RecordReader record(words);
    if (record.event().getFact().isRecordsRead() && record.event().getFact().getRecordsRead().hasExported())
      node->event_writer().write(record.event(), recorded);
    return true;
  });
  EXPECT_THAT(recorded, HasSubstr("report-html"));
  EXPECT_THAT(recorded, HasSubstr(expected));
  EXPECT_THAT(recorded, HasSubstr("/v1/audit/report"));
}

TEST_F(ReportRoute, IsForWhoSeesEverythingAndAboutSomething) {
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110067890B", token(TokenRole::AUDITOR, "lim", {std::string{harbor}}))),
            "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110012345A", token(TokenRole::ACCOUNT, "mhughes1"))), "role_denied");
  EXPECT_EQ(problem_of(get("/v1/audit/report", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110012345A&zone=Mars/Olympus", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=999999999Z", officer)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/report?user=nobody9", officer)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/report?user=jdoe1&position=99999", officer)), "position_not_reached");
}

}  // namespace
}  // namespace muniment
