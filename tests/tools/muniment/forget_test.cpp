// What is forgotten, backed up and put back, from the command line.
#include "cli_fixture.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class Forget : public Cli {
 protected:
  Forget() { submit(small_story()); }

  static std::string erasure(const std::string& id) {
    return R"({"type":"erase_subject","command_id":")" + id +
           R"(","actor":"officer:agency","username":"jdoe1","reason":"asked_for","reference":"DSR-7","legal_ground":"court_order"})" + "\n";
  }
  void erase() {
    submit(R"({"type":"terminate_account","command_id":"t1","actor":"officer:agency","username":"jdoe1","reason":"left"})"
           "\n");
    answer_ = submit(erasure("e1")).front();
  }
  std::string roster() { return ask({"audit", "roster", "--provider", "110012345A", "-o", "json"}).out; }

  std::string answer_;
};

TEST_F(Forget, ErasesAPersonAndGivesAReceiptThatSaysWhatStays) {
  EXPECT_THAT(roster(), AllOf(HasSubstr(R"("last_name":"Doe")"), HasSubstr(R"("name":"known")")));
  erase();
  EXPECT_THAT(answer_,
              HasSubstr(R"("receipt":"The erasure is recorded. The key of everything personal about the person will be destroyed: )"));
  EXPECT_THAT(submit(erasure("e1")).front(), AllOf(HasSubstr(R"("repeat":true)"), HasSubstr(R"("receipt":)"))) << "a repeat has it too";
  EXPECT_THAT(roster(), AllOf(Not(HasSubstr("Doe")), HasSubstr(R"("name":"erased")"), HasSubstr("jdoe1")));
  const auto events = lines_of(ask({"events", "--open"}).out);
  EXPECT_THAT(events, Contains(AllOf(HasSubstr(R"("username":"jdoe1")"), HasSubstr(R"("personal":"erased")"))));
  EXPECT_THAT(events, Not(Contains(HasSubstr("john.doe@mass.net"))));
  EXPECT_THAT(ask({"audit", "trail", "--user", "jdoe1"}).out, AllOf(HasSubstr("subject_erased"), HasSubstr("subordinate_created")));
  EXPECT_EQ(ask({"replay", "--verify"}).code, ExitCode::ok);
}

TEST_F(Forget, SaysByWhenItIsCompleteInCopiesOfTheVault) {
  submit(R"({"type":"terminate_account","command_id":"t1","actor":"officer:agency","username":"jdoe1","reason":"left"})"
         "\n");
  EXPECT_THAT(ask({"submit", "-"}, erasure("e1")).err,
              AllOf(HasSubstr("1 erased; in copies of the vault too once the epoch key is rotated, which is due by 20"), HasSubstr("Z")));
}

TEST_F(Forget, RotatesTheEpochKeyAfterSayingWhatItWouldDo) {
  const auto key = store / "keys" / "epoch.key";
  const std::string former = content_of(key);
  write_file(folder / "escrow", former);
  ASSERT_EQ(ask({"backup", "vault", (folder / "vault").string()}).code, ExitCode::ok);
  const auto drill = [&] {
    return run({"keys", "drill", "--epoch-key", (folder / "escrow").string(), "--vault-backup", (folder / "vault").string()});
  };
  EXPECT_THAT(drill().err, HasSubstr("opens " + (folder / "vault" / "vault").string()));
  EXPECT_THAT(ask({"keys", "rotate-epoch", "--dry-run"}).err, HasSubstr("dry run: would wrap all keys by a new epoch key"));
  EXPECT_EQ(content_of(key), former);
  const Ran rotated = ask({"keys", "rotate-epoch"});
  EXPECT_EQ(rotated.code, ExitCode::ok) << rotated.err;
  EXPECT_THAT(rotated.err, AllOf(HasSubstr("is destroyed"), HasSubstr("escrow")));
  EXPECT_NE(content_of(key), former);
  EXPECT_EQ(drill().code, ExitCode::ok) << "the copies of both, from before";
  write_file(folder / "escrow", content_of(key));
  EXPECT_EQ(drill().code, ExitCode::unavailable) << "the new key opens no backup from before";
  EXPECT_THAT(roster(), HasSubstr(R"("last_name":"Doe")"));
  EXPECT_THAT(ask({"audit", "trail", "--type", "epoch_rotated"}).out, HasSubstr("epoch_rotated"));
}

TEST_F(Forget, BacksTheLogUpAndPutsItBackButForWhatMayNotBeLostWithoutAWord) {
  const std::string backups = (folder / "backups").string();
  EXPECT_THAT(ask({"backup", "log", backups, "--dry-run"}).err, HasSubstr("dry run: would back up positions 1 to 15"));
  EXPECT_FALSE(std::filesystem::exists(backups));
  EXPECT_THAT(ask({"backup", "log", backups, "--keep", "2"}).err, HasSubstr("backup 1: positions 1 to 15, root "));
  EXPECT_THAT(run({"backup", "list", backups, "-o", "csv"}).out, HasSubstr("\n1,15,"));
  submit(R"({"type":"lock_account","command_id":"l1","actor":"officer:agency","username":"jdoe1","reason":"review"})"
         "\n");
  const Ran refused = ask({"restore", "log", backups});
  EXPECT_EQ(refused.code, ExitCode::refused);
  EXPECT_THAT(refused.err, HasSubstr("positions 16 to 16 were durable in this store"));
  EXPECT_THAT(ask({"restore", "log", backups, "--accept-loss", "a drill", "--dry-run"}).err, HasSubstr("positions 16 to 16 are lost"));
  EXPECT_THAT(head(), testing::StartsWith("16 "));
  EXPECT_EQ(ask({"restore", "log", backups, "--accept-loss", "a drill"}).code, ExitCode::ok);
  EXPECT_THAT(ask({"audit", "trail", "--type", "store_restored", "-o", "ndjson"}).out,
              AllOf(HasSubstr(R"("former_head":"16")"), HasSubstr(R"("statement":"a drill")"), HasSubstr(R"("requested_by":"operator:)")));
  EXPECT_THAT(roster(), HasSubstr(R"("last_name":"Doe")"));
  EXPECT_EQ(ask({"replay", "--verify"}).code, ExitCode::ok);
}

TEST_F(Forget, TakesNoNumberThatWouldBecomeAnother) {
  const std::string backups = (folder / "backups").string();
  const auto listed = [&] { return lines_of(run({"backup", "list", backups, "-o", "csv"}).out).size() - 1; };
  for (int i = 0; i < 2; ++i) ASSERT_EQ(ask({"backup", "log", backups}).code, ExitCode::ok);
  for (const char* many : {"4294967296", "4294967297", "0"}) {
    const Ran kept = ask({"backup", "log", backups, "--keep", many});
    EXPECT_EQ(kept.code, ExitCode::usage) << many;
    EXPECT_THAT(kept.err, HasSubstr("expected a whole number from 1 to 4294967295"));
  }
  EXPECT_EQ(listed(), 2U);
  EXPECT_EQ(ask({"restore", "log", backups, "--number", "4294967297", "--dry-run"}).code, ExitCode::usage);
  EXPECT_EQ(ask({"restore", "log", backups, "--number", "1", "--dry-run"}).code, ExitCode::ok);  // Control.
  EXPECT_EQ(ask({"backup", "log", backups, "--keep", "4294967295"}).code, ExitCode::ok);
  EXPECT_EQ(listed(), 3U);
}

TEST_F(Forget, LooksAtTheWordsThatAcceptALossBeforeItTouchesAnything) {
  const std::string backups = (folder / "backups").string();
  ASSERT_EQ(ask({"backup", "log", backups}).code, ExitCode::ok);
  submit(R"({"type":"lock_account","command_id":"l1","actor":"officer:agency","username":"jdoe1","reason":"review"})"
         "\n");
  const std::string before = head();
  for (const std::string& words : {std::string(100'000, 'a'), std::string("two\nlines"), std::string("\xff"), std::string("  ")}) {
    const Ran ran = ask({"restore", "log", backups, "--accept-loss", words});
    EXPECT_EQ(ran.code, ExitCode::usage) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("--accept-loss: expected up to 1000 characters"));
  }
  EXPECT_EQ(head(), before);
}

TEST_F(Forget, PutsTheLogBackBehindNoCheckpointThatWasKeptElsewhere) {
  const std::string backups = (folder / "backups").string();
  ASSERT_EQ(ask({"backup", "log", backups}).code, ExitCode::ok);
  submit(R"({"type":"lock_account","command_id":"l1","actor":"officer:agency","username":"jdoe1","reason":"review"})"
         "\n");
  std::filesystem::copy_file(store / "checkpoint", folder / "later");
  for (const char* part : {"log", "head", "checkpoint"}) std::filesystem::remove_all(store / part);
  const Ran ran = ask({"restore", "log", backups, "--checkpoint", (folder / "later").string()});
  EXPECT_EQ(ran.code, ExitCode::refused);
  EXPECT_THAT(ran.err, HasSubstr("positions 16 to 16 were durable"));
  EXPECT_EQ(ask({"restore", "log", backups}).code, ExitCode::ok) << "the control: nothing else knows of them";
}

TEST_F(Forget, PutsTheVaultBack) {
  const std::string backup = (folder / "vault").string();
  ASSERT_EQ(ask({"backup", "vault", backup}).code, ExitCode::ok);
  std::filesystem::remove_all(store / "vault");
  EXPECT_EQ(ask({"stats"}).code, ExitCode::unavailable);
  EXPECT_THAT(ask({"restore", "vault", backup, "--dry-run"}).err, HasSubstr("dry run: would restore the vault of 20"));
  EXPECT_EQ(ask({"restore", "vault", backup}).code, ExitCode::ok);
  EXPECT_THAT(roster(), HasSubstr(R"("last_name":"Doe")"));
}

TEST_F(Forget, ReadsAStoreWhoseVaultIsLostWhereThatIsSaid) {
  std::filesystem::remove_all(store / "vault");
  const std::vector<std::vector<std::string>> readers{{"audit", "as-of"},
                                                      {"audit", "trail"},
                                                      {"audit", "diff", "--from", "2020-01-01", "--to", "2030-01-01"},
                                                      {"audit", "roster", "--provider", "110012345A", "-o", "ndjson"},
                                                      {"audit", "privileged"},
                                                      {"audit", "rules"},
                                                      {"events", "--open", "-o", "ndjson"},
                                                      {"services"},
                                                      {"replay", "--verify"},
                                                      {"export", "log", (folder / "exported").string()},
                                                      {"export", "proof", (folder / "proof").string(), "--event", "3"},
                                                      {"export", "consistency", (store / "checkpoint").string()},
                                                      {"stats"}};
  for (std::vector<std::string> reader : readers) {
    EXPECT_EQ(ask(reader).code, ExitCode::unavailable) << reader.back() << ": not by mistake";
    reader.emplace_back("--without-vault");
    const Ran ran = ask(reader);
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    EXPECT_THAT(ran.out, testing::Not(HasSubstr("Doe")));
    if (reader[0] == "events") {
      EXPECT_THAT(ran.out, HasSubstr(R"("personal":"unavailable")"));
    }
    if (reader.size() > 1 && reader[1] == "roster") {
      EXPECT_THAT(ran.out, HasSubstr("unavailable"));
    }
  }
  EXPECT_EQ(ask({"verify"}).code, ExitCode::ok) << "which reads the log alone";
  EXPECT_EQ(run({"--server", "http://127.0.0.1:1", "stats", "--without-vault"}).code, ExitCode::usage);
}

TEST_F(Forget, ListsBackupsOfTheVaultTooAndTellsWhatIsDamaged) {
  const std::string backup = (folder / "vault").string();
  ASSERT_EQ(ask({"backup", "vault", backup}).code, ExitCode::ok);
  const Ran alone = run({"backup", "list", backup, "-o", "csv"});
  EXPECT_EQ(alone.code, ExitCode::ok) << alone.err;
  EXPECT_THAT(alone.out, AllOf(HasSubstr("name,made_at,epoch,erasures"), HasSubstr("vault,20")));
  std::filesystem::create_directories(folder / "all");
  std::filesystem::copy(folder / "vault", folder / "all" / "vault-20260101T000000Z", std::filesystem::copy_options::recursive);
  std::filesystem::copy(folder / "vault", folder / "all" / "vault-20260102T000000Z", std::filesystem::copy_options::recursive);
  write_file(folder / "all" / "vault-20260102T000000Z" / "MANIFEST", "x");
  const Ran all = run({"backup", "list", (folder / "all").string(), "-o", "csv"});
  EXPECT_THAT(all.out, AllOf(HasSubstr("vault-20260101T000000Z,20"), Not(HasSubstr("vault-20260102T000000Z"))));
  EXPECT_THAT(all.err, HasSubstr("is not what was written"));
}

TEST_F(Forget, SaysThatThereIsNoBackup) {
  EXPECT_EQ(run({"backup", "list", folder.string()}).code, ExitCode::not_found);
  const Ran log = ask({"restore", "log", folder.string()});
  EXPECT_EQ(log.code, ExitCode::not_found);
  EXPECT_THAT(log.err, HasSubstr("name the folder that `muniment backup log` was given"));
  EXPECT_EQ(ask({"restore", "vault", folder.string()}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"restore", "vault", folder.string(), "--dry-run"}).code, ExitCode::not_found);
  EXPECT_EQ(ask({"backup"}).code, ExitCode::usage);
}

}  // namespace
}  // namespace muniment
