// That a person who was erased stands in no file any more, whenever a crash comes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "aggregates/world.h"
#include "events/values/base64.h"
#include "events/values/text.h"
#include "events/vault/format.h"
#include "events/vault/rocks_vault_store.h"
#include "events/vault/rotation.h"
#include "events/vault/vault_error.h"
#include "people.h"
#include "projections/roster.h"
#include "store_process.h"
#include "tests/files/file_scan.h"
#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/epoch_rotation.h"
#include "tools/store/erasure_state.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::SizeIs;

class ErasureTest : public testing::Test {
 protected:
  ErasureTest() : folder_(fs::path(testing::TempDir()) / ("muniment_erasure_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    make_store_with_person(store_);
    Store store(store_);
    account_ = person_in(store);
    key_ = std::string(text_of(store.vault().account_key(account_)->bytes()));
    store.projector().catch_up();
    store.views().scrub();
    store.vault().scrub();
    store.close();
  }
  ~ErasureTest() override { fs::remove_all(folder_); }

  static AccountId person_in(Store& store) {
    AccountId out;
    store.log().read_stream(0, StreamName(schema::StreamKind::USERNAME, bytes_of(person_name.text())), 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      out = account_id_of(record.event());
      return false;
    });
    return out;
  }

  // What the vault keeps under the account's name, without the epoch's id, which all keys share: the wrapped key, and then PIN and tags.
  std::string kept_in_vault() {
    const EpochKey epoch = read_epoch_key(store_ / "keys" / "epoch.key");
    std::string out;
    RocksVaultStore::visit_copy(store_ / "vault", [&](std::string_view key, std::string_view value) {
      if (key == vault_format::Key::account(account_).text()) out = value.substr(epoch.id.size());
    });
    return out;
  }

  std::vector<std::string> files_with(std::string_view bytes) const { return test::files_with(folder_, bytes); }
  // Whole values in every form in which anything here writes texts: as they are, as they are searched, in hexadecimal and in base64 (of the
  // three ways in which a text can stand in base64, what all have in common with it).
  static std::vector<std::string> forms_of(std::string_view value) {
    std::vector<std::string> out{std::string{value}, search_key(value), to_hex(bytes_of(value))};
    for (std::size_t skipped = 0; skipped < 3; ++skipped) {
      const std::string before(skipped, 'x');
      const std::string text = before + std::string{value};
      std::string encoded;
      append_base64(encoded, bytes_of(text));
      out.push_back(encoded.substr(4, encoded.size() - 8));
    }
    return out;
  }
  std::vector<std::string> secrets() const {
    std::vector<std::string> out;
    for (const std::string& value : {person.last_name, person.first_name, person.email}) {
      const auto forms = forms_of(value);
      out.insert(out.end(), forms.begin(), forms.end());
    }
    return out;
  }
  void expect_nowhere(std::span<const std::string> kept) const {
    for (const std::string& secret : secrets()) EXPECT_THAT(files_with(secret), IsEmpty()) << secret;
    EXPECT_THAT(files_with(key_), IsEmpty());
    for (const std::string& bytes : kept) EXPECT_THAT(files_with(bytes), IsEmpty());
  }
  // The parts of what the vault keeps that are random, so that finding one is no chance: the wrapped key, the sealed PIN, each tag.
  static std::vector<std::string> parts_of(const std::string& kept) {
    constexpr std::size_t key_size = wrapped_size - sizeof(EpochId);
    std::vector<std::string> out{kept.substr(0, key_size)};
    for (std::size_t at = key_size; at + 20 <= kept.size(); at += 20) out.push_back(kept.substr(at, 20));
    return out;
  }
  Digest digest(Position to = ~Position{0}) {
    Store store(store_);
    World world;
    store.log().read(0, 1, to, [&](Position, RecordWords words) {
      RecordReader record(words);
      world.evolve(record.event());
      return true;
    });
    store.close();
    return world.digest();
  }
  Position head() {
    Store store(store_);
    const Position out = store.log().head(0).position;
    store.close();
    return out;
  }

  fs::path folder_;
  fs::path store_ = folder_ / "store";
  AccountId account_;
  std::string key_;
};

