// The attacks of docs/SECURITY.md: each tampers with a real store by the lowest means there are, and names what caught it; beside each a
// control, that without that check the tampering passes.
#include <rocksdb/db.h>

#include <fstream>

#include "events/proof/tile_path.h"
#include "events/proof/tree.h"
#include "events/record/record.h"
#include "events/vault/account_entry.h"
#include "events/vault/rocks_vault_store.h"
#include "tests/attacks/tampering.h"
#include "tests/events/proof/seed_signer.h"
#include "tests/tools/muniment/cli_fixture.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_key.h"
#include "tools/store/store.h"
#include "tools/verify/verify.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr Position early_end = 30'000;  // About where the earlier checkpoint and the backup are.
constexpr Position altered = 12'345;    // The record that most of them alter.

// One store, made once; each attack has a copy of its own.
class Attack : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = fs::path(testing::TempDir()) / ("muniment_attacks_" + std::to_string(::getpid()));
    fs::remove_all(home_);
    fs::create_directories(home_);
    ASSERT_EQ(run({"init", honest().string(), "--officer", "agency", "--origin", "example.com/audit"}).code, ExitCode::ok);
    submit(small_story());
    submit(sign_ins("a", early_end));
    fs::copy(honest(), home_ / "backup", fs::copy_options::recursive);
    // More than an opening reads, and more than an orderly close leaves to the next one to index.
    submit(sign_ins("b", 40'000));
    submit(sign_ins("c", 300));
  }
  static void TearDownTestSuite() { fs::remove_all(home_); }
  Attack() { replace_folder(honest(), store_); }

  static std::string sign_ins(const std::string& id, std::size_t count) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) {
      lines += R"({"type":"record_sign_in","command_id":")" + id + std::to_string(i) +
               R"(","actor":"submitter:portal","username":"jdoe1","at":"2025-03-03T13:04:05Z","success":true})" + "\n";
    }
    return lines;
  }
  static void submit(const std::string& lines) {
    const Ran ran = run({"--store", honest().string(), "submit", "-"}, lines);
    ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  }
  static fs::path honest() { return home_ / "honest"; }

  // What catches.
  Ran opening() const { return run({"--store", store_.string(), "services"}); }
  Ran verify(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--store", store_.string(), "verify"});
    return run(more);
  }
  std::vector<std::string> with_checkpoint_from(const fs::path& elsewhere) const {
    return {"--checkpoint", (elsewhere / "checkpoint").string()};
  }
  void expect_opens() const {
    const Ran ran = opening();
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  }
  void expect_verifies() const {
    const Ran ran = verify();
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  }
  static void expect_caught_nothing(const Ran& ran) { EXPECT_EQ(ran.code, ExitCode::ok) << ran.err; }
  static void expect_caught(const Ran& ran, const std::string& how) {
    EXPECT_EQ(ran.code, ExitCode::integrity) << ran.out << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(how));
  }
  static std::string at(Position position) { return "position " + std::to_string(position) + ": "; }
  // The record as a question shows it: believed, because nobody looked.
  std::string shown(Position position) const {
    const std::string number = std::to_string(position);
    return run({"--store", store_.string(), "events", "--from", number, "--to", number}).out;
  }
  void export_log(const fs::path& store, const fs::path& to) const {
    const Ran ran = run({"--store", store.string(), "export", "log", to.string()});
    ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  }
  std::unique_ptr<NoteSigner> stolen_key() const { return read_log_key(store_ / "keys" / "log.key", key(), {}); }
  static Trust trust() { return {key()}; }
  static VerifierKey key() { return read_public_log_key(honest()); }

  static inline fs::path home_;
  const fs::path store_ = home_ / "store";
};

TEST_F(Attack, NoneIsFoundWhereThereIsNone) {
  expect_opens();
  const Ran ran = verify(with_checkpoint_from(home_ / "backup"));
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.out << ran.err;
  export_log(store_, home_ / "export");
  EXPECT_EQ(check_log(trust(), home_ / "export", {home_ / "backup" / "checkpoint"}).fault, std::nullopt);
  fs::remove_all(home_ / "export");
}

TEST_F(Attack, AByteOfARecordIsCaughtByItsHashInTheTree) {
  auto records = records_of(store_);
  ASSERT_TRUE(replace_text(records[altered - 1], "portal", "portam"));
  put_records(store_, records);
  expect_caught(verify(), at(altered) + "the tile 48 of level 0 has another hash than the records");
  // Control: without it the store opens, and shows what never happened.
  expect_opens();
  EXPECT_THAT(shown(altered), HasSubstr("portam"));
}

