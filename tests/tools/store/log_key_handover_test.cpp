#include "tools/store/log_key_handover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <deque>

#include "people.h"
#include "sealed_key.h"
#include "store_process.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_key.h"
#include "tools/store/restore.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class LogKeyHandoverTest : public testing::Test {
 protected:
  LogKeyHandoverTest() : folder_(fs::path(testing::TempDir()) / ("muniment_handover_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    Store::create(store_, "rkelly", {.origin = "example.com/audit"});
    first_ = read_public_log_key(store_);
  }
  ~LogKeyHandoverTest() override { fs::remove_all(folder_); }

  // Opens it so that it signs, at a time from now.
  void sign_in(std::chrono::days days) {
    StoreOptions options;
    options.clock = [days] { return Timestamp{system_now().ns + std::chrono::nanoseconds{days}.count()}; };
    Store store(store_, options);
    accepted(store, "publish_terms", PublishTerms{versions_.emplace_back("2023-" + std::to_string(versions_.size()))});
    store.close();
  }
  LogKeyRotation rotate(int both_days) { return rotate_log_key(store_, {std::chrono::days{both_days}, "operator:ops"}, {}); }
  std::string newest() const { return read_whole_file(store_ / "checkpoint"); }
  bool is_signed_by(const VerifierKey& key) const { return open_checkpoint(newest(), key).has_value(); }
  std::vector<std::string> key_files() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(store_ / "keys")) {
      if (entry.path().filename() != "epoch.key") out.push_back(entry.path().filename());
    }
    std::ranges::sort(out);
    return out;
  }
  LogVerified verified() const {
    const std::vector<VerifierKey> keys = read_public_log_keys(store_);
    return verify_log(log_options_of(store_), {.log_keys = keys});
  }
  std::vector<LogKeyRotation> recorded() const {
    Store store(store_);
    auto out = log_key_rotations(store.log());
    store.close();
    return out;
  }

  fs::path folder_;
  fs::path store_ = folder_ / "store";
  VerifierKey first_;
  std::deque<std::string> versions_;  // Of the terms: commands borrow them.
};

