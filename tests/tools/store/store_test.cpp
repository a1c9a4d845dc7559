#include "tools/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <thread>

#include "store_process.h"
#include "tools/store/log_key.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::size_t no_step = 1000;

class StoreTest : public testing::Test {
 protected:
  StoreTest() : folder_(fs::path(testing::TempDir()) / ("muniment_store_" + std::to_string(::getpid()))) { fs::remove_all(folder_); }
  ~StoreTest() override { fs::remove_all(folder_); }

  Position event_count() {
    Store store(folder_);
    const Position count = store.log().head(0).position;
    store.close();
    return count;
  }

  pid_t start(const std::string& work, std::size_t step) const { return start_store_child(work, folder_, step); }
  bool is_killed_at(const std::string& work, std::size_t step) const { return muniment::is_killed_at(work, folder_, step); }

  fs::path folder_;
};

TEST_F(StoreTest, BeginsWithItsFormatItsFirstOfficerAndTheShippedCatalogue) {
  Store::create(folder_, "rkelly");
  Store store(folder_);
  EXPECT_TRUE(store.marker() == (StoreMarker{1, 1}));
  EXPECT_EQ(store.log().head(0).position, 11U);
  Decider decider(store.log(), store.vault(), system_now);
  EXPECT_TRUE(decider.sight().agency().has_officer("rkelly"));
  EXPECT_EQ(decider.sight().catalogue().services().size(), 9U);
  EXPECT_EQ(decider.sight().catalogue().administrator_service()->text(), "primary_portal_user");
  EXPECT_EQ(decider.sight().agency().format(), 1U);
}

TEST_F(StoreTest, IsNotOpenedWithAnEpochKeyThatOthersMayRead) {
  Store::create(folder_, "rkelly");
  const fs::path key = folder_ / "keys" / "epoch.key";
  fs::permissions(key, fs::perms::group_read, fs::perm_options::add);
  EXPECT_THAT([&] { Store store(folder_); },
              ThrowsMessage<VaultError>(AllOf(HasSubstr("epoch.key: others than its owner"), HasSubstr("0640"))));
  fs::permissions(key, fs::perms::group_read, fs::perm_options::remove);
  Store(folder_).close();
}

TEST_F(StoreTest, IsNotMadeInAFolderThatHoldsSomething) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "letter") << "mine";
  EXPECT_THAT([&] { Store::create(folder_, "rkelly"); }, ThrowsMessage<FolderTaken>(HasSubstr("is not empty")));
  EXPECT_TRUE(fs::exists(folder_ / "letter"));
}

TEST_F(StoreTest, IsNotMadeOverAnother) {
  Store::create(folder_, "rkelly");
  EXPECT_THAT([&] { Store::create(folder_, "rkelly"); }, ThrowsMessage<FolderTaken>(HasSubstr("is not empty")));
  EXPECT_EQ(event_count(), 11U);
}

TEST_F(StoreTest, IsNotMadeInTheFolderOfAnother) {
  Store::create(folder_, "rkelly");
  for (const fs::path& inside : {folder_ / "sub", folder_ / "views" / "deep" / "sub"}) {
    EXPECT_THAT([&] { Store::create(inside, "rkelly"); }, ThrowsMessage<FolderTaken>(HasSubstr("is in the folder of the store")));
    EXPECT_FALSE(fs::exists(inside));
  }
}

// The folder may be what is left of a store whose marker was lost: only what says that it never was one is cleared.
TEST_F(StoreTest, IsNotMadeOverAStoreThatLostItsMarker) {
  Store::create(folder_, "rkelly");
  fs::remove(folder_ / "STORE");
  EXPECT_THROW(Store::create(folder_, "rkelly"), FolderTaken);
  EXPECT_TRUE(fs::exists(folder_ / "keys" / "epoch.key"));
}

TEST_F(StoreTest, IsMadeByTheNextAttemptWhenMakingItWasKilledBeforeAnyStep) {
  std::size_t steps = 0;
  for (std::size_t step = 1;; ++step) {
    fs::remove_all(folder_);
    if (!is_killed_at("create", step)) break;
    ++steps;
    if (!fs::exists(folder_ / "STORE")) {
      EXPECT_THROW(Store{folder_}, NotAStore) << step;
      if (fs::exists(folder_ / "INITIALIZING")) {
        EXPECT_THAT([&] { Store store(folder_); }, ThrowsMessage<NotAStore>(HasSubstr("run `muniment init` on it again"))) << step;
      }
      Store::create(folder_, "rkelly");
    }
    EXPECT_FALSE(fs::exists(folder_ / "INITIALIZING")) << step;
    EXPECT_EQ(event_count(), 11U) << step;
  }
  EXPECT_EQ(steps, 9U);
}

