#include "cli_fixture.h"
#include "tools/store/clock_step.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class Clock : public Cli {
 protected:
  // Something is recorded while the clock is an hour ahead.
  void work_in_the_future() const {
    Store ahead(store, {.clock = [] { return Timestamp{system_now().ns + 3'600'000'000'000}; }});
    Submission publish{.command = {.body = PublishTerms{"2026"}, .type = "publish_terms"}};
    publish.command.request.command_id = "t1";
    publish.command.request.actor = Principal::officer("agency");
    ASSERT_EQ(ahead.sequencer().ask(std::move(publish)).status, Answer::Status::accepted);
    ahead.close();
  }
};

TEST_F(Clock, AcceptRecordsWhoTookItAsItIs) {
  work_in_the_future();
  const Ran ran = ask({"clock", "accept", "--actor", "officer:agency"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("accepted, at position 13: "));
  const Ran trail = ask({"audit", "trail", "--type", "clock_accepted", "-o", "ndjson"});
  EXPECT_THAT(trail.out, HasSubstr("\"actor\":{\"kind\":\"officer\",\"name\":\"agency\"}"));
  EXPECT_THAT(ask({"audit", "trail", "--type", "clock_accepted"}).out, HasSubstr("Z, not "));
}

TEST_F(Clock, AcceptedOnceIsNothingToAcceptAgain) {
  EXPECT_THAT(ask({"clock", "accept", "--actor", "officer:agency"}).err, HasSubstr("nothing to accept"));
  work_in_the_future();
  EXPECT_EQ(ask({"clock", "accept", "--actor", "officer:agency"}).code, ExitCode::ok);
  const std::string before = head();
  EXPECT_THAT(ask({"clock", "accept", "--actor", "officer:agency"}).err, HasSubstr("nothing to accept"));
  EXPECT_EQ(head(), before);
}

TEST_F(Clock, AcceptTakesAStepThatANodeHasNoticed) {
  keep_step(store, {.clock = system_now(), .expected = Timestamp{system_now().ns - 7'200'000'000'000}});
  EXPECT_EQ(ask({"clock", "accept", "--actor", "officer:agency"}).code, ExitCode::ok);
  EXPECT_THAT(ask({"clock", "accept", "--actor", "officer:agency"}).err, HasSubstr("nothing to accept"));
}

TEST_F(Clock, OfAStepThatIsNotAcceptedNothingIsRecordedHereEither) {
  keep_step(store, {.clock = system_now(), .expected = Timestamp{system_now().ns - 7'200'000'000'000}});
  const std::string before = head();
  write_file(folder / "lines", small_story());
  write_file(folder / "older", content_of(store / "checkpoint"));
  const std::vector<std::vector<std::string>> recording{{"submit", (folder / "lines").string()},
                                                        {"export", "trail", "--format", "csv"},
                                                        {"export", "log", (folder / "log").string()},
                                                        {"export", "proof", "--event", "1", (folder / "proof").string()},
                                                        {"export", "consistency", (folder / "older").string()},
                                                        {"archive", (folder / "archive").string(), "--to", "1"},
                                                        {"keys", "rotate"},
                                                        {"keys", "rotate-epoch"}};
  for (const auto& arguments : recording) {
    const Ran ran = ask(arguments);
    EXPECT_EQ(ran.code, ExitCode::unavailable) << arguments[0] << ' ' << arguments[1] << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("clock_stepped")) << arguments[0] << ' ' << arguments[1];
  }
  EXPECT_EQ(head(), before);
  EXPECT_EQ(ask({"audit", "as-of"}).code, ExitCode::ok) << "questions are answered";
  EXPECT_EQ(ask({"clock", "accept", "--actor", "officer:agency"}).code, ExitCode::ok);
  EXPECT_EQ(ask({"submit", (folder / "lines").string()}).code, ExitCode::ok);
  for (const char* const which : {"rotate", "rotate-epoch"}) EXPECT_EQ(ask({"keys", which}).code, ExitCode::ok) << which;
}

TEST_F(Clock, IsNotAcceptedByADryRunThatSaysWhatWouldBe) {
  work_in_the_future();
  const std::string before = head();
  const Ran ran = ask({"clock", "accept", "--dry-run", "--actor", "officer:agency"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("dry run: would accept that the clock says "));
  EXPECT_EQ(ask({"clock", "accept", "--dry-run", "--actor", "officer:stranger"}).code, ExitCode::denied);
  EXPECT_EQ(head(), before);
  EXPECT_THAT(ask({"clock", "accept", "--actor", "officer:agency"}).err, HasSubstr("accepted, at position 13: "));
  EXPECT_EQ(run({"--server", "http://127.0.0.1:1", "clock", "accept", "--dry-run"}).code, ExitCode::usage);
}

TEST_F(Clock, IsAcceptedByAnOfficerAlone) {
  work_in_the_future();
  EXPECT_EQ(ask({"clock", "accept", "--actor", "officer:stranger"}).code, ExitCode::denied);
  EXPECT_EQ(ask({"clock", "accept", "--actor", "jdoe1"}).code, ExitCode::usage);
}

}  // namespace
}  // namespace muniment