TEST_F(LogKeyHandoverTest, IsRecordedAndSignedByBothUntilItsTimeIsOver) {
  const LogKeyRotation rotation = rotate(30);
  EXPECT_EQ(rotation.former, first_);
  EXPECT_EQ(rotation.current.name, "example.com/audit");
  EXPECT_THAT(recorded(), ElementsAre(rotation));
  EXPECT_THAT(read_public_log_keys(store_), ElementsAre(rotation.current, first_));
  EXPECT_THAT(key_files(), ElementsAre("log.key", "log.key.former"));
  EXPECT_EQ(fs::status(store_ / "keys" / "log.key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  sign_in(std::chrono::days{29});
  EXPECT_TRUE(is_signed_by(rotation.current));
  EXPECT_TRUE(is_signed_by(first_));
  sign_in(std::chrono::days{31});
  EXPECT_TRUE(is_signed_by(rotation.current));
  EXPECT_FALSE(is_signed_by(first_));
  EXPECT_THAT(key_files(), ElementsAre("log.key")) << "the former one is destroyed";
  EXPECT_FALSE(verified().fault);
  EXPECT_EQ(verified().log_keys->turns().size(), 2u);
}

TEST_F(LogKeyHandoverTest, StandsInTheLogWithWhoDidIt) {
  const LogKeyRotation rotation = rotate(30);
  Store store(store_);
  store.log().read(0, rotation.position, rotation.position, [&](Position, RecordWords words) {
    const RecordReader record(words);
    EXPECT_EQ(text_of(record.event().getContext().getRequestedBy()), "operator:ops");
    const std::chrono::nanoseconds both_for{rotation.both_until.ns - recorded_at(record.event()).ns};
    EXPECT_LE(both_for, std::chrono::days{30});
    EXPECT_GT(both_for, std::chrono::days{30} - std::chrono::hours{1}) << "the clock is looked at before it is recorded";
    return false;
  });
  store.close();
}

TEST_F(LogKeyHandoverTest, LetsTheFormerKeySignTheFirstCheckpointEvenWhereItSignsNoOther) {
  const LogKeyRotation rotation = rotate(0);
  EXPECT_THAT(key_files(), ElementsAre("log.key"));
  Store store(store_);
  const std::string handover = store.log().checkpoint_at_most(rotation.position).value();
  EXPECT_EQ(open_checkpoint(handover, first_)->size, rotation.position);
  EXPECT_EQ(open_checkpoint(handover, rotation.current)->size, rotation.position);
  store.close();
}

TEST_F(LogKeyHandoverTest, LetsTheNewKeySignAloneWhereTheFormerOneIsGone) {
  const LogKeyRotation rotation = rotate(30);
  fs::remove(store_ / "keys" / "log.key.former");
  sign_in(std::chrono::days{1});
  EXPECT_TRUE(is_signed_by(rotation.current));
  EXPECT_FALSE(is_signed_by(first_));
  EXPECT_FALSE(verified().fault);
}

TEST_F(LogKeyHandoverTest, CanBeFollowedByAnother) {
  const LogKeyRotation one = rotate(0);
  const LogKeyRotation two = rotate(30);
  EXPECT_EQ(two.former, one.current);
  const LogKeyRotation three = rotate(30);
  EXPECT_THAT(read_public_log_keys(store_), ElementsAre(three.current, two.current, one.current, first_));
  EXPECT_THAT(key_files(), ElementsAre("log.key", "log.key.former"));
  EXPECT_FALSE(verified().fault);
}

// Killed before it is recorded it has not been, afterwards it is completed.
TEST_F(LogKeyHandoverTest, IsUndoneOrCompletedByTheNextOpeningWhereverItIsKilled) {
  std::size_t step = 1;
  std::size_t rotations = 0;
  std::vector<bool> completed;
  for (; is_killed_at("rotate-log-key", store_, step); ++step) {
    const std::vector<LogKeyRotation> found = recorded();
    completed.push_back(found.size() > rotations);
    rotations = found.size();
    sign_in(std::chrono::days{0});
    const VerifierKey current = found.empty() ? first_ : found.back().current;
    EXPECT_EQ(read_public_log_key(store_), current) << step;
    EXPECT_TRUE(is_signed_by(current)) << step;
    EXPECT_EQ(read_public_log_keys(store_).size(), rotations + 1) << step;
    EXPECT_THAT(key_files(), ElementsAre("log.key")) << step;
    const LogVerified read = verified();
    EXPECT_FALSE(read.fault) << step << " " << read.fault->what;
  }
  EXPECT_THAT(completed, ElementsAre(false, false, true, true, true, true, true)) << "it has seven steps";
}

// What cannot be read may be the only copy of the key that the log is signed by from now on.
class SealedNextKey : public LogKeyHandoverTest {
 protected:
  SealedNextKey() {
    create_log_key(folder_ / "new.key", "example.com/audit");
    put_under_passphrase(folder_ / "new.key", "correct horse");
  }
  // A rotation that is cut off before a step, by whoever has the passphrase.
  void cut_off_before(std::string_view step) {
    StoreOptions options;
    options.log_key_passphrase = "correct horse";
    options.on_step = [step](std::string_view at) {
      if (at == step) throw std::runtime_error("cut off");
    };
    EXPECT_THAT([&] { rotate_log_key(store_, {.new_key = folder_ / "new.key"}, options); },
                ThrowsMessage<std::runtime_error>(HasSubstr("cut off")));
    waiting_ = read_whole_file(next_);
  }
  void open_to_sign(const std::string& passphrase) {
    StoreOptions options;
    options.log_key_passphrase = passphrase;
    Store store(store_, options);
    store.notary();
    store.close();
  }
  void expect_left_alone(const std::string& passphrase) {
    EXPECT_THAT([&] { open_to_sign(passphrase); }, ThrowsMessage<LogKeyError>(HasSubstr("log.key.next: the passphrase does not open it")));
    EXPECT_EQ(read_whole_file(next_), waiting_);
  }

  fs::path next_ = store_ / "keys" / "log.key.next";
  std::string waiting_;
};

TEST_F(SealedNextKey, StaysWhereTheLogRecordsItAndNobodyGivesThePassphrase) {
  for (const std::string_view step : {"sign with both keys", "put the new key in its place"}) {
    cut_off_before(step);
    expect_left_alone("");
    expect_left_alone("battery");
    open_to_sign("correct horse");
    EXPECT_TRUE(is_signed_by(recorded().back().current)) << step;
    EXPECT_FALSE(fs::exists(next_)) << step;
    EXPECT_EQ(read_whole_file(store_ / "keys" / "log.key"), waiting_) << step;
    create_log_key(folder_ / "another.key", "example.com/audit");
    put_under_passphrase(folder_ / "another.key", "correct horse");
    fs::rename(folder_ / "another.key", folder_ / "new.key");
  }
}

TEST_F(SealedNextKey, IsDestroyedWhereItIsReadAndTheLogDoesNotRecordIt) {
  cut_off_before("record it");
  expect_left_alone("");
  open_to_sign("correct horse");
  EXPECT_FALSE(fs::exists(next_));
  EXPECT_TRUE(is_signed_by(first_));
}

TEST_F(LogKeyHandoverTest, EndsTheTimeOfTheKeyBeforeWhereItIsFollowedByAnotherAndDestroysThat) {
  rotate(30);
  const fs::path former = store_ / "keys" / "log.key.former";
  fs::create_hard_link(former, folder_ / "same");  // Shows whether its bytes were overwritten, not unlinked alone.
  const std::string first_key = read_whole_file(former);
  rotate(30);
  EXPECT_EQ(read_whole_file(folder_ / "same"), std::string(first_key.size(), '\0'));
  EXPECT_FALSE(is_signed_by(first_));
  EXPECT_THAT(key_files(), ElementsAre("log.key", "log.key.former"));
}

TEST_F(LogKeyHandoverTest, NeedsTheFormerKeyAndTheNewOneAndSaysWhichIsMissing) {
  ASSERT_TRUE(is_killed_at("rotate-log-key", store_, 3));
  fs::rename(store_ / "keys" / "log.key.next", folder_ / "next");
  EXPECT_THAT([&] { sign_in(std::chrono::days{0}); }, ThrowsMessage<LogKeyError>(HasSubstr("it is not the key of")));
  fs::rename(folder_ / "next", store_ / "keys" / "log.key.next");
  fs::rename(store_ / "keys" / "log.key", folder_ / "former");
  EXPECT_THAT([&] { sign_in(std::chrono::days{0}); }, ThrowsMessage<LogKeyError>(HasSubstr("log.key: No such file")));
  // Where a service manager gives the former one, it is that which signs.
  StoreOptions given;
  given.log_key_file = folder_ / "former";
  Store store(store_, given);
  store.notary();
  store.close();
  EXPECT_EQ(read_public_log_keys(store_).size(), 2u);
  EXPECT_THAT(key_files(), ElementsAre("log.key"));
}

TEST_F(LogKeyHandoverTest, IsNotBelievedFromLogVkeyAlone) {
  const VerifierKey other = create_log_key(folder_ / "other.key", "example.com/audit");
  KeyChain keys(first_);
  keys.append(5, first_, other);
  write_public_log_keys(store_, keys);
  const auto stolen = read_log_key(store_ / "keys" / "log.key", first_, {});
  const auto mine = read_log_key(folder_ / "other.key", other, {});
  const auto checkpoint = open_checkpoint(newest(), first_).value();
  replace_file(store_ / "checkpoint",
               sign_checkpoint(std::vector<NoteSigner*>{mine.get(), stolen.get()}, checkpoint.size, checkpoint.root));
  EXPECT_THAT([&] { Store store(store_); }, ThrowsMessage<LogDamaged>(HasSubstr("does not record that its key was rotated so often")));
  EXPECT_THAT(verified().fault->what, HasSubstr("does not record that its key was rotated so often"));
}

TEST_F(LogKeyHandoverTest, IsFoundMissingWhereTheFormerKeyDidNotSignIt) {
  const LogKeyRotation rotation = rotate(0);
  {
    Store store(store_);
    const auto mine = read_log_key(store_ / "keys" / "log.key", rotation.current, {});
    store.log().keep_checkpoint(rotation.position, sign_checkpoint(*mine, rotation.position, store.log().head(0).root));
    store.close();
  }
  const LogVerified found = verified();
  ASSERT_TRUE(found.fault);
  EXPECT_EQ(found.fault->position, rotation.position);
  EXPECT_THAT(found.fault->what, HasSubstr("no checkpoint shows that the key before it signed that"));
}

class RestoredLogKeys : public LogKeyHandoverTest {
 protected:
  void back_up() {
    Store store(store_);
    back_up_log(store, backups_);
    store.close();
  }
  fs::path backups_ = folder_ / "backups";
};

TEST_F(RestoredLogKeys, AreThoseOfABackupFromAfterTheRotation) {
  const LogKeyRotation rotation = rotate(30);
  back_up();
  fs::rename(store_ / "log", folder_ / "lost");
  restore_store(store_, {.backup = backups_}, {});
  EXPECT_THAT(read_public_log_keys(store_), ElementsAre(rotation.current, first_));
  EXPECT_TRUE(is_signed_by(rotation.current));
  EXPECT_FALSE(verified().fault);
  const fs::path elsewhere = folder_ / "elsewhere";
  restore_store(elsewhere, {.backup = backups_}, {.log_key_file = store_ / "keys" / "log.key"});
  EXPECT_THAT(read_public_log_keys(elsewhere), ElementsAre(rotation.current, first_));
}

TEST_F(RestoredLogKeys, AreTheFormerOnesOfABackupFromBeforeItIfThePrivateHalfIsThere) {
  back_up();
  const std::string former = read_whole_file(store_ / "keys" / "log.key");
  const LogKeyRotation rotation = rotate(0);
  const LogRestore restore{.backup = backups_, .statement = "the disk is gone"};
  EXPECT_THAT([&] { restore_store(store_, restore, {}); }, ThrowsMessage<RestoreRefused>(HasSubstr("whose private half is needed")));
  EXPECT_EQ(read_public_log_key(store_), rotation.current) << "nothing was put in place";
  replace_file(folder_ / "copy", former, 0600);
  StoreOptions with_copy;
  with_copy.log_key_file = folder_ / "copy";
  restore_store(store_, restore, with_copy);
  EXPECT_THAT(read_public_log_keys(store_), ElementsAre(first_));
  EXPECT_TRUE(is_signed_by(first_));
  EXPECT_FALSE(verified().fault);
  EXPECT_TRUE(fs::exists(store_ / "log.vkey.replaced-1"));
}

TEST_F(RestoredLogKeys, OpenWhatTheFormerOneSigned) {
  fs::copy_file(store_ / "checkpoint", folder_ / "older");
  fs::copy_file(store_ / "checkpoint", store_ / "cosigned");
  const LogKeyRotation rotation = rotate(0);
  sign_in(std::chrono::days{0});
  back_up();
  restore_store(store_, {.backup = backups_, .checkpoints = {folder_ / "older"}}, {});
  EXPECT_TRUE(fs::exists(store_ / "cosigned")) << "what was witnessed is what was restored";
  EXPECT_THAT(read_public_log_keys(store_), ElementsAre(rotation.current, first_));
  EXPECT_FALSE(verified().fault);
}

// The log goes on being signed by what is log.key.former, and log.key is the key of what was lost.
TEST_F(RestoredLogKeys, AreBothThereWhereTheKeyIsRotatedAgainAfterItWasPutBackToBeforeARotation) {
  back_up();
  const LogKeyRotation lost = rotate(30);
  restore_store(store_, {.backup = backups_, .statement = "the disk is gone"}, {});
  ASSERT_TRUE(is_signed_by(first_));
  const std::string key_of_lost = read_whole_file(store_ / "keys" / "log.key");
  fs::create_hard_link(store_ / "keys" / "log.key", folder_ / "same");
  const LogKeyRotation again = rotate(30);
  sign_in(std::chrono::days{1});
  EXPECT_TRUE(is_signed_by(again.current));
  EXPECT_TRUE(is_signed_by(first_)) << "as it was promised";
  EXPECT_THAT(key_files(), ElementsAre("log.key", "log.key.former"));
  EXPECT_EQ(read_whole_file(folder_ / "same"), std::string(key_of_lost.size(), '\0')) << "a key that signs nothing";
  sign_in(std::chrono::days{31});
  EXPECT_THAT(key_files(), ElementsAre("log.key"));
  EXPECT_FALSE(verified().fault);
}

TEST_F(RestoredLogKeys, AreThoseOfTheBackupWhereTheStoresOwnAreDamaged) {
  back_up();
  replace_file(store_ / "log.vkey", "no key\n");
  EXPECT_THAT([&] { Store store(store_); }, ThrowsMessage<StoreDamaged>(HasSubstr("holds no key of a log")));
  restore_store(store_, {.backup = backups_}, {});
  EXPECT_THAT(read_public_log_keys(store_), ElementsAre(first_));
  EXPECT_TRUE(fs::exists(store_ / "log.vkey.replaced-1"));
  EXPECT_FALSE(verified().fault);
}

// A store from before the rotation, restored from a backup from after it.
TEST_F(RestoredLogKeys, AreNoneThatTheKeyBeforeThemDidNotSign) {
  for (const char* copy : {"one", "other"}) fs::copy(store_, folder_ / copy, fs::copy_options::recursive);
  const LogKeyRotation rotation = rotate(0);
  StoreOptions with_key;
  with_key.log_key_file = store_ / "keys" / "log.key";
  back_up();
  restore_store(folder_ / "one", {.backup = backups_}, with_key);  // Control
  EXPECT_THAT(read_public_log_keys(folder_ / "one"), ElementsAre(rotation.current, first_));
  {
    Store store(store_);
    const auto mine = read_log_key(with_key.log_key_file, rotation.current, {});
    store.log().keep_checkpoint(rotation.position, sign_checkpoint(*mine, rotation.position, store.log().head(0).root));
    store.close();
  }
  back_up();
  EXPECT_THAT([&] { restore_store(folder_ / "other", {.backup = backups_}, with_key); },
              ThrowsMessage<RestoreRefused>(HasSubstr("nothing shows that " + first_.text())));
}

}  // namespace
}  // namespace muniment::test