TEST_F(StoreTest, IsMadeByTheNextAttemptWhenMakingItWasKilledAtAnyTime) {
  const auto begun = std::chrono::steady_clock::now();
  Store::create(folder_, "rkelly");
  const auto whole = std::chrono::steady_clock::now() - begun;
  constexpr int kills = 10;
  for (int i = 0; i < kills; ++i) {
    fs::remove_all(folder_);
    const pid_t child = start("create", no_step);
    std::this_thread::sleep_for(whole * i / kills);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    if (!fs::exists(folder_ / "STORE")) Store::create(folder_, "rkelly");
    EXPECT_EQ(event_count(), 11U) << i;
  }
}

TEST_F(StoreTest, IsMadeByOneAtATime) {
  fs::create_directories(folder_);
  const StoreLock other(folder_ / "lock", "muniment init");
  EXPECT_THAT([&] { Store::create(folder_, "rkelly"); }, ThrowsMessage<StoreBusy>(HasSubstr("held by muniment init")));
}

TEST_F(StoreTest, IsMadeForReadersOfItsOwnFormatAlone) {
  Store::create(folder_, "rkelly", {.format_supported = 2});
  EXPECT_THROW(Store(folder_, {.format_supported = 1}), StoreTooNew);
  Store store(folder_, {.format_supported = 2});
  EXPECT_EQ(store.marker().oldest_reader, 2U);
  store.close();
}

TEST_F(StoreTest, RecordsItsUpgradeWhereverThatWasKilled) {
  Store::create(folder_, "rkelly", {.format_supported = 1});
  const auto upgrade = [&] {
    Store store(folder_, {.format_supported = 2});
    const std::string done = store.upgrade(false);
    store.close();
    return done;
  };
  const fs::path before = folder_.string() + ".before";
  fs::remove_all(before);
  fs::copy(folder_, before, fs::copy_options::recursive);
  std::size_t steps = 0;
  for (std::size_t step = 1;; ++step) {
    fs::remove_all(folder_);
    fs::copy(before, folder_, fs::copy_options::recursive);
    if (!is_killed_at("upgrade", step)) break;
    ++steps;
    upgrade();
    EXPECT_EQ(upgrade(), "") << "nothing is left to do";
    Store store(folder_, {.format_supported = 2});
    EXPECT_EQ(store.marker().format, 2U) << step;
    EXPECT_EQ(store.log().head(0).position, 12U) << step;
  }
  EXPECT_EQ(steps, 3U);
  fs::remove_all(before);
}

TEST_F(StoreTest, RecordsAnUpgradeThatWasCutOffBeforeAnythingElse) {
  Store::create(folder_, "rkelly");
  write_marker(folder_, {2, 2});  // What a kill between the marker and the event leaves.
  Store store(folder_, {.format_supported = 2});
  EXPECT_THAT(store.upgrade(true), HasSubstr("cut off"));
  EXPECT_EQ(store.log().head(0).position, 11U) << "neither opening it nor a dry run records";
  store.sequencer();
  EXPECT_EQ(store.log().head(0).position, 12U);
  EXPECT_EQ(store.upgrade(false), "");
}

// With a kind of fact that a made-up format 2 brings.
TEST_F(StoreTest, HoldsFactsOfALaterFormatOnlyOnceItIsUpgraded) {
  Store::create(folder_, "rkelly");
  FactFormats formats = fact_formats;
  formats[Fact{fact::TermsPublished{}}.index()] = 2;
  const StoreOptions newer{.format_supported = 2, .sequencer = {.fact_formats = &formats}};
  const auto publish = [](Store& store, std::string id) {
    Submission submission{.command = {.body = PublishTerms{"2026-1"}, .type = "publish_terms"}};
    submission.command.request.command_id = std::move(id);
    submission.command.request.actor = Principal::officer("rkelly");
    return store.sequencer().ask(std::move(submission));
  };
  {
    Store store(folder_, newer);
    EXPECT_EQ(publish(store, "before").refusal, Refusal::upgrade_required);
    store.close();
  }
  Store(folder_).close();  // A program of format 1 reads all that is there.
  Store store(folder_, newer);
  store.upgrade(false);
  EXPECT_EQ(publish(store, "after").status, Answer::Status::accepted);
  store.close();
  EXPECT_THROW(Store{folder_}, StoreTooNew);
}

TEST_F(StoreTest, HasNoFactOfALaterFormatThanThisProgramWrites) {
  EXPECT_TRUE(std::ranges::all_of(fact_formats, [](std::uint32_t format) { return format <= format_supported; }));
}