TEST_F(ErasureTest, LeavesNoByteInAnyFileOfTheStoreNorOfABackupMadeAfterIt) {
  const std::vector<std::string> kept = parts_of(kept_in_vault());
  ASSERT_GT(kept.size(), 3U);
  // Before: found where expected, and not where never.
  EXPECT_THAT(files_with(person.last_name), testing::Each(testing::StartsWith("store/views/")));
  EXPECT_THAT(files_with(person.last_name), testing::Not(IsEmpty()));
  EXPECT_THAT(files_with(search_key(person.first_name)), testing::Not(IsEmpty()));
  EXPECT_THAT(files_with(person.email), IsEmpty()) << "it is sealed, and no view has it";
  EXPECT_THAT(files_with(key_), IsEmpty());
  for (const std::string& bytes : kept) {
    EXPECT_THAT(files_with(bytes), testing::Each(testing::StartsWith("store/vault/")));
    EXPECT_THAT(files_with(bytes), testing::Not(IsEmpty()));
  }
  {
    Store store(store_);
    remove_person(store);
    record_erasure(store);
    EXPECT_EQ(store.carry_out_erasures(), 1U);
    store.vault().back_up(folder_ / "vault-backup");
    store.close();
  }
  expect_nowhere(kept);
}

// What is erased never stood in the log, so it stands in no backup of it: not in one from before either, which is kept for ever.
TEST_F(ErasureTest, LeavesNoByteInABackupOfTheLogWhetherItWasMadeBeforeOrAfter) {
  const std::vector<std::string> kept = parts_of(kept_in_vault());
  const auto in_backups_of_the_log = [&](std::string_view bytes) { return test::files_with(folder_ / "log-backups", bytes); };
  const auto expect_nothing_personal = [&] {
    for (const std::string& secret : secrets()) EXPECT_THAT(in_backups_of_the_log(secret), IsEmpty()) << secret;
    for (const std::string& bytes : kept) EXPECT_THAT(in_backups_of_the_log(bytes), IsEmpty());
    EXPECT_THAT(in_backups_of_the_log(key_), IsEmpty());
  };
  {
    Store store(store_);
    back_up_log(store, folder_ / "log-backups");
    EXPECT_THAT(in_backups_of_the_log(person_name.text()), testing::Not(IsEmpty()))
        << "what stays is found, so the search sees what is there";
    expect_nothing_personal();
    EXPECT_THAT(files_with(person.last_name), testing::Not(IsEmpty())) << "in the views";
    remove_person(store);
    record_erasure(store);
    EXPECT_EQ(store.carry_out_erasures(), 1U);
    back_up_log(store, folder_ / "log-backups");
    store.close();
  }
  expect_nothing_personal();
  expect_nowhere(kept);
  // A control: that a value would be found, were it in a backup's table.
  {
    Store store(store_);
    accepted(store, "register_provider",
             RegisterProvider{ProviderId::parse("110067890B").value(), schema::ProviderKind::PROVIDER, person.last_name, person.last_name});
    back_up_log(store, folder_ / "log-backups");
    store.close();
  }
  EXPECT_THAT(in_backups_of_the_log(person.last_name), testing::Not(IsEmpty()));
}

TEST_F(ErasureTest, IsPendingUntilCarriedOutAndIncompleteInCopiesUntilTheEpochEnds) {
  {
    Store store(store_);
    EXPECT_EQ(erasure_state(store).recorded, 0U);
    EXPECT_EQ(erasure_state(store).complete_by, epoch_ends_at(store.log()));
    remove_person(store);
    record_erasure(store);
    EXPECT_EQ(erasure_state(store).pending, 1U);
    store.carry_out_erasures();
    const ErasureState carried_out = erasure_state(store);
    EXPECT_EQ(carried_out.pending, 0U);
    EXPECT_EQ(carried_out.incomplete, 1U);
    store.close();
  }
  rotate_epoch(store_, {});
  {
    Store store(store_);
    EXPECT_EQ(erasure_state(store).incomplete, 0U);
    EXPECT_EQ(erasure_state(store).recorded, 1U);
    store.close();
  }
  StoreOptions without_vault;
  without_vault.without_vault = true;
  Store store(store_, without_vault);
  EXPECT_EQ(erasure_state(store).pending, std::nullopt) << "which is not known without the vault";
  store.close();
}