TEST_F(Attack, AByteOfATableFileIsCaughtByRocksDbsChecksum) {
  const fs::path largest = largest_table_of(store_, "streams");
  std::string bytes = read_whole_file(largest);
  bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 1);
  replace_file(largest, bytes);
  expect_caught(verify(), "RocksDB says: Corruption: block checksum mismatch");
  // Control: it is the checksum that objects, and nothing before a block is read.
  expect_opens();
}

TEST_F(Attack, AByteOfAnIndexIsCaughtByTheSumOverIt) {
  ASSERT_GT(indexed_to(store_), altered);
  const Position first = alter_index_of_streams(store_);
  expect_caught(verify(), at(first) + "the index of streams does not have it as version");
  expect_opens();  // Control: nobody looks at all of an index.
}

TEST_F(Attack, AByteOfATileIsCaughtByTheRecordsUnderIt) {
  std::string tile = tile_of(store_, 0, 48);
  tile[100] = static_cast<char>(tile[100] ^ 1);
  put_tile(store_, 0, 48, tile);
  expect_caught(verify(), at(48 * 256 + 4) + "the tile 48 of level 0 has another hash than the records");
  expect_opens();  // Control
}

TEST_F(Attack, TwoSwappedEventsAreCaughtByTheirHashes) {
  auto records = records_of(store_);
  std::swap(records[altered - 1], records[altered]);
  // Each says the position and the time of the place where it stands now.
  const std::int64_t earlier = recorded_at_of(records[altered]);
  set_recorded_at(records[altered], recorded_at_of(records[altered - 1]));
  set_recorded_at(records[altered - 1], earlier);
  set_position(records[altered - 1], altered);
  set_position(records[altered], altered + 1);
  put_records(store_, records);
  expect_caught(verify(), at(altered) + "the tile 48");
  expect_opens();  // Control
}

TEST_F(Attack, DroppedEventsAreCaughtByTheCheckpointBesideTheLog) {
  auto records = records_of(store_);
  records.resize(records.size() - 300);
  rewrite_log(store_, records);
  expect_caught(opening(), "the last checkpoint says");
  expect_caught(verify(), at(records.size() + 1) + "the log ends before it, and the checkpoint beside the log says");
  // Control: with an older checkpoint in its place nothing here knows better.
  replace_file(store_ / "checkpoint", read_whole_file(home_ / "backup" / "checkpoint"));
  expect_opens();
  expect_verifies();
}

TEST_F(Attack, DroppedEventsAndTheirCheckpointAreCaughtByOneKeptElsewhere) {
  auto records = records_of(store_);
  const fs::path older = home_ / "backup";
  const Position end = open_checkpoint(read_whole_file(older / "checkpoint"), key())->size;
  records.resize(end);
  rewrite_log(store_, records);
  replace_file(store_ / "checkpoint", read_whole_file(older / "checkpoint"));
  expect_caught(verify(with_checkpoint_from(honest())), at(end + 1) + "the log ends before it");
  export_log(store_, home_ / "export");
  EXPECT_THAT(check_log(trust(), home_ / "export", {honest() / "checkpoint"}).fault.value_or(""), HasSubstr("events are missing"));
  // Control: without it all that is left is whole, and everything says so.
  expect_opens();
  expect_verifies();
  EXPECT_EQ(check_log(trust(), home_ / "export", {}).fault, std::nullopt);
  fs::remove_all(home_ / "export");
}

// RocksDB itself misses a file that its manifest names, until it is made to forget it.
TEST_F(Attack, ADeletedTableFileIsCaughtByRocksDbOrByTheHoleThatItLeaves) {
  std::vector<fs::path> tables;
  for (const auto& entry : fs::directory_iterator(store_ / "log")) {
    if (entry.path().extension() == ".sst") tables.push_back(entry.path());
  }
  std::ranges::sort(tables, {}, [](const fs::path& table) { return fs::file_size(table); });
  fs::remove(tables.back());
  expect_caught(opening(), "cannot open the log: RocksDB says: Corruption");
  expect_caught(verify(), "cannot open the log: RocksDB says: Corruption");
  // Control for RocksDB's own look: repaired, it opens without a word.
  std::vector<std::string> families;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, (store_ / "log").string(), &families).ok());
  ASSERT_TRUE(rocksdb::RepairDB((store_ / "log").string(), rocksdb::Options()).ok());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& family : families) descriptors.emplace_back(family, rocksdb::ColumnFamilyOptions());
  ASSERT_TRUE(rocksdb::DB::OpenForReadOnly({}, (store_ / "log").string(), descriptors, &handles, &db).ok());
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;
  expect_caught(opening(), "the column family events has a hole: the positions ");
}

