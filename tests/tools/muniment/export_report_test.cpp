// muniment export report.
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "cli_fixture.h"
#include "tools/export/pdf.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExportReport : public Cli {
 protected:
  ExportReport() { submit(small_story()); }
  std::string to(const std::string& name) const { return (folder / name).string(); }
  // What a program prints; empty where it is not there.
  static std::string printed_by(const std::string& command) {
    std::FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
    if (pipe != nullptr) ::pclose(pipe);
    return out;
  }
};

TEST_F(ExportReport, IsWrittenAsAPageAndIsOnRecordWithItsDigest) {
  const Ran ran = ask(
      {"export", "report", "--provider", "110012345A", "--preparer", "A. Auditor", "--zone", "America/New_York", "--out", to("r.html")});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  const std::string html = content_of(folder / "r.html");
  for (const char* text : {"110012345 A", "jdoe1", "mhughes1", "America/New_York", "A. Auditor", "subordinate_created"})
    EXPECT_THAT(html, HasSubstr(text));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  const std::string read = ask({"audit", "trail", "--type", "records_read", "-o", "ndjson"}).out;
  EXPECT_THAT(read, HasSubstr(R"("question":"export report")"));
  EXPECT_THAT(read, HasSubstr(R"("format":"report-html")"));
  const std::string digest = printed_by("sha256sum " + to("r.html")).substr(0, 64);
  EXPECT_THAT(read, HasSubstr("\"digest\":\"" + digest + "\""));
}

TEST_F(ExportReport, IsPrintedAsAPdfWithNumberedPages) {
  if (printed_by("command -v weasyprint").empty() || printed_by("command -v pdftotext").empty())
    GTEST_SKIP() << "left out: needs Debian's weasyprint and poppler-utils";
  const Ran ran = ask({"export", "report", "--provider", "110012345A", "--out", to("r.pdf")});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_EQ(content_of(folder / "r.pdf").substr(0, 5), "%PDF-");
  const std::string text = printed_by("pdftotext -layout " + to("r.pdf") + " -");
  for (const char* expected : {"Access report", "Page 1 of ", "jdoe1", "Reviewed by"}) EXPECT_THAT(text, HasSubstr(expected));
  EXPECT_FALSE(std::filesystem::exists(to("r.pdf.part")));
  EXPECT_FALSE(std::filesystem::exists(to("r.pdf.part.pdf")));
}

TEST_F(ExportReport, OfWhichNoPdfCanBeMadeIsOnRecordAsCutOffAndLeavesNothing) {
  const char* const path = std::getenv("PATH");
  const std::string former = path == nullptr ? "" : path;
  ::setenv("PATH", folder.c_str(), 1);
  const Ran ran = ask({"export", "report", "--out", to("r.pdf")});
  ::setenv("PATH", former.c_str(), 1);
  EXPECT_EQ(ran.code, ExitCode::failure);
  EXPECT_THAT(ran.err, HasSubstr("needs Debian's weasyprint"));
  for (const char* name : {"r.pdf", "r.pdf.part", "r.pdf.part.pdf"}) EXPECT_FALSE(std::filesystem::exists(to(name))) << name;
  const auto reads = lines_of(ask({"audit", "trail", "--type", "records_read", "--oldest-first", "-o", "ndjson"}).out);
  ASSERT_THAT(reads, testing::SizeIs(2));
  EXPECT_THAT(reads[1], HasSubstr(R"("cut":true)"));
}

TEST_F(ExportReport, EndsAPrinterThatTakesTooLong) {
  write_file(folder / "weasyprint", "#!/bin/sh\nexec sleep 100\n");
  std::filesystem::permissions(folder / "weasyprint", std::filesystem::perms::owner_all);
  const std::string former = std::getenv("PATH");
  ::setenv("PATH", (folder.string() + ":" + former).c_str(), 1);
  const auto began = std::chrono::steady_clock::now();
  write_file(folder / "a.html", "");
  write_file(folder / "a.pdf", "");
  EXPECT_THROW(make_pdf(folder / "a.html", folder / "a.pdf", {.time_max = std::chrono::milliseconds{100}}), PdfFailed);
  ::setenv("PATH", former.c_str(), 1);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{60});
}

TEST_F(ExportReport, RefusesWhatItCannotBe) {
  const auto code = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"export", "report"};
    words.insert(words.end(), more.begin(), more.end());
    return ask(words).code;
  };
  EXPECT_EQ(code({}), ExitCode::usage);
  EXPECT_EQ(code({"--out", to("r.docx")}), ExitCode::usage);
  EXPECT_EQ(code({"--out", to("r.html"), "--zone", "Mars/Olympus"}), ExitCode::usage);
  EXPECT_EQ(code({"--out", to("r.html"), "--from", "2021-01-01", "--to", "2020-01-01"}), ExitCode::usage);
  EXPECT_EQ(code({"--out", to("r.html"), "--provider", "999999999Z"}), ExitCode::not_found);
  EXPECT_EQ(code({"--out", to("r.html"), "--position", "99999"}), ExitCode::not_found);
  write_file(to("there.html"), "mine");
  EXPECT_EQ(code({"--out", to("there.html")}), ExitCode::refused);
  EXPECT_EQ(content_of(folder / "there.html"), "mine");
  EXPECT_FALSE(std::filesystem::exists(to("r.html")));
}

}  // namespace
}  // namespace muniment
