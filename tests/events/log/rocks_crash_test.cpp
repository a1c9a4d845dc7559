// What a crash, a cut or a change leaves behind is either the whole log or a refusal that names what is missing, with the files as they
// were. Every refusal has a control: without what the durable head says, the same files open without a word.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <random>
#include <system_error>

#include "events/log/keys.h"
#include "events/log/rocks_index.h"
#include "events/log/rocks_store.h"
#include "tests/events/log/rocks_fixture.h"
#include "tests/events/log/write_ahead_log.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

// A log of ten groups of five events, whose process stopped without closing it: one write-ahead log with ten records.
class RocksCrash : public RocksLogTest {
 protected:
  static constexpr Position last = 50;

  RocksCrash() {
    RocksLog::create(options())->close();
    const auto log = RocksLog::open(options());
    append(*log, std::vector<std::size_t>(10, 5));
    wait_for_head(last);
  }

  // The one write-ahead log with something in it.
  std::filesystem::path wal() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(options().folder)) {
      if (entry.path().extension() == ".log" && entry.file_size() > 0) found.push_back(entry.path());
    }
    EXPECT_EQ(found.size(), 1u);
    return found.at(0);
  }
  std::vector<WalRecord> records() const { return wal_records(read_file(wal())); }

  // Starts log_child on the log, with this as its standard output.
  pid_t start(std::string work, int output) const {
    std::string program = built_program("tests/events/log/log_child");
    std::string folder = options().folder.string();
    std::string head_file = options().head_file.string();
    std::string run_records = std::to_string(index_run_records_);
    const std::array<char*, 6> argv{program.data(), work.data(), folder.data(), head_file.data(), run_records.data(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    pid_t child = -1;
    const int error = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::system_error(error, std::generic_category(), program);
    return child;
  }

  // A durable head that says this position instead.
  void set_head(const LogHead& head) const {
    std::filesystem::remove(options().head_file);
    DurableHeadFile::create(options().head_file, 0);
    DurableHeadFile(options().head_file, 0).write(head, false);
  }

  // Opening is refused in these words, and neither the log nor the head's file is touched.
  template <typename Words>
  void expect_refused(const Words& words, const RocksLogOptions& with) const {
    const Files before = files_of(with.folder);
    const std::string head_before = read_file(with.head_file);
    for (int times = 0; times < 2; ++times) {
      EXPECT_THAT([&] { RocksLog::open(with); }, ThrowsMessage<LogDamaged>(words));
      EXPECT_TRUE(files_of(with.folder) == before) << "the refused open changed a file";
      EXPECT_EQ(read_file(with.head_file), head_before);
    }
  }
  // The log, cut after its first `count` events, is refused; with a durable head that says no more than that it opens.
  void expect_refused_as_cut(Position count) {
    expect_refused(AllOf(HasSubstr(fmt::format("the log ends at position {}; the durable head says {}: positions {} to {} are missing",
                                               count, last, count + 1, last)),
                         HasSubstr("Nothing was changed")),
                   options());
    set_head(heads_.at(count));
    expect_holds(*RocksLog::open(options()), count);
  }
};

TEST_F(RocksCrash, LosesNothing) {
  ASSERT_EQ(records().size(), 10u);
  const auto log = RocksLog::open(options());
  EXPECT_FALSE(log->was_closed_cleanly());
  expect_holds(*log, last);
  append(*log, {5});
  expect_holds(*log, last + 5);
}

TEST_F(RocksCrash, RefusesALogCutAtARecordsBoundary) {
  std::filesystem::resize_file(wal(), records().at(8).begin);
  expect_refused_as_cut(40);
}

TEST_F(RocksCrash, RefusesALogCutInTheMiddleOfARecord) {
  const WalRecord record = records().at(8);
  std::filesystem::resize_file(wal(), (record.begin + record.end) / 2);
  expect_refused_as_cut(40);
}

TEST_F(RocksCrash, RefusesALogWithAFlippedBit) {
  const WalRecord record = records().at(4);
  std::string bytes = read_file(wal());
  char& byte = bytes[(record.begin + record.end) / 2];
  byte = static_cast<char>(byte ^ 0x10);
  write_file(wal(), bytes);
  expect_refused_as_cut(20);
}

TEST_F(RocksCrash, RefusesALogWithZerosInsteadOfARecord) {
  const WalRecord record = records().at(4);
  std::string bytes = read_file(wal());
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(record.begin), bytes.begin() + static_cast<std::ptrdiff_t>(record.end), '\0');
  write_file(wal(), bytes);
  expect_refused_as_cut(20);
}