TEST_F(Attack, AnOlderBackupIsCaughtByTheCheckpointBesideTheLog) {
  for (const char* part : {"log", "head"}) {
    fs::remove_all(store_ / part);
    fs::copy(home_ / "backup" / part, store_ / part, fs::copy_options::recursive);
  }
  expect_caught(opening(), "the last checkpoint says");
  replace_file(store_ / "checkpoint", read_whole_file(home_ / "backup" / "checkpoint"));
  expect_opens();  // Control
}

TEST_F(Attack, AnOlderBackupOfEverythingIsCaughtByACheckpointKeptElsewhere) {
  replace_folder(home_ / "backup", store_);
  expect_caught(verify(with_checkpoint_from(honest())), "the log ends before it");
  expect_opens();  // Control
  expect_verifies();
}

TEST_F(Attack, AHistorySignedAgainWithTheStolenKeyIsCaughtByACheckpointKeptElsewhere) {
  auto records = records_of(store_);
  ASSERT_TRUE(replace_text(records[altered - 1], "portal", "portam"));
  rewrite_log(store_, records);
  sign_log(store_, *stolen_key());
  expect_caught(verify(with_checkpoint_from(home_ / "backup")), at(1) + "the records 1 to ");
  export_log(store_, home_ / "export");
  EXPECT_THAT(check_log(trust(), home_ / "export", {home_ / "backup" / "checkpoint"}).fault.value_or(""), HasSubstr("two histories"));
  // Control: without it the new history is as good as the true one.
  expect_opens();
  expect_verifies();
  EXPECT_EQ(check_log(trust(), home_ / "export", {}).fault, std::nullopt);
  fs::remove_all(home_ / "export");
}

TEST_F(Attack, TwoHistoriesForTwoAuditorsAreCaughtWhenTheyCompareTheirCheckpoints) {
  auto records = records_of(store_);
  ASSERT_TRUE(replace_text(records[altered - 1], "portal", "portam"));
  rewrite_log(store_, records);
  sign_log(store_, *stolen_key());
  const fs::path shown_to_ann = honest() / "checkpoint";
  const fs::path shown_to_ben = home_ / "ben";  // A copy: the export is on record, and makes another one.
  fs::copy_file(store_ / "checkpoint", shown_to_ben);
  EXPECT_THAT(check_checkpoints(trust(), shown_to_ann, shown_to_ben).fault.value_or(""), HasSubstr("two histories"));
  // Control: each of them alone finds nothing.
  export_log(store_, home_ / "export");
  EXPECT_EQ(check_log(trust(), home_ / "export", {shown_to_ben}).fault, std::nullopt);
  fs::remove_all(home_ / "export");
  fs::remove(shown_to_ben);
}

TEST_F(Attack, AClockThatIsSetBackDoesNotTakeTheTimesWithIt) {
  const std::int64_t last = recorded_at_of(records_of(store_).back());
  const auto record_at = [&](std::int64_t ns, const std::string& id) {
    Store store(store_, {.clock = [ns] { return Timestamp{ns}; }});
    const std::string version = "2023-03-" + id;  // The command borrows it.
    Submission submission{.command = {.body = PublishTerms{version}, .type = "publish_terms"}};
    submission.command.request.command_id = id;
    submission.command.request.actor = Principal::officer("agency");
    submission.command.content = {1};
    EXPECT_EQ(store.sequencer().ask(std::move(submission)).status, Answer::Status::accepted);
    store.close();
    return recorded_at_of(records_of(store_).back());
  };
  EXPECT_GE(record_at(last - 3'600'000'000'000, "01"), last);
  expect_verifies();
  // Control: it is the clock that is taken where it has not gone back.
  EXPECT_EQ(record_at(last + 3'600'000'000'000, "02"), last + 3'600'000'000'000);
}

