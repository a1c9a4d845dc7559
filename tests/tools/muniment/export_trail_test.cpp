// muniment export trail.
#include <fstream>
#include <sstream>

#include "cli_fixture.h"
#include "tools/export/export_tally.h"
#include "tools/muniment/subcommands.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExportTrail : public Cli {
 protected:
  ExportTrail() { submit(small_story()); }
  std::string to(const std::string& name) const { return (folder / name).string(); }
  static std::string digest_of(const std::string& text) {
    RunningDigest digest;
    digest.add(text);
    return to_hex(digest.finish());
  }
};

TEST_F(ExportTrail, PrintsWhatAuditTrailPrintsOldestFirst) {
  const std::string csv = ask({"audit", "trail", "--oldest-first", "-o", "csv", "--user", "jdoe1"}).out;
  const Ran ran = ask({"export", "trail", "--format", "csv", "--user", "jdoe1"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_EQ(ran.out, csv);
  EXPECT_EQ(ask({"export", "trail", "--format", "ndjson", "--user", "jdoe1"}).out,
            ask({"audit", "trail", "--oldest-first", "-o", "ndjson", "--user", "jdoe1"}).out);
}

TEST_F(ExportTrail, WritesEachFormatToAFile) {
  for (const char* format : {"ocsf", "fhir", "cloudevents", "cloudevents-batch", "csv", "ndjson"}) {
    const Ran ran = ask({"export", "trail", "--format", format, "--provider", "110012345A", "--out", to(format)});
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(content_of(folder / format), HasSubstr("jdoe1")) << format;
    EXPECT_FALSE(std::filesystem::exists(to(std::string{format} + ".part")));
  }
}

TEST_F(ExportTrail, IsOnRecordWithItsRowsItsDigestAndACheckpoint) {
  const std::string csv = ask({"export", "trail", "--format", "csv", "--user", "jdoe1"}).out;
  const auto rows = std::count(csv.begin(), csv.end(), '\n') - 1;
  const std::string read = ask({"audit", "trail", "--type", "records_read", "-o", "ndjson"}).out;
  EXPECT_THAT(read, HasSubstr(R"("format":"csv","rows":")" + std::to_string(rows) + R"(","digest":")" + digest_of(csv) + "\""));
  EXPECT_THAT(read, HasSubstr(R"("checkpoint_root":")"));
  EXPECT_THAT(read, HasSubstr(R"("kind":"operator")"));
  EXPECT_THAT(read, HasSubstr(R"("username":"jdoe1")"));
  EXPECT_THAT(read, Not(HasSubstr("\"cut\"")));
}

TEST_F(ExportTrail, IsOnRecordBeforeAnythingIsOut) {
  ask({"export", "trail", "--format", "csv", "--out", to("t.csv")});
  const auto reads = lines_of(ask({"audit", "trail", "--type", "records_read", "--oldest-first", "-o", "ndjson"}).out);
  ASSERT_THAT(reads, testing::SizeIs(2));
  EXPECT_THAT(reads[0], testing::AllOf(HasSubstr(R"("question":"export trail")"), Not(HasSubstr("exported"))));
  EXPECT_THAT(reads[1], HasSubstr(R"("exported")"));
}

TEST_F(ExportTrail, IsOnRecordAsCutOffWhereNobodyTakesIt) {
  std::ofstream full("/dev/full");
  std::istringstream in;
  std::ostringstream err;
  Console console{.in = in, .out = full, .err = err};
  ExportTrailFlags flags;
  flags.store = store;
  flags.export_format = "csv";
  EXPECT_THROW(run_export_trail(flags, console), CliError);
  const auto reads = lines_of(ask({"audit", "trail", "--type", "records_read", "--oldest-first", "-o", "ndjson"}).out);
  ASSERT_THAT(reads, testing::SizeIs(2));
  EXPECT_THAT(reads[1], HasSubstr(R"("cut":true)"));
}

TEST_F(ExportTrail, IsForItsOwnersEyesAndTakesNobodysFile) {
  ASSERT_EQ(ask({"export", "trail", "--format", "csv", "--out", to("t.csv")}).code, ExitCode::ok);
  EXPECT_EQ(std::filesystem::status(to("t.csv")).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  write_file(to("z.csv.part"), "mine");
  const Ran ran = ask({"export", "trail", "--format", "csv", "--out", to("z.csv")});
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_THAT(ran.err, HasSubstr("z.csv.part is there already"));
  EXPECT_EQ(content_of(folder / "z.csv.part"), "mine");
  EXPECT_FALSE(std::filesystem::exists(to("z.csv")));
  std::filesystem::create_symlink(to("elsewhere"), to("l.csv.part"));
  EXPECT_EQ(ask({"export", "trail", "--format", "csv", "--out", to("l.csv")}).code, ExitCode::refused);
  EXPECT_FALSE(std::filesystem::exists(to("elsewhere"))) << "no link is followed";
}

TEST_F(ExportTrail, LeavesAFileAloneThatIsThere) {
  write_file(to("there"), "mine");
  const Ran ran = ask({"export", "trail", "--format", "csv", "--out", to("there")});
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_EQ(content_of(folder / "there"), "mine");
}

TEST_F(ExportTrail, RefusesAFormatThatThereIsNotAndWhatATrailRefuses) {
  EXPECT_EQ(ask({"export", "trail", "--format", "xml"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"export", "trail"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"export", "trail", "--format", "csv", "--user", "nobody9"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"export", "trail", "--format", "csv", "--type", "x"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"export", "trail", "--format", "csv", "--out", "/nonexistent/file"}).code, ExitCode::failure);
}

}  // namespace
}  // namespace muniment