TEST_F(StoreTest, IsReadableByItsOwnerAlone) {
  Store::create(folder_, "rkelly");
  constexpr auto others = fs::perms::group_all | fs::perms::others_all;
  EXPECT_EQ(fs::status(folder_).permissions() & others, fs::perms::none);
  EXPECT_EQ(fs::status(folder_ / "keys" / "epoch.key").permissions() & others, fs::perms::none);
}

TEST_F(StoreTest, TellsThatAFolderIsNoStore) {
  fs::create_directories(folder_);
  EXPECT_THAT([&] { Store store(folder_); }, ThrowsMessage<NotAStore>(HasSubstr("muniment init")));
}

TEST_F(StoreTest, TellsThatItsMarkerIsDamaged) {
  Store::create(folder_, "rkelly");
  for (const char* text : {"", "muniment store\n", "muniment store\nformat x\noldest_reader 1\n", "other\nformat 1\noldest_reader 1\n"}) {
    std::ofstream(folder_ / "STORE", std::ios::trunc) << text;
    EXPECT_THAT([&] { Store store(folder_); }, ThrowsMessage<StoreDamaged>(HasSubstr("damaged"))) << text;
  }
}

TEST_F(StoreTest, RefusesAnOlderProgramAndSaysWhatItNeeds) {
  Store::create(folder_, "rkelly");
  write_marker(folder_, {3, 3});
  EXPECT_THAT([&] { Store store(folder_); },
              ThrowsMessage<StoreTooNew>(AllOf(HasSubstr("needs a program that reads format 3"), HasSubstr("this one reads up to 1"))));
}

TEST_F(StoreTest, IsOpenedByAnOlderProgramWhereTheFormatAllowsIt) {
  Store::create(folder_, "rkelly");
  write_marker(folder_, {3, 1});
  EXPECT_NO_THROW(Store{folder_}.close());
}

TEST_F(StoreTest, IsHeldByOneAtATimeWhoIsNamed) {
  Store::create(folder_, "rkelly");
  {
    Store first(folder_, {.holder = "muniment serve"});
    EXPECT_THAT([&] { Store second(folder_); },
                ThrowsMessage<StoreBusy>(AllOf(HasSubstr("held by muniment serve"), HasSubstr(std::to_string(::getpid())))));
    first.close();
  }
  EXPECT_NO_THROW(Store{folder_}.close());
}

TEST_F(StoreTest, HasNothingToUpgradeAtItsOwnFormat) {
  Store::create(folder_, "rkelly");
  Store store(folder_);
  EXPECT_EQ(store.upgrade(false), "");
}

TEST_F(StoreTest, IsUpgradedByANewerProgramOnlyWhenToldAndOnRecord) {
  Store::create(folder_, "rkelly");
  {
    Store store(folder_, {.format_supported = 2});
    EXPECT_THAT(store.upgrade(true), HasSubstr("from 1 to 2"));
    EXPECT_EQ(store.marker().format, 1U) << "a dry run changes nothing";
    EXPECT_EQ(store.log().head(0).position, 11U);
    EXPECT_THAT(store.upgrade(false), HasSubstr("from 1 to 2"));
    store.log().read(0, 12, 12, [](Position, RecordWords words) {
      RecordReader record(words);
      EXPECT_EQ(record.event().getFact().getStoreUpgraded().getToFormat(), 2U);
      return true;
    });
    EXPECT_EQ(store.log().head(0).position, 12U);
    store.close();
  }
  EXPECT_THROW(Store{folder_}, StoreTooNew) << "a program of format 1 refuses it from now on";
}

TEST_F(StoreTest, OpensWhatItSealedAfterAReopen) {
  Store::create(folder_, "rkelly");
  {
    Store store(folder_);
    const auto ask = [&](std::string id, std::string_view type, CommandBody body, Principal actor) {
      Submission submission{.command = {.body = std::move(body), .type = type, .is_personal = true}};
      submission.command.request.command_id = std::move(id);
      submission.command.request.actor = std::move(actor);
      return store.sequencer().ask(std::move(submission));
    };
    const ProviderId mercy = ProviderId::parse("110012345A").value();
    ask("1", "register_provider", RegisterProvider{mercy, schema::ProviderKind::PROVIDER, "Mercy", "Mercy"}, Principal::officer("rkelly"));
    const Profile maria{"Hughes", "Maria", "", "02/29", "maria@example.org", "02302"};
    const Answer answer =
        ask("2", "assign_primary_user", AssignPrimaryUser{mercy, std::nullopt, maria, "0123", {}}, Principal::officer("rkelly"));
    EXPECT_EQ(answer.username, "mhughes1");
    store.close();
  }
  Store store(folder_);
  std::optional<Personal> opened;
  store.log().read(0, 1, store.log().head(0).position, [&](Position, RecordWords words) {
    RecordReader record(words);
    if (record.event().hasSealed()) opened = store.open_personal(record.event());
    return true;
  });
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->profile.last_name, "Hughes");
  EXPECT_EQ(opened->profile.birth_day, "02/29");
}