TEST_F(Attack, AnEarlierTimeInASignedHistoryIsCaughtByTheOrderOfTimes) {
  auto records = records_of(store_);
  set_recorded_at(records[altered - 1], recorded_at_of(records[altered - 2]) - 1);
  rewrite_log(store_, records);
  sign_log(store_, *stolen_key());
  expect_caught(verify(), at(altered) + "it was recorded before the one before it");
  // Control: an opening, which does not compare all times, has nothing to object.
  expect_opens();
  // What remains: between its neighbours a time is the word of who has the key.
  set_recorded_at(records[altered - 1], recorded_at_of(records[altered - 2]));
  rewrite_log(store_, records);
  sign_log(store_, *stolen_key());
  expect_verifies();
}

// With the epoch key, since without it no wrapped key can be made. tests/events/vault/seal_test.cpp has the control: two keys, chosen
// together, under which AES-GCM alone opens one ciphertext to two texts.
TEST_F(Attack, AnotherKeyForAnAccountIsCaughtByTheSealsKeyCommitment) {
  const std::vector<WordVector> records = records_of(store_);
  Position sealed = 0;
  AccountId account{};
  for (Position position = 1; position <= 30 && sealed == 0; ++position) {
    RecordReader record{RecordWords(records[position - 1])};
    if (!record.event().getFact().isSubordinateCreated()) continue;
    sealed = position;
    account = account_id_of(record.event());
  }
  ASSERT_NE(sealed, 0u);
  const std::vector<std::string> ask{"--store", store_.string(),        "events", "--open",
                                     "--from",  std::to_string(sealed), "--to",   std::to_string(sealed)};
  EXPECT_THAT(run(ask).out, HasSubstr("John"));
  {
    RocksVaultStore vault(store_ / "vault", {});
    const std::string key{vault_format::Key::account(account).text()};
    std::string entry = vault.get(key).value();
    const Wrapped wrapped = KeyWrapper(read_epoch_key(store_ / "keys" / "epoch.key")).wrap(AccountKey::random(), account.bytes());
    std::ranges::copy(text_of(wrapped), entry.begin());
    StoreWrites writes;
    writes.put(key, entry);
    vault.write(writes);
    vault.close();
  }
  const Ran ran = run(ask);
  expect_caught(ran, "does not open: commitment_mismatch");
  EXPECT_THAT(ran.out, testing::Not(HasSubstr("John")));
}

TEST_F(Attack, ACheckpointSignedWithAnUnknownKeyIsCaughtByTheLogsPublicKey) {
  SeedSigner stranger("example.com/audit", 7);
  sign_log(store_, stranger);
  expect_caught(opening(), "no checkpoint that the log's key signed: key_unknown");
  // Control: once the public key beside it is the stranger's too, the store has nothing to object.
  replace_file(store_ / "log.vkey", stranger.key().text() + "\n");
  remove_kept_checkpoints(store_);
  expect_opens();
  expect_verifies();
  // Whoever knows the key does.
  expect_caught(verify({"--log-key", key().text()}), "--log-key is another");
  EXPECT_THAT(check_checkpoints(trust(), store_ / "checkpoint", store_ / "checkpoint").fault.value_or(""), HasSubstr("key_unknown"));
}