TEST_F(ErasureTest, LeavesACopyOfTheVaultFromBeforeUnreadableOnceTheEpochIsOver) {
  const std::vector<std::string> kept = parts_of(kept_in_vault());
  {
    Store store(store_);
    store.vault().back_up(folder_ / "vault-backup");
    remove_person(store);
    record_erasure(store);
    store.close();
  }
  EXPECT_EQ(drill_epoch_key(folder_ / "vault-backup", read_epoch_key(store_ / "keys" / "epoch.key")) > 0, true) << "until then it opens";
  const EpochRotation rotation = rotate_epoch(store_, {});
  EXPECT_EQ(rotation.erasures, 1U);
  EXPECT_THAT(files_with(kept.front()), testing::Each(testing::StartsWith("vault-backup/")));
  EXPECT_THROW(drill_epoch_key(folder_ / "vault-backup", read_epoch_key(store_ / "keys" / "epoch.key")), VaultError);
}

TEST_F(ErasureTest, ReadsErasedOnTheRosterAndLeavesTheTrailAndTheDigestWhole) {
  {
    Store store(store_);
    remove_person(store);
    store.close();
  }
  const Position before = head();
  const Digest digest_before = digest();
  {
    Store store(store_);
    record_erasure(store);
    store.close();
  }
  Store store(store_);  // Carries it out.
  EXPECT_FALSE(store.vault().account_key(account_));
  store.projector().catch_up();
  RosterQuery then{.provider = clinic};
  then.moment.position = before - 1;
  const auto page = Roster(store.views()).search(then);
  ASSERT_TRUE(page);
  const auto row = std::ranges::find(page->rows, person_name.text(), &RosterRow::username);
  ASSERT_NE(row, page->rows.end());
  EXPECT_EQ(row->name, NameState::erased);
  EXPECT_EQ(row->last_name, "");
  store.log().read(0, 1, before, [&](Position, RecordWords words) {
    RecordReader record(words);
    const bool is_theirs = text_of(record.event().getUsername()) == person_name.text();
    EXPECT_FALSE(is_theirs && store.open_personal(record.event()));
    return true;
  });
  store.close();
  EXPECT_EQ(digest(before), digest_before);
}

TEST_F(ErasureTest, IsCompletedAtTheNextOpeningWhereverItIsCutOff) {
  const std::vector<std::string> kept = parts_of(kept_in_vault());
  {
    Store store(store_);
    remove_person(store);
    store.close();
  }
  const fs::path untouched = folder_.string() + "_untouched";  // Not where is searched.
  fs::copy(store_, untouched, fs::copy_options::recursive);
  std::size_t step = 1;
  for (; is_killed_at("erase", store_, step); ++step) {
    Store(store_).close();
    expect_nowhere(kept);
    fs::remove_all(store_);
    fs::copy(untouched, store_, fs::copy_options::recursive);
  }
  fs::remove_all(untouched);
  EXPECT_EQ(step, 6U) << "it has five steps";
}

TEST_F(ErasureTest, IsCarriedOutAgainInAVaultThatWasPutBack) {
  {
    Store store(store_);
    store.vault().back_up(folder_ / "vault-backup");
    remove_person(store);
    record_erasure(store);
    store.close();
  }
  Store(store_).close();
  fs::remove_all(store_ / "vault");
  fs::rename(folder_ / "vault-backup", store_ / "vault");
  Store store(store_);
  EXPECT_FALSE(store.vault().account_key(account_)) << "before anything is served";
  EXPECT_EQ(store.vault().erasures_done().count, 1U);
  store.close();
}

// When the vault is lost.

TEST_F(ErasureTest, NamesReadUnavailableAndNotErasedWhileTheVaultIsLost) {
  fs::rename(store_ / "vault", folder_ / "vault-aside");
  EXPECT_THROW(Store{store_}, VaultError) << "not without being told so";
  {
    StoreOptions without;
    without.without_vault = true;
    Store store(store_, without);
    store.projector().catch_up();
    const auto page = Roster(store.views()).search({.provider = clinic});
    ASSERT_THAT(page->rows, SizeIs(2));
    for (const RosterRow& row : page->rows) EXPECT_EQ(row.name, NameState::unavailable);
    remove_person(store);
    record_erasure(store);
    store.carry_out_erasures();
    EXPECT_FALSE(fs::exists(store_ / "views")) << "it held the name of somebody who was erased";
    store.close();
  }
  fs::rename(folder_ / "vault-aside", store_ / "vault");
  Store store(store_);
  EXPECT_FALSE(store.vault().account_key(account_));
  store.projector().catch_up();
  const auto page = Roster(store.views()).search({.provider = clinic});
  ASSERT_THAT(page->rows, SizeIs(1));
  EXPECT_EQ(page->rows.front().name, NameState::known);
  EXPECT_FALSE(fs::exists(store_ / "views.without-vault"));
  store.close();
}

