// archive: the older events in files, and everything that is asked of the store answered as before.
#include "cli_fixture.h"
#include "tools/store/store.h"
#include "tools/verify/verify.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class Archive : public Cli {
 protected:
  Archive() {
    submit(small_story());
    std::string locks;
    for (int i = 0; i < 260; ++i)
      locks += R"({"type":")" + std::string(i % 2 == 0 ? "lock_account" : "unlock_account") + R"(","command_id":"l)" + std::to_string(i) +
               R"(","actor":"officer:agency","username":"jdoe1","reason":"review"})" + '\n';
    submit(locks);
  }
  Ran archive(std::vector<std::string> more = {"--to", "275"}) {
    more.insert(more.begin(), {"archive", to.string()});
    return ask(more);
  }
  std::string first_bundle() const { return (to / "tile" / "entries" / "000").string(); }

  fs::path to = folder / "archive";
};

TEST_F(Archive, ChangesNoAnswer) {
  const auto answers = [&] {
    return std::vector{ask({"events", "--to", "275"}).out, ask({"audit", "trail", "--user", "jdoe1", "-o", "csv"}).out,
                       ask({"audit", "as-of", "-o", "csv"}).out, member(ask({"replay", "--to", "275", "-o", "json"}).out, "digest")};
  };
  const auto before = answers();
  EXPECT_THAT(archive({"--to", "275", "--dry-run"}).err, HasSubstr("dry run: would move positions 1 to 256 to"));
  EXPECT_FALSE(fs::exists(to));
  const Ran ran = archive();
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("moved positions 1 to 256 to " + to.string()));
  EXPECT_EQ(answers(), before);
  fs::remove_all(store / "views");
  EXPECT_EQ(answers(), before);
  EXPECT_EQ(ask({"verify"}).code, ExitCode::ok);
  EXPECT_EQ(member(ask({"stats", "-o", "json"}).out, "archived_position"), "256");
  EXPECT_EQ(member(ask({"replay", "--verify", "-o", "json"}).out, "verified"), "true");
  EXPECT_EQ(ask({"export", "log", (folder / "export").string()}).code, ExitCode::ok);
  EXPECT_FALSE(check_log(read_public_log_key(store), folder / "export", {}).fault);
}

TEST_F(Archive, VerifiesByItselfAndIsOnRecord) {
  ASSERT_EQ(archive().code, ExitCode::ok);
  EXPECT_FALSE(check_log(read_public_log_key(store), to, {}).fault);
  EXPECT_THAT(ask({"events", "--from", "276", "-o", "ndjson"}).out,
              AllOf(HasSubstr(R"("question":"archive")"), HasSubstr(R"("format":"tlog-tiles","rows":"275")")));
  const std::string moved = ask({"audit", "trail", "--type", "log_archived", "-o", "ndjson"}).out;
  EXPECT_THAT(moved, HasSubstr(R"("from_position":"1","to_position":"256","checkpoint_size":"275")"));
  EXPECT_EQ(lines_of(moved).size(), 1u);
  EXPECT_THAT(archive().err, HasSubstr("nothing to move: 256 events are archived"));
  EXPECT_EQ(ask({"audit", "trail", "--type", "log_archived", "-o", "ndjson"}).out, moved);
}

TEST_F(Archive, IsMissedByNameWhereItIsNotWhatItWas) {
  ASSERT_EQ(archive().code, ExitCode::ok);
  const std::string bundle = content_of(first_bundle());
  std::string changed = bundle;
  changed[300] = static_cast<char>(changed[300] ^ 1);
  write_file(first_bundle(), changed);
  const Ran verify = ask({"verify"});
  EXPECT_EQ(verify.code, ExitCode::integrity);
  EXPECT_THAT(verify.out + verify.err, HasSubstr(first_bundle()));
  const Ran opened = ask({"stats"});  // The agency's events are in it: nobody could be told who may do what.
  EXPECT_EQ(opened.code, ExitCode::integrity);
  EXPECT_THAT(opened.err, AllOf(HasSubstr(first_bundle()), HasSubstr("put the archive back from a copy")));
  fs::rename(to, folder / "elsewhere");
  const Ran events = ask({"events"});
  EXPECT_EQ(events.code, ExitCode::integrity);
  EXPECT_THAT(events.err, HasSubstr(first_bundle()));
  to = folder / "elsewhere";
  EXPECT_EQ(archive({"--moved"}).code, ExitCode::integrity) << "the control: it still has the changed byte";
  write_file(first_bundle(), bundle);
  EXPECT_EQ(archive({"--moved"}).code, ExitCode::ok);
  EXPECT_EQ(ask({"verify"}).code, ExitCode::ok);
}

TEST_F(Archive, IsNeededToRestoreABackupAndNamedForIt) {
  ASSERT_EQ(archive().code, ExitCode::ok);
  const std::string backups = (folder / "backups").string();
  EXPECT_THAT(ask({"backup", "log", backups}).err,
              HasSubstr("not in it: the records of positions 1 to 256, which are in the archive " + to.string()));
  const fs::path other = folder / "other";
  fs::create_directories(other / "keys");
  fs::copy_file(store / "keys" / "log.key", other / "keys" / "log.key");
  const Ran refused = run({"--store", other.string(), "restore", "log", backups});
  EXPECT_EQ(refused.code, ExitCode::refused);
  EXPECT_THAT(refused.err, HasSubstr("nothing says where that is"));
  const Ran restored = run({"--store", other.string(), "restore", "log", backups, "--archive", to.string()});
  EXPECT_EQ(restored.code, ExitCode::ok) << restored.err;
  EXPECT_EQ(run({"--store", other.string(), "verify"}).code, ExitCode::ok);
}

TEST_F(Archive, RefusesWhatSaysNothingOrTooMuch) {
  EXPECT_EQ(archive({}).code, ExitCode::usage);
  EXPECT_EQ(archive({"--to", "10", "--moved"}).code, ExitCode::usage);
  EXPECT_EQ(archive({"--moved"}).code, ExitCode::not_found);
  EXPECT_EQ(archive({"--to", "1000"}).code, ask({"replay", "--to", "1000"}).code);
  fs::create_directories(folder / "taken");
  write_file(folder / "taken" / "letter", "dear");
  to = folder / "taken";
  EXPECT_EQ(archive().code, ExitCode::refused);
}

}  // namespace
}  // namespace muniment