// With the log's key stolen, and another made.
TEST_F(Attack, AKeyRotationThatNobodyRecordedIsCaughtByTheLog) {
  const VerifierKey next = create_log_key(home_ / "next.key", "example.com/audit");
  const auto signer = read_log_key(home_ / "next.key", next, {});
  sign_log(store_, *signer);
  KeyChain keys(key());
  keys.append(40'000, key(), next);
  write_public_log_keys(store_, keys);
  expect_caught(opening(), "the log does not record that its key was rotated so often");
  expect_caught(verify(), "the log does not record that its key was rotated so often");
  // Control: that there was another key before is what the log objects to, and nothing else of it.
  write_public_log_keys(store_, KeyChain(next));
  expect_opens();
  fs::remove(home_ / "next.key");
}

// Whoever can rewrite the log, and has not the former key, can record the rotation too.
TEST_F(Attack, AKeyRotationThatTheFormerKeyDidNotSignIsCaughtByTheKeyKnownElsewhere) {
  ASSERT_EQ(run({"--store", store_.string(), "keys", "rotate", "--both-days", "0"}).code, ExitCode::ok);
  export_log(store_, home_ / "export");
  EXPECT_EQ(check_log(trust(), home_ / "export", {}).fault, std::nullopt) << "control: this one it did sign";
  expect_caught_nothing(verify({"--log-key", key().text()}));
  // The same rotation, with the former key's word taken out everywhere.
  const VerifierKey next = read_public_log_key(store_);
  const auto signer = read_log_key(store_ / "keys" / "log.key", next, {});
  sign_log(store_, *signer);
  remove_kept_checkpoints(store_);
  expect_opens();
  expect_caught(verify({"--log-key", key().text()}), "no checkpoint shows that the key before it signed that");
  fs::remove_all(home_ / "export" / "rotations");
  EXPECT_THAT(check_log(trust(), home_ / "export", {}).fault.value_or(""),
              HasSubstr("nothing shows that a key that is trusted signed that"));
  fs::remove_all(home_ / "export");
}

// The files that the older events were moved to.
class ArchiveAttack : public Attack {
 protected:
  ArchiveAttack() {
    fs::remove_all(archive_);
    const Ran ran = run({"--store", store_.string(), "archive", archive_.string(), "--to", std::to_string(2 * early_end)});
    EXPECT_THAT(ran.err, HasSubstr("moved positions 1 to ")) << "the earlier checkpoint covers more than early_end";
    EXPECT_THAT(shown(altered), HasSubstr("portal"));
    expect_verifies();
  }
  ~ArchiveAttack() override { fs::remove_all(archive_); }

  // The bundle that has the record that is altered, and its tile.
  static constexpr std::uint64_t index_ = (altered - 1) / tile_width;
  fs::path bundle(std::uint64_t index = index_) const { return archive_ / TilePath{std::nullopt, index, tile_width}.text(); }
  std::string altered_bundle() const {
    std::string bytes = read_whole_file(bundle());
    std::size_t at = 0;
    for (Position before = index_ * tile_width + 1; before < altered; ++before)
      at += 2 + static_cast<unsigned char>(bytes[at]) * 256U + static_cast<unsigned char>(bytes[at + 1]);
    const std::size_t text = bytes.find("portal", at);
    EXPECT_NE(text, std::string::npos);
    return bytes.replace(text, 6, "portam");
  }
  // Somebody who has the log's database too makes the tile right again.
  void put_tile_of(const std::string& bundle_bytes) const {
    LeafHasher hasher;
    std::string tile;
    const auto records = bundled_records(bundle_bytes);
    for (const ByteSpan record : records.value()) tile += text_of(hasher.leaf_hash(record));
    put_tile(store_, 0, index_, tile);
  }
  Ran reading() const {
    const std::string number = std::to_string(altered);
    return run({"--store", store_.string(), "events", "--from", number, "--to", number});
  }

  const fs::path archive_ = home_ / "archive";
};

TEST_F(ArchiveAttack, AByteOfAnArchivedRecordIsCaughtByItsHashInTheLogsTile) {
  replace_file(bundle(), altered_bundle());
  expect_caught(reading(), bundle().string());
  expect_caught(verify(), "has another record there than the log's tree");
  // Control: with the tile made right too, whoever reads believes it; verification does not, for the tile above it has another hash.
  put_tile_of(read_whole_file(bundle()));
  EXPECT_THAT(shown(altered), HasSubstr("portam"));
  expect_caught(verify(), "the tile ");
}

TEST_F(ArchiveAttack, AnArchiveFileThatIsMissingIsCaughtByWhoeverReadsThere) {
  const std::string bytes = read_whole_file(bundle());
  fs::remove(bundle());
  expect_caught(reading(), bundle().string());
  expect_caught(verify(), bundle().string());
  // Control: it is that file that is missed, and nothing else.
  expect_opens();
  replace_file(bundle(), bytes);
  expect_verifies();
}

TEST_F(ArchiveAttack, TwoSwappedArchiveFilesAreCaughtByTheHashesInTheLogsTiles) {
  const std::string bytes = read_whole_file(bundle());
  replace_file(bundle(), read_whole_file(bundle(index_ + 1)));
  replace_file(bundle(index_ + 1), bytes);
  expect_caught(reading(), bundle().string());
  expect_caught(verify(), bundle().string());
  // Control: both are what an archive has, and swapped back nothing is wrong.
  replace_file(bundle(index_ + 1), read_whole_file(bundle()));
  replace_file(bundle(), bytes);
  expect_verifies();
}

// By the archive alone, without its store.
TEST_F(ArchiveAttack, AnArchiveThatWasAlteredIsCaughtByMunimentVerify) {
  EXPECT_EQ(check_log(trust(), archive_, {}).fault, std::nullopt) << "control";
  replace_file(bundle(), altered_bundle());
  EXPECT_THAT(check_log(trust(), archive_, {}).fault.value_or(""), HasSubstr("048: the tile is not that of the records"));
}

}  // namespace
}  // namespace muniment