// The end of an epoch.

TEST_F(ErasureTest, RotatingTheEpochKeyKeepsEverybodyWhoIsNotErasedAndIsRecorded) {
  const EpochId former = read_epoch_key(store_ / "keys" / "epoch.key").id;
  const EpochRotation rotation = rotate_epoch(store_, {});
  EXPECT_EQ(rotation.former, to_hex(former));
  Store store(store_);
  EXPECT_EQ(std::string(text_of(store.vault().account_key(account_)->bytes())), key_);
  EXPECT_EQ(to_hex(store.vault().epoch()), rotation.current);
  const Position last = store.log().head(0).position;
  store.log().read(0, last, last, [&](Position, RecordWords words) {
    RecordReader record(words);
    EXPECT_TRUE(record.event().getFact().isEpochRotated());
    EXPECT_EQ(text_of(record.event().getFact().getEpochRotated().getCurrent()), rotation.current);
    EXPECT_EQ(rotation.next_due.ns, recorded_at(record.event()).ns + std::chrono::nanoseconds(epoch_length).count());
    return false;
  });
  store.close();
}

TEST_F(ErasureTest, ARotationThatWasCutOffIsCompletedAndRecordedOnce) {
  std::size_t step = 1;
  for (; is_killed_at("rotate", store_, step); ++step) {
    Store store(store_);
    store.sequencer();
    EXPECT_EQ(std::string(text_of(store.vault().account_key(account_)->bytes())), key_) << step;
    EXPECT_FALSE(has_next_epoch_key(store_ / "keys" / "epoch.key")) << step;
    store.close();
  }
  EXPECT_EQ(step, 8U) << "it has seven steps";
  Store store(store_);
  std::vector<std::string> rotations;
  store.log().read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    if (fact.isEpochRotated()) rotations.emplace_back(text_of(fact.getEpochRotated().getCurrent()));
    return true;
  });
  store.close();
  // The first kill comes before there is a next key, the others after.
  EXPECT_THAT(rotations, SizeIs(7));
  EXPECT_EQ(std::set<std::string>(rotations.begin(), rotations.end()).size(), rotations.size());
}

TEST_F(ErasureTest, ARotationThatWasCutOffGoesOnInAVaultWhoseDamageIsAccepted) {
  const fs::path killed = folder_ / "killed";
  const fs::path key_file = killed / "keys" / "epoch.key";
  {
    Store store(store_);
    for (const char* user : {"02/01", "03/01"}) {
      const Profile profile{"Doe", "Jane", "", user, "j@clinic.example", "02139"};
      accepted(store, "create_subordinate", CreateSubordinate{clinic, profile, person_pin, {"claims_submission_and_status"}, true},
               administrator);
    }
    fs::copy(store_, killed, fs::copy_options::recursive);
    store.close();
  }
  prepare_next_epoch_key(key_file);
  for (const auto& entry : fs::directory_iterator(killed / "vault")) {
    if (entry.path().extension() != ".log" || entry.file_size() == 0) continue;
    std::string bytes = read_whole_file(entry.path());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    replace_file(entry.path(), bytes);
  }
  EXPECT_THROW(Store{killed}, VaultDamaged);
  EXPECT_THROW(Store(killed, {.rehearses = true, .accepts_damaged_vault = true}), VaultDamaged) << "a rehearsal changes nothing";
  EXPECT_THROW(Store{killed}, VaultDamaged);
  Store(killed, {.accepts_damaged_vault = true}).close();
  EXPECT_FALSE(has_next_epoch_key(key_file));
  Store store(killed);
  EXPECT_EQ(std::string(text_of(store.vault().account_key(account_)->bytes())), key_) << "what was not damaged is there";
  store.close();
}

}  // namespace
}  // namespace muniment::test