// Terms are published, so that there is something to lose.
void publish_terms(const fs::path& folder, const std::string& version) {
  Store store(folder);
  Submission submission{.command = {.body = PublishTerms{version}, .type = "publish_terms"}};
  submission.command.request.command_id = version;
  submission.command.request.actor = Principal::officer("rkelly");
  submission.command.content = {1};
  EXPECT_EQ(store.sequencer().ask(std::move(submission)).status, Answer::Status::accepted);
  store.close();
}

TEST_F(StoreTest, NamesItsLogAsItWasToldAndSignsItsBeginning) {
  Store::create(folder_, "rkelly", {.origin = "example.com/audit"});
  Store store(folder_);
  EXPECT_EQ(store.log_key().name, "example.com/audit");
  EXPECT_EQ(read_newest_checkpoint(folder_, store.log_key()), store.log().head(0));
}

// RocksDB's own log ends the process where the disk is full (events/rocks/no_log.h).
TEST_F(StoreTest, HasNoLogOfADatabasesOwn) {
  Store::create(folder_, "rkelly");
  publish_terms(folder_, "2023-03");
  {
    Store store(folder_);
    store.views();
    store.close();
  }
  std::size_t databases = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    databases += name == "CURRENT" ? 1 : 0;
    EXPECT_FALSE(name.starts_with("LOG")) << entry.path();
  }
  EXPECT_GE(databases, 3U) << "log, vault and views were looked at";
}

TEST_F(StoreTest, RefusesALogThatIsOlderThanTheCheckpointBesideIt) {
  Store::create(folder_, "rkelly");
  const fs::path backup = folder_.string() + ".backup";
  fs::remove_all(backup);
  fs::copy(folder_, backup, fs::copy_options::recursive);
  publish_terms(folder_, "2023-03");
  for (const char* part : {"log", "head"}) {
    fs::remove_all(folder_ / part);
    fs::copy(backup / part, folder_ / part, fs::copy_options::recursive);
  }
  EXPECT_THAT([&] { Store store(folder_); },
              ThrowsMessage<LogDamaged>(HasSubstr("the log ends at position 11; the last checkpoint says 12: position 12 is missing")));
  fs::rename(folder_ / "checkpoint", folder_ / "cosigned");  // As whoever put the rest back may have left it.
  fs::copy(backup / "checkpoint", folder_ / "checkpoint");
  EXPECT_THAT([&] { Store store(folder_); }, ThrowsMessage<LogDamaged>(HasSubstr("says 12: position 12 is missing")));
  fs::remove(folder_ / "cosigned");
  EXPECT_EQ(event_count(), 11U) << "the control";
  fs::remove_all(backup);
}

TEST_F(StoreTest, RefusesACheckpointThatIsMissingOrAnotherKeys) {
  Store::create(folder_, "rkelly");
  const fs::path other = folder_.string() + ".other";
  fs::remove_all(other);
  Store::create(other, "rkelly");
  fs::copy(other / "checkpoint", folder_ / "checkpoint", fs::copy_options::overwrite_existing);
  EXPECT_THAT([&] { Store store(folder_); }, ThrowsMessage<LogDamaged>(HasSubstr("no checkpoint that the log's key signed: key_unknown")));
  fs::remove(folder_ / "checkpoint");
  EXPECT_THAT([&] { Store store(folder_); }, ThrowsMessage<StoreDamaged>(HasSubstr("nothing tells whether the log is as long as it was")));
  fs::remove(folder_ / "log.vkey");
  EXPECT_THAT([&] { Store store(folder_); }, ThrowsMessage<StoreDamaged>(HasSubstr("log.vkey cannot be read")));
  std::ofstream(folder_ / "log.vkey") << "key\n";
  EXPECT_THAT([&] { Store store(folder_); }, ThrowsMessage<StoreDamaged>(HasSubstr("holds no key of a log")));
  fs::remove_all(other);
}

TEST_F(StoreTest, AnswersQuestionsWithoutTheLogsKeyAndRecordsNothing) {
  Store::create(folder_, "rkelly");
  fs::rename(folder_ / "keys" / "log.key", folder_ / "elsewhere.key");
  {
    Store store(folder_);
    store.projector().catch_up();
    EXPECT_THROW(store.sequencer(), LogKeyError);
    store.close();
  }
  Store store(folder_, {.log_key_file = folder_ / "elsewhere.key"});
  store.sequencer();
  store.close();
}

}  // namespace
}  // namespace muniment
