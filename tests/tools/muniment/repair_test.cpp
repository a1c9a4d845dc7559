#include "cli_fixture.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Repair : public Cli {
 protected:
  Repair() { submit(small_story()); }

  // What a power cut leaves of the store after a Primary User of another provider was made, with a flipped bit in the vault's newest
  // entries.
  void damage_vault() {
    const auto killed = folder / "killed";
    {
      Store open(store);
      Submission submission{
          .command = {.body = RegisterProvider{other, schema::ProviderKind::PROVIDER, "Harbor", "Harbor"}, .type = "register_provider"}};
      submission.command.request.command_id = "r1";
      submission.command.request.actor = Principal::officer("agency");
      EXPECT_EQ(open.sequencer().ask(submission).status, Answer::Status::accepted);
      const Profile ana{"Ortega", "Ana", "", "02/29", "ana@example.org", "02302"};
      submission.command.body = AssignPrimaryUser{other, std::nullopt, ana, "0123", {}};
      submission.command.type = "assign_primary_user";
      submission.command.request.command_id = "r2";
      EXPECT_EQ(open.sequencer().ask(submission).username, "aortega1");
      std::filesystem::copy(store, killed, std::filesystem::copy_options::recursive);
      open.close();
    }
    std::filesystem::remove_all(store);
    std::filesystem::rename(killed, store);
    for (const auto& entry : std::filesystem::directory_iterator(store / "vault")) {
      if (entry.path().extension() != ".log" || entry.file_size() == 0) continue;
      std::string bytes = content_of(entry.path());
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
      write_file(entry.path(), bytes);
    }
  }

  void destroy_key_of_jdoe() {
    Store open(store);
    open.log().read(0, 1, open.log().head(0).position, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto event = record.event();
      if (text_of(event.getUsername()) == "jdoe1") open.vault().erase(account_id_of(event));
      return true;
    });
    open.close();
  }

  const ProviderId other = ProviderId::parse("110067890B").value();
};

TEST_F(Repair, SaysThatThereIsNothingToDo) {
  const Ran ran = ask({"repair", "vault"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_THAT(ran.err, HasSubstr("nothing to repair"));
  EXPECT_THAT(ask({"repair", "vault", "--accept-loss"}).err, HasSubstr("0 accounts have no key"));
  EXPECT_EQ(ask({"repair"}).code, ExitCode::usage);
}

TEST_F(Repair, OpensADamagedVaultOnlyWhenTheLossIsAccepted) {
  damage_vault();
  EXPECT_EQ(ask({"stats"}).code, ExitCode::integrity);
  const Ran told = ask({"repair", "vault"});
  EXPECT_EQ(told.code, ExitCode::integrity);
  EXPECT_THAT(told.err, AllOf(HasSubstr("restore the folder from its backup"), HasSubstr("--accept-loss")));
  EXPECT_EQ(ask({"stats"}).code, ExitCode::integrity) << "nothing was done yet";

  const Ran rehearsed = ask({"repair", "vault", "--accept-loss", "--dry-run", "-o", "csv"});
  EXPECT_EQ(rehearsed.code, ExitCode::integrity);
  EXPECT_EQ(rehearsed.out, "username,account\n");
  EXPECT_THAT(rehearsed.err, HasSubstr("would open the vault without what is damaged; 0 accounts would have no key"));
  EXPECT_EQ(ask({"stats"}).code, ExitCode::integrity) << "a dry run does nothing either";
  EXPECT_FALSE(std::filesystem::exists(store / "vault.rehearsal"));

  const Ran repaired = ask({"repair", "vault", "--accept-loss", "-o", "csv"});
  EXPECT_EQ(repaired.code, ExitCode::ok) << repaired.err;
  EXPECT_EQ(repaired.out, "username,account\n") << "her key was ready in the vault before; what is lost is her PIN";

  EXPECT_EQ(ask({"repair", "vault"}).code, ExitCode::ok);
  EXPECT_THAT(lines_of(ask({"audit", "as-of", "--provider", "110067890B", "-o", "csv"}).out),
              ElementsAre("provider,username,service", "110067890B,aortega1,primary_portal_user"));
  EXPECT_EQ(member(ask({"replay", "--verify", "-o", "json"}).out, "verified"), "true");
}

TEST_F(Repair, ListsTheAccountsWhoseKeyIsGone) {
  destroy_key_of_jdoe();
  const auto lost = lines_of(ask({"repair", "vault", "--accept-loss", "-o", "csv"}).out);
  ASSERT_EQ(lost.size(), 2u);
  EXPECT_THAT(lost[1], testing::MatchesRegex("jdoe1,[0-9a-f]{32}"));
}

TEST_F(Repair, ListsInADryRunWhatTheRepairWould) {
  destroy_key_of_jdoe();
  damage_vault();
  std::filesystem::create_directory(store / "vault.rehearsal");
  write_file(store / "vault.rehearsal" / "left", "by one that was killed");
  const Ran rehearsed = ask({"repair", "vault", "--dry-run", "-o", "csv"});
  EXPECT_EQ(rehearsed.code, ExitCode::integrity);
  EXPECT_EQ(lines_of(rehearsed.out).size(), 2u);
  EXPECT_FALSE(std::filesystem::exists(store / "vault.rehearsal"));
  EXPECT_EQ(ask({"repair", "vault"}).code, ExitCode::integrity) << "it is as it was";
  EXPECT_EQ(ask({"repair", "vault", "--accept-loss", "-o", "csv"}).out, rehearsed.out);
}

}  // namespace
}  // namespace muniment