// RocksDB skips zeros up to the next block and goes on there.
TEST_F(RocksCrash, RefusesALogWithZerosBeforeWhatCanBeReadAgain) {
  {
    const auto log = RocksLog::open(options());
    append(*log, std::vector<std::size_t>(100, 5));
    wait_for_head(last + 500);
  }
  const std::vector<WalRecord> all = records();
  ASSERT_GT(all.back().end, 2 * std::size_t{32'768}) << "there is no block behind";
  std::string bytes = read_file(wal());
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(all.at(4).begin), bytes.begin() + static_cast<std::ptrdiff_t>(all.at(4).end), '\0');
  write_file(wal(), bytes);
  expect_refused(HasSubstr("missing"), options());
}

TEST_F(RocksCrash, RefusesALogWithoutItsWriteAheadLog) {
  std::filesystem::remove(wal());
  expect_refused_as_cut(0);
}

TEST_F(RocksCrash, RefusesALogThatLacksItsLastEventAlone) {
  std::filesystem::resize_file(wal(), records().at(9).begin);
  set_head(heads_.at(last));
  expect_refused(HasSubstr("positions 46 to 50 are missing"), options());
}

// A power cut may leave a part of the write that was under way: nobody was told that it succeeded.
TEST_F(RocksCrash, OpensALogWithATornTailBeyondTheDurableHead) {
  {
    const auto log = RocksLog::open(options());
    append(*log, {5, 5});
    wait_for_head(last + 10);
  }
  const WalRecord torn = records().back();
  std::filesystem::resize_file(wal(), torn.end - 1);
  expect_refused(HasSubstr("the log ends at position 55; the durable head says 60: positions 56 to 60 are missing"), options());
  set_head(heads_.at(last + 5));
  expect_holds(*RocksLog::open(options()), last + 5);
}

TEST_F(RocksCrash, OpensALogWithRubbishBehindItsLastWrite) {
  std::mt19937 random(3);
  std::string bytes = read_file(wal());
  for (int i = 0; i < 1'000; ++i) bytes.push_back(static_cast<char>(random()));
  write_file(wal(), bytes);
  expect_holds(*RocksLog::open(options()), last);
}

TEST_F(RocksCrash, OpensALogThatIsAheadOfTheDurableHead) {
  set_head(heads_.at(25));
  const auto log = RocksLog::open(options());
  expect_holds(*log, last);
  wait_for_head(last);
}

TEST_F(RocksCrash, RefusesAnOlderLog) {
  LogHead ahead = heads_.at(last);
  ahead.position = 51;
  set_head(ahead);
  expect_refused(HasSubstr("the log ends at position 50; the durable head says 51: position 51 is missing"), options());
}

TEST_F(RocksCrash, RefusesALogWithOtherRecords) {
  LogHead other = heads_.at(35);
  other.root[0] ^= 1;
  set_head(other);
  expect_refused(HasSubstr("the records 1 to 35 are not those that the durable head covers"), options());
  set_head(heads_.at(35));
  expect_holds(*RocksLog::open(options()), last);
}

TEST_F(RocksCrash, RefusesALogThatEndsBeforeTheCheckpoint) {
  RocksLogOptions with = options();
  with.checkpoint = LogHead{60, {}};
  expect_refused(HasSubstr("the log ends at position 50; the last checkpoint says 60: positions 51 to 60 are missing"), with);
}

TEST_F(RocksCrash, RefusesALogThatDoesNotContainTheCheckpoint) {
  RocksLogOptions with = options();
  with.checkpoint = heads_.at(30);
  with.checkpoint->root[5] ^= 1;
  expect_refused(HasSubstr("the records 1 to 30 are not those that the last checkpoint covers"), with);
  with.checkpoint = heads_.at(30);
  expect_holds(*RocksLog::open(with), last);
}

// An index that knows more than the log would give positions a second meaning.
TEST_F(RocksCrash, RefusesALogThatEndsBeforeItsIndex) {
  {
    RocksStore store(options(), OpenFor::writing);
    rocksdb::WriteBatch batch;
    std::string key{log_format::meta_indexed};
    put_u16be(key, 0);
    std::string value;
    put_u64be(value, last + 3);
    ASSERT_TRUE(batch.Put(store.family(Family::meta), slice(key), slice(value)).ok());
    store.write(batch);
  }
  expect_refused(HasSubstr("the log ends at position 50; its index says 53: positions 51 to 53 are missing"), options());
}

TEST_F(RocksCrash, RefusesALogWithoutADurableHead) {
  std::filesystem::remove(options().head_file);
  EXPECT_THAT([&] { RocksLog::open(options()); }, ThrowsMessage<LogDamaged>(HasSubstr("the durable head is missing")));
  write_file(options().head_file, std::string(8'192, '\0'));
  expect_refused(HasSubstr("the durable head is damaged, in both of its sectors"), options());
}

TEST_F(RocksCrash, RefusesADurableHeadWithoutALog) {
  std::filesystem::remove_all(options().folder);
  EXPECT_THAT([&] { RocksLog::open(options()); }, ThrowsMessage<LogDamaged>(HasSubstr("there is no log; the durable head")));
}

// The database was made anew, or another one was put in its place.
TEST_F(RocksCrash, RefusesAnEmptyLogInPlaceOfTheOld) {
  RocksLog::create(options_of("other", "other-head"))->close();
  RocksLogOptions with = options();
  with.folder = folder_ / "other";
  expect_refused(HasSubstr("the log ends at position 0; the durable head says 50: positions 1 to 50 are missing"), with);
}

TEST_F(RocksCrash, RefusesTheTableFileThatIsMissing) {
  RocksLog::open(options())->close();
  for (const auto& [name, bytes] : files_of(options().folder)) {
    if (name.ends_with(".sst")) std::filesystem::remove(options().folder / name);
  }
  expect_refused(HasSubstr("cannot open the log"), options());
}

TEST_F(RocksCrash, SurvivesACrashWhileItOpens) {
  for (int times = 0; times < 3; ++times) {
    const pid_t child = start("open", STDOUT_FILENO);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  expect_holds(*RocksLog::open(options()), last);
}

// A crash while a run of the index is taken in leaves its file under two names. Writing the next run over the one would destroy the other.
TEST_F(RocksCrash, KeepsATableFileThatHasTheNameOfARunAsWell) {
  index_run_records_ = 20;
  RocksLog::open(options())->close();
  for (const auto& [name, bytes] : files_of(options().folder)) {
    if (!name.ends_with(".sst")) continue;
    const auto log = RocksLog::open(options());
    std::filesystem::create_hard_link(options().folder / name, options().folder / "streams.run");
    std::filesystem::create_hard_link(options().folder / name, options().folder / "commands.run");
    const auto whole = folder_ / "whole";
    std::filesystem::create_hard_link(options().folder / name, whole);
    append(*log, {20, 20});
    log->close();
    EXPECT_EQ(read_file(whole), bytes) << name;
    std::filesystem::remove(whole);
  }
  expect_holds(*RocksLog::open(options()), source_.records().size());
}

// A process that is killed at any moment has lost nothing that append() returned for.
TEST_F(RocksCrash, KeepsWhatAKilledProcessWasTold) {
  std::mt19937 random(7);
  Position told = last;
  index_run_records_ = 100;
  for (int times = 0; times < 15; ++times) {
    int answers[2];
    ASSERT_EQ(::pipe2(answers, O_CLOEXEC), 0);
    const pid_t child = start("write", answers[1]);
    ::close(answers[1]);
    Position position = 0;
    ASSERT_EQ(::read(answers[0], &position, sizeof position), static_cast<ssize_t>(sizeof position)) << "the child did nothing";
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    ::kill(child, SIGKILL);
    for (told = position; ::read(answers[0], &position, sizeof position) == sizeof position;) told = position;
    ::close(answers[0]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);

    const auto log = RocksLog::open(options());
    const Position found = log->head(0).position;
    ASSERT_GE(found, told);
    while (source_.records().size() < found) source_.group(1);
    expect_holds(*log, found);
  }
}

// Damage that no opening sees, deep in the log: the read that comes upon it says so.
class RocksDamage : public RocksLogTest {
 protected:
  static constexpr std::size_t deep = 70'000;

  void build(std::size_t count) {
    const auto log = RocksLog::create(options());
    while (source_.records().size() < count) append(*log, {std::min<std::size_t>(count - source_.records().size(), 1'000)});
    log->close();
  }
  void change(Family family, const std::string& key, const std::optional<std::string>& value) const {
    RocksStore store(options(), OpenFor::writing);
    rocksdb::WriteBatch batch;
    if (value) {
      ASSERT_TRUE(batch.Put(store.family(family), slice(key), slice(*value)).ok());
    } else {
      ASSERT_TRUE(batch.Delete(store.family(family), slice(key)).ok());
    }
    store.write(batch);
    store.flush();
  }
  std::string value_of(Family family, const std::string& key) const {
    return RocksStore(options(), OpenFor::reading).get(family, key).value();
  }
  static void read_all(const RocksLog& log) {
    log.read(0, 1, log.head(0).position, [](Position, RecordWords) { return true; });
  }
};

TEST_F(RocksDamage, OfAHoleNearTheEndIsRefusedAtOpening) {
  build(1'000);
  change(Family::events, chunk_key(0, 129), std::nullopt);
  EXPECT_THAT([&] { RocksLog::open(options()); }, ThrowsMessage<LogDamaged>(HasSubstr("the positions 129 to 192 are missing")));
}

TEST_F(RocksDamage, OfAHoleDeepInTheLogIsFoundByReading) {
  build(deep);
  change(Family::events, chunk_key(0, 129), std::nullopt);
  const auto log = RocksLog::open(options());
  EXPECT_THAT([&] { read_all(*log); },
              ThrowsMessage<LogDamaged>(AllOf(HasSubstr("partition 0, position 129: the column family events has a hole"),
                                              HasSubstr("the positions 129 to 192 are missing"))));
  EXPECT_THAT([&] { log->find_command(0, Principal::submitter("portal"), "c150"); },
              ThrowsMessage<LogDamaged>(HasSubstr("the positions 129 to 192 are missing")));
  EXPECT_NO_THROW(log->find_command(0, Principal::submitter("portal"), "c128"));
}

TEST_F(RocksDamage, OfAChunkIsFoundByReading) {
  build(deep);
  std::string chunk = value_of(Family::events, chunk_key(0, 129));
  chunk[4] = static_cast<char>(chunk[4] + 1);
  change(Family::events, chunk_key(0, 129), chunk);
  const auto log = RocksLog::open(options());
  EXPECT_THAT([&] { read_all(*log); }, ThrowsMessage<LogDamaged>(AllOf(HasSubstr("partition 0, position 129: the column family events has"),
                                                                       HasSubstr("another size than its chunk"))));
}

TEST_F(RocksDamage, OfAChunkUnderAnotherKeyIsFoundByReading) {
  build(deep);
  change(Family::events, chunk_key(0, 129), value_of(Family::events, chunk_key(0, 193)));
  const auto log = RocksLog::open(options());
  EXPECT_THAT([&] { read_all(*log); }, ThrowsMessage<LogDamaged>(HasSubstr("a record that says its position is 193 where 129 should be")));
}

TEST_F(RocksDamage, OfARecordThatChangedIsSeenInTheRoot) {
  build(1'000);
  std::string chunk = value_of(Family::events, chunk_key(0, 961));
  chunk.back() = static_cast<char>(chunk.back() ^ 1);
  change(Family::events, chunk_key(0, 961), chunk);
  EXPECT_THAT([&] { RocksLog::open(options()); },
              ThrowsMessage<LogDamaged>(HasSubstr("the records 1 to 1000 are not those that the durable head covers")));
}

TEST_F(RocksDamage, OfATileIsRefusedAtOpening) {
  build(1'000);
  const std::string tile = value_of(Family::tiles, tile_key(0, 0, 1));
  change(Family::tiles, tile_key(0, 0, 1), std::nullopt);
  EXPECT_THAT([&] { RocksLog::open(options()); }, ThrowsMessage<LogDamaged>(HasSubstr("no tile at level 0, index 1")));
  change(Family::tiles, tile_key(0, 0, 1), tile.substr(1));
  EXPECT_THAT([&] { RocksLog::open(options()); }, ThrowsMessage<LogDamaged>(HasSubstr("a damaged tile at level 0, index 1")));
  change(Family::tiles, tile_key(0, 0, 1), tile);
  EXPECT_NO_THROW(RocksLog::open(options()));
}

TEST_F(RocksDamage, OfTheIndexIsFoundByReading) {
  index_run_records_ = 500;
  build(1'000);
  const StreamName name = sample::provider(1);
  const std::string key = stream_entry_key(0, stream_key(name), 1);
  const std::string entry = value_of(Family::streams, key);
  const auto read_stream = [&] {
    const auto log = RocksLog::open(options());
    log->read_stream(0, name, 1, [](Position, RecordWords) { return true; });
  };
  EXPECT_NO_THROW(read_stream());
  std::string shifted = entry;
  shifted[0] = static_cast<char>(shifted[0] + 1);
  change(Family::streams, key, shifted);
  EXPECT_THAT(read_stream, ThrowsMessage<LogDamaged>(HasSubstr("the index names it for provider:000000001A, and it is not of that")));
  change(Family::streams, key, entry.substr(0, entry.size() - 1));
  EXPECT_THAT(read_stream, ThrowsMessage<LogDamaged>(HasSubstr("the index lacks the version")));
  change(Family::streams, key, "");
  EXPECT_THAT(read_stream,
              ThrowsMessage<LogDamaged>(HasSubstr("the column family streams has no position for provider:000000001A from version 1")));
}

TEST_F(RocksDamage, OfACommandsEntryIsFoundByLookingItUp) {
  index_run_records_ = 500;
  build(1'000);
  std::string name;
  put_command_name(schema::PrincipalKind::SUBMITTER, "portal", "c7", name);
  const std::string key = command_key(0, command_digest(name));
  std::string eight;
  put_u64be(eight, 8);
  const auto find = [&] { return RocksLog::open(options())->find_command(0, Principal::submitter("portal"), "c7"); };
  EXPECT_EQ(find(), Position{7});
  change(Family::commands, key, eight);
  EXPECT_THAT(find, ThrowsMessage<LogDamaged>(HasSubstr("position 8: a record that does not fit")));
  change(Family::commands, key, "x");
  EXPECT_THAT(find, ThrowsMessage<LogDamaged>(HasSubstr("commands has a value of 1 bytes")));
}

TEST_F(RocksDamage, OfAnyTableFileIsFound) {
  index_run_records_ = 500;
  build(3'000);
  std::size_t damaged = 0;
  for (const auto& [name, bytes] : files_of(options().folder)) {
    if (!name.ends_with(".sst")) continue;
    std::string changed = bytes;
    changed[20] = static_cast<char>(changed[20] ^ 4);  // In its first block of data.
    const Files before = files_of(options().folder);
    const std::string head_before = read_file(options().head_file);
    write_file(options().folder / name, changed);
    const auto use = [&] {
      const auto log = RocksLog::open(options());
      read_all(*log);
      for (const auto& [stream, positions] : source_.streams()) log->read_stream(0, stream, 1, [](Position, RecordWords) { return true; });
      for (Position position = 1; position <= 3'000; ++position)
        log->find_command(0, Principal::submitter("portal"), fmt::format("c{}", position));
    };
    EXPECT_THROW(use(), LogDamaged) << name;
    ++damaged;
    std::filesystem::remove_all(options().folder);
    std::filesystem::create_directories(options().folder);
    for (const auto& [file, content] : before) write_file(options().folder / file, content);
    write_file(options().head_file, head_before);
    EXPECT_NO_THROW(use()) << name;
  }
  EXPECT_GE(damaged, 5u);
}

}  // namespace
}  // namespace muniment
