// GET /v1/audit/report.
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
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
  std::string whole(const std::string& target, const std::string& text, std::string_view accept = {}) {
    const std::string authorization = "Bearer " + text;
    RequestHead head{};
    head.method = "GET";
    head.target = target;
    head.authorization = authorization;
    head.accept = accept;
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

  // What the last export is on record with.
  std::string last_export() {
    std::string out;
    store->log().read(0, 1, store->log().head(0).position, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto fact = record.event().getFact();
      if (!fact.isRecordsRead() || !fact.getRecordsRead().hasExported()) return true;
      out.clear();
      node->event_writer().write(record.event(), out);
      return true;
    });
    return out;
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

// The program that prints, as a script; none where it is empty.
class WithPrinter {
 public:
  WithPrinter(const std::filesystem::path& folder, const std::string& script) : former_(std::getenv("PATH")) {
    const std::filesystem::path programs = folder / "programs";
    std::filesystem::create_directories(programs);
    if (!script.empty()) {
      std::ofstream(programs / "weasyprint") << "#!/bin/sh\n" << script << "\n";
      std::filesystem::permissions(programs / "weasyprint", std::filesystem::perms::owner_all);
    }
    ::setenv("PATH", script.empty() ? programs.c_str() : (programs.string() + ":" + former_).c_str(), 1);
  }
  ~WithPrinter() { ::setenv("PATH", former_.c_str(), 1); }

 private:
  const std::string former_;
};

TEST_F(ReportRoute, IsPrintedAsAPdfAndOnRecordWithItsDigest) {
  wait_for_checkpoint();
  const WithPrinter printer(folder, "printf '%%PDF-1.7 '; ulimit -v; cat");
  const std::string pdf = whole("/v1/audit/report?provider=110012345A", officer, "application/pdf");
  EXPECT_THAT(pdf, testing::StartsWith("%PDF-1.7 2097152\n<!doctype html>")) << "of the page, in so much memory";
  RunningDigest digest;
  digest.add(pdf);
  EXPECT_THAT(last_export(), HasSubstr("report-pdf"));
  EXPECT_THAT(last_export(), HasSubstr(to_hex(digest.finish())));
}

TEST_F(ReportRoute, OfWhichNoPdfCanBeMadeSaysWhyAndIsNoExport) {
  wait_for_checkpoint();
  {
    const WithPrinter printer(folder, "");
    const Response none = get("/v1/audit/report?provider=110012345A", officer, "application/pdf");
    EXPECT_EQ(none.status, 503U);
    EXPECT_EQ(problem_of(none), "pdf_unavailable");
    EXPECT_THAT(none.body, HasSubstr("weasyprint"));
  }
  const WithPrinter printer(folder, "exit 3");
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110012345A", officer, "application/pdf")), "pdf_unavailable");
  const std::unique_lock busy(node->printing());
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110012345A", officer, "application/pdf")), "overloaded") << "one at a time";
  EXPECT_EQ(last_export(), "");
}

// Its printer is ended, and not waited for.
TEST_F(ReportRoute, ThatIsBeingPrintedDoesNotHoldAStop) {
  wait_for_checkpoint();
  const WithPrinter printer(folder, "echo $$ > " + (folder / "printing").string() + "; exec sleep 50");
  const auto begun = std::chrono::steady_clock::now();
  const std::jthread stopping([&] {
    while (!std::filesystem::exists(folder / "printing") && std::chrono::steady_clock::now() - begun < std::chrono::seconds{30})
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    node->begin_stop();
  });
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110012345A", officer, "application/pdf")), "stopping");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{40});
  pid_t child = 0;
  std::ifstream(folder / "printing") >> child;
  ASSERT_GT(child, 0);
  EXPECT_NE(::kill(child, 0), 0) << "the printer is there still";
}

TEST_F(ReportRoute, IsForWhoSeesEverythingAndAboutSomething) {
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110067890B", token(TokenRole::AUDITOR, "lim", {std::string{harbor}}))),
            "outside_scope");
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110012345A", token(TokenRole::ACCOUNT, "mhughes1"))), "role_denied");
  EXPECT_EQ(problem_of(get("/v1/audit/report", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=110012345A&zone=Mars/Olympus", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/report?provider=999999999Z", officer)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/report?user=nobody9", officer)), "not_known");
  EXPECT_EQ(problem_of(get("/v1/audit/report?user=jdoe1&from=2021-01-01&to=2020-01-01", officer)), "malformed");
  EXPECT_EQ(problem_of(get("/v1/audit/report?user=jdoe1&position=99999", officer)), "position_not_reached");
}

}  // namespace
}  // namespace muniment
