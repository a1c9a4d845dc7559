// A log whose first records are in an archive: it reads them there as if they were its own, and takes nothing else for them.
#include "events/log/archived_records.h"

#include "events/log/keys.h"
#include "tests/events/log/archive_files.h"
#include "tests/events/log/rocks_fixture.h"
#include "tests/events/log/tampering.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const auto tell_nobody = [](Position) {};
const auto do_nothing = [] {};

class ArchivedRecordsTest : public RocksLogTest {
 protected:
  ArchivedRecordsTest() { index_run_records_ = 100; }

  RocksLogOptions with_archive() const {
    RocksLogOptions out = options();
    out.archive = archive_;
    return out;
  }
  // 1,000 records, in chunks of many sizes.
  std::unique_ptr<RocksLog> make_log() {
    auto log = RocksLog::create(options());
    append(*log, {1, 70, 3, 300, 2, 1, 494, 129});
    return log;
  }
  void move(RocksLog& log, Position last) {
    write_bundles(log, last, archive_);
    log.move_to_archive(archive_, last, tell_nobody, do_nothing);
  }
  // The log with its first 768 records in the archive, closed.
  void make_archived_log() {
    const auto log = make_log();
    move(*log, 768);
    log->close();
  }
  static Position first_in_database(const RocksLogOptions& options) {
    const RocksStore store(options, OpenFor::reading);
    const std::unique_ptr<rocksdb::Iterator> it(store.db().NewIterator({}, store.family(Family::events)));
    it->SeekToFirst();
    return it->Valid() ? position_of_chunk_key(view(it->key())) : 0;
  }
  void flip(const fs::path& file, std::size_t at) {
    std::string bytes = read_file(file);
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    write_file(file, bytes);
  }
  static void read_all(const EventLog& log, Position from = 1) {
    log.read(0, from, log.head(0).position, [](Position, RecordWords) { return true; });
  }
  // Reading stops there, and says which file it is; what the database still has is read.
  void expect_refused(std::uint64_t bundle, const std::string& what) {
    const auto log = RocksLog::open(with_archive());
    EXPECT_THAT([&] { read_all(*log); },
                ThrowsMessage<LogDamaged>(AllOf(HasSubstr(bundle_in(archive_, bundle).string()), HasSubstr(what))));
    read_all(*log, 769);
    log->close();
    const LogVerified verified = verify_log(with_archive(), {.threads = 1});
    ASSERT_TRUE(verified.fault);
    EXPECT_EQ(verified.fault->position, bundle * tile_width + 1);
    EXPECT_THAT(verified.fault->what, HasSubstr(what));
  }

  fs::path archive_ = folder_ / "archive";
};

TEST_F(ArchivedRecordsTest, AreReadByPositionByStreamAndByCommandAsBefore) {
  {
    const auto log = make_log();
    move(*log, 768);
    EXPECT_EQ(log->archived(), 768u);
    expect_holds(*log, 1000);
    log->close();
  }
  const auto log = RocksLog::open(with_archive());
  EXPECT_EQ(log->archived(), 768u);
  expect_holds(*log, 1000);
  append(*log, {60});
  expect_holds(*log, 1060);
}

TEST_F(ArchivedRecordsTest, AreNotInTheDatabaseAnyMore) {
  make_log()->close();
  EXPECT_EQ(first_in_database(options()), 1u);
  const auto log = RocksLog::open(options());
  const auto bytes_of_events = [&] { return log->sizes().at(static_cast<std::size_t>(Family::events)).file_bytes; };
  const std::uint64_t before = bytes_of_events();
  move(*log, 768);
  EXPECT_LT(bytes_of_events(), before / 2);
  log->close();
  EXPECT_GT(first_in_database(with_archive()), 768u - 64);
}

TEST_F(ArchivedRecordsTest, AreThereAfterAKill) {
  {
    const auto log = make_log();
    move(*log, 512);
    wait_for_head(1000);
  }
  const auto log = RocksLog::open(with_archive());
  EXPECT_FALSE(log->was_closed_cleanly());
  expect_holds(*log, 1000);
}

TEST_F(ArchivedRecordsTest, LeaveThoseBehindThemThatAreInOneChunkWithTheLast) {
  const auto log = RocksLog::create(options());
  append(*log, {200, 60});  // The last chunk has 201 to 260, and is the last one in its file.
  const RocksStore& store = log->store();
  ASSERT_TRUE(store.db().Flush({}, store.family(Family::events)).ok());
  ASSERT_TRUE(store.db().CompactRange({}, store.family(Family::events), nullptr, nullptr).ok());
  append(*log, {100});
  move(*log, 256);
  expect_holds(*log, 360);
  log->close();
  EXPECT_EQ(first_in_database(with_archive()), 201u);
}

TEST_F(ArchivedRecordsTest, BecomeMoreAndChunksAreMergedBehindThem) {
  const auto log = RocksLog::create(options());
  append(*log, std::vector<std::size_t>(200, 3));
  move(*log, 256);
  append(*log, std::vector<std::size_t>(100, 3));
  log->merge_small_chunks();
  expect_holds(*log, 900);
  move(*log, 768);
  expect_holds(*log, 900);
  log->merge_small_chunks();
  log->close();
  const LogVerified verified = verify_log(with_archive(), {.threads = 2});
  EXPECT_FALSE(verified.fault) << verified.fault->what;
  EXPECT_EQ(verified.head, heads_.at(900));
}

TEST_F(ArchivedRecordsTest, MayBeAllThatTheLogHas) {
  {
    const auto log = RocksLog::create(options());
    append(*log, {256});
    move(*log, 256);
    log->close();
  }
  const auto log = RocksLog::open(with_archive());
  expect_holds(*log, 256);
  append(*log, {1});
  expect_holds(*log, 257);
}

TEST_F(ArchivedRecordsTest, AreVerifiedWithTheRest) {
  make_archived_log();
  const std::vector<KnownRoot> roots{{heads_.at(374), "one within"}, {heads_.at(871), "one behind"}};
  const LogVerified verified = verify_log(with_archive(), {.threads = 2, .roots = roots});
  EXPECT_FALSE(verified.fault) << verified.fault->what;
  EXPECT_EQ(verified.head, heads_.at(1000));
  EXPECT_EQ(verified.tiles, 3u);
  EXPECT_EQ(verified.roots, 3u);
}

TEST_F(ArchivedRecordsTest, AreReadWhereTheyWereMovedTo) {
  {
    const auto log = make_log();
    move(*log, 768);
    archive_ = folder_ / "elsewhere";
    write_bundles(*log, 768, archive_);
    fs::remove_all(folder_ / "archive");
    log->move_to_archive(archive_, 768, tell_nobody, do_nothing);
    expect_holds(*log, 1000);
    log->close();
  }
  expect_holds(*RocksLog::open(with_archive()), 1000);
}

TEST_F(ArchivedRecordsTest, AreNotTakenFromAFileWithAnotherByte) {
  make_archived_log();
  flip(bundle_in(archive_, 1), 100);
  expect_refused(1, "has another record there than the log's tree");
}

TEST_F(ArchivedRecordsTest, AreNotTakenFromAFileThatWasCutOff) {
  make_archived_log();
  fs::resize_file(bundle_in(archive_, 2), 1000);
  expect_refused(2, "has not the 256 records that it had");
}

TEST_F(ArchivedRecordsTest, AreNotTakenFromAnotherBundle) {
  make_archived_log();
  fs::copy_file(bundle_in(archive_, 1), bundle_in(archive_, 0), fs::copy_options::overwrite_existing);
  expect_refused(0, "has another record there than the log's tree");
}

TEST_F(ArchivedRecordsTest, AreMissedWhereAFileOrTheFolderIsGone) {
  make_archived_log();
  fs::remove(bundle_in(archive_, 1));
  expect_refused(1, "cannot be read");
  fs::remove_all(archive_);
  expect_refused(0, "cannot be read");
  EXPECT_THAT([&] { read_all(*RocksLog::open(options())); }, ThrowsMessage<LogDamaged>(HasSubstr("nothing says where that is")));
}

TEST_F(ArchivedRecordsTest, HaveNoChunkBehindThemThatLiesUnderAnother) {
  make_archived_log();
  {
    RocksStore store(with_archive(), OpenFor::writing);
    EXPECT_LT(position_of_chunk_key(chunk_of(store, 769)), 769u);
    shadow(store, 769, 775);
    store.flush();
  }
  const LogVerified verified = verify_log(with_archive(), {.threads = 1});
  ASSERT_TRUE(verified.fault);
  EXPECT_EQ(verified.fault->position, 769u);
  EXPECT_THAT(verified.fault->what, HasSubstr("lies before it"));
}

TEST_F(ArchivedRecordsTest, AreNotTakenFromTheChunkBehindThem) {
  make_archived_log();
  {
    RocksStore store(with_archive(), OpenFor::writing);
    flip_in_record(store, 768);  // As it still stands before 769.
    store.flush();
  }
  const auto log = RocksLog::open(with_archive());
  expect_holds(*log, 1000);
}

TEST_F(ArchivedRecordsTest, StayInTheDatabaseWhereTheFilesAreNotRight) {
  const auto log = make_log();
  write_bundles(*log, 768, archive_);
  flip(bundle_in(archive_, 2), 5000);
  bool was_told = false;
  EXPECT_THAT([&] { log->move_to_archive(archive_, 768, tell_nobody, [&] { was_told = true; }); },
              ThrowsMessage<LogDamaged>(HasSubstr(bundle_in(archive_, 2).string())));
  EXPECT_FALSE(was_told);
  EXPECT_EQ(log->archived(), 0u);
  expect_holds(*log, 1000);
  log->close();
  EXPECT_EQ(first_in_database(options()), 1u);
}

TEST_F(ArchivedRecordsTest, StayInTheDatabaseWhereWhoeverIsToldSaysNo) {
  const auto log = make_log();
  write_bundles(*log, 768, archive_);
  EXPECT_THROW(log->move_to_archive(archive_, 768, tell_nobody, [] { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_EQ(log->archived(), 0u);
  expect_holds(*log, 1000);
}

}  // namespace
}  // namespace muniment
