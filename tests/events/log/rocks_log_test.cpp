// The log on RocksDB when nothing goes wrong with its disk: opening, closing, its index and its chunks.
#include "events/log/rocks_log.h"

#include <atomic>
#include <thread>

#include "events/log/chunk.h"
#include "events/log/keys.h"
#include "events/log/rocks_index.h"
#include "events/log/rocks_store.h"
#include "events/log/zeroed_wal.h"
#include "tests/events/log/rocks_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::size_t> chunk_sizes(const RocksStore& store) {
  std::vector<std::size_t> sizes;
  const std::unique_ptr<rocksdb::Iterator> it(store.db().NewIterator({}, store.family(Family::events)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    sample::Words words(it->value().size() / sizeof(capnp::word));
    std::memcpy(static_cast<void*>(words.data()), it->value().data(), it->value().size());
    sizes.push_back(ChunkView(position_of_chunk_key(view(it->key())), words).count());
  }
  return sizes;
}

TEST_F(RocksLogTest, KeepsEverythingOverAnOrderlyClose) {
  {
    const auto log = RocksLog::create(options());
    append(*log, {1, 70, 300, 5});
    log->close();
  }
  const auto log = RocksLog::open(options());
  EXPECT_TRUE(log->was_closed_cleanly());
  expect_holds(*log, 376);
  append(*log, {3});
  expect_holds(*log, 379);
}

TEST_F(RocksLogTest, LeavesNothingInTheWriteAheadLogAfterAnOrderlyClose) {
  {
    const auto log = RocksLog::create(options());
    append(*log, {10});
    log->close();
  }
  for (const auto& [name, bytes] : files_of(options().folder)) {
    if (!name.ends_with(".log")) continue;
    EXPECT_TRUE(bytes.empty()) << name;
  }
}

TEST_F(RocksLogTest, WritesItsGroupsOverZeros) {
  const auto log = RocksLog::create(options());
  const auto largest_wal = [&] {
    std::string out;
    for (auto& [name, bytes] : files_of(options().folder)) {
      if (name.ends_with(".log") && bytes.size() > out.size()) out = bytes;
    }
    return out;
  };
  append(*log, {5});
  const std::string before = largest_wal();
  ASSERT_GT(before.size(), zeroed_wal_step_bytes);
  append(*log, {5});
  const std::string after = largest_wal();
  EXPECT_EQ(after.size(), before.size());
  EXPECT_GT(after.find_last_not_of('\0'), before.find_last_not_of('\0'));
}

std::size_t write_ahead_files(const std::filesystem::path& folder) {
  const Files files = files_of(folder);
  return static_cast<std::size_t>(std::ranges::count_if(files, [](const auto& file) { return file.first.ends_with(".log"); }));
}

// RocksDB begins a file at every opening, and drops the empty ones only when it flushes something.
TEST_F(RocksLogTest, DoesNotPileUpWriteAheadFilesWhenItIsOnlyRead) {
  {
    const auto log = RocksLog::create(options());
    append(*log, {5});
    log->close();
  }
  std::size_t most = 0;
  for (int i = 0; i < 50; ++i) {
    const auto log = RocksLog::open(options());
    expect_holds(*log, 5);
    if (i % 2 == 0) log->close();
    most = std::max(most, write_ahead_files(options().folder));
  }
  EXPECT_LE(most, 10U);
}

TEST_F(RocksLogTest, KeepsEverythingWithoutAClose) {
  {
    const auto log = RocksLog::create(options());
    append(*log, {1, 70, 300, 5});
  }
  const auto log = RocksLog::open(options());
  EXPECT_FALSE(log->was_closed_cleanly());
  expect_holds(*log, 376);
}

TEST_F(RocksLogTest, OpensEmpty) {
  RocksLog::create(options())->close();
  EXPECT_EQ(RocksLog::open(options())->head(0), (LogHead{0, empty_root}));
}

TEST_F(RocksLogTest, IsNotMadeOverAnother) {
  RocksLog::create(options())->close();
  EXPECT_THAT([&] { RocksLog::create(options_of("log", "other")); }, ThrowsMessage<LogFailed>(HasSubstr("is there already")));
  EXPECT_THAT([&] { RocksLog::create(options_of("other", "head")); }, ThrowsMessage<LogFailed>(HasSubstr("is there already")));
}

TEST_F(RocksLogTest, IsOpenOnce) {
  const auto log = RocksLog::create(options());
  EXPECT_THROW(RocksLog::open(options()), LogInUse);
}

TEST_F(RocksLogTest, RefusesAFormatThatItDoesNotRead) {
  RocksLog::create(options())->close();
  {
    RocksStore store(options(), OpenFor::writing);
    rocksdb::WriteBatch batch;
    ASSERT_TRUE(
        batch.Put(store.family(Family::meta), slice(log_format::meta_format), slice(std::string_view("\x03\0\0\0\x02\0\0\0", 8))).ok());
    store.write(batch);
  }
  EXPECT_THAT([&] { RocksLog::open(options()); },
              ThrowsMessage<LogFailed>(
                  HasSubstr("the log has format 3, which needs a program that reads format 2 or later: this one reads up to 1")));
}

TEST_F(RocksLogTest, OpensANewerFormatThatItCanRead) {
  RocksLog::create(options())->close();
  {
    RocksStore store(options(), OpenFor::writing);
    rocksdb::WriteBatch batch;
    ASSERT_TRUE(
        batch.Put(store.family(Family::meta), slice(log_format::meta_format), slice(std::string_view("\x03\0\0\0\x01\0\0\0", 8))).ok());
    store.write(batch);
  }
  EXPECT_NO_THROW(RocksLog::open(options()));
}

// The index is in memory, on disk, and on its way between them; after each kind of close it is whole again.
TEST_F(RocksLogTest, KeepsItsIndexWhereverItIs) {
  index_run_records_ = 40;
  RocksLog::create(options())->close();
  Position count = 0;
  for (int round = 0; round < 12; ++round) {
    const auto log = RocksLog::open(options());
    append(*log, {1, 30, static_cast<std::size_t>(round * 9 + 1)});
    count += static_cast<Position>(32 + round * 9);
    expect_holds(*log, count);
    if (round % 3 == 0) log->close();
  }
  index_run_records_ = 262'144;
  expect_holds(*RocksLog::open(options()), count);
}

TEST_F(RocksLogTest, WritesItsIndexToDisk) {
  index_run_records_ = 40;
  {
    const auto log = RocksLog::create(options());
    append(*log, {100, 5});
    log->close();
  }
  const RocksStore store(options(), OpenFor::reading);
  EXPECT_EQ(indexed_position(store), 80u);
  EXPECT_TRUE(store.get(Family::streams, stream_entry_key(0, stream_key(sample::provider(1)), 1)));
}

// A run that was taken in while its mark was not, as a crash between the two leaves it, is written again.
TEST_F(RocksLogTest, WritesARunTwiceWithoutHarm) {
  index_run_records_ = 40;
  {
    const auto log = RocksLog::create(options());
    append(*log, {100, 5});
    log->close();
  }
  for (const std::size_t run : {40, 17, 64}) {
    {
      RocksStore store(options(), OpenFor::writing);
      rocksdb::WriteBatch batch;
      std::string key{log_format::meta_indexed};
      put_u16be(key, 0);
      ASSERT_TRUE(batch.Delete(store.family(Family::meta), slice(key)).ok());
      store.write(batch);
    }
    index_run_records_ = run;
    const auto log = RocksLog::open(options());
    expect_holds(*log, 105);
    log->close();
  }
}

TEST_F(RocksLogTest, SplitsALongStreamIntoEntries) {
  index_run_records_ = 3'000;
  const auto log = RocksLog::create(options());
  sample::Group group;
  for (int i = 0; i < 3'000; ++i) source_.add(group, {sample::provider(1)}, fmt::format("c{}", i + 1));
  ASSERT_TRUE(sample::append(*log, group));
  append(*log, {5});
  log->close();
  const auto again = RocksLog::open(options());
  expect_holds(*again, 3'005);
  const std::vector<Position>& all = source_.streams().at(sample::provider(1));
  for (const std::size_t from : {1'024u, 1'025u, 2'048u, 2'999u, 3'001u}) {
    std::vector<Position> found;
    again->read_stream(0, sample::provider(1), from, [&](Position position, RecordWords) {
      found.push_back(position);
      return true;
    });
    EXPECT_EQ(found, std::vector<Position>(all.begin() + static_cast<std::ptrdiff_t>(from - 1), all.end()));
  }
}

TEST_F(RocksLogTest, MergesSmallChunks) {
  {
    const auto log = RocksLog::create(options());
    append(*log, std::vector<std::size_t>(150, 1));
    EXPECT_EQ(log->merge_small_chunks(), 126u);  // Two chunks of 64; 22 of 1 wait for more.
    expect_holds(*log, 150);
    EXPECT_EQ(log->merge_small_chunks(), 0u);
    append(*log, std::vector<std::size_t>(50, 1));
    EXPECT_EQ(log->merge_small_chunks(), 63u);
    expect_holds(*log, 200);
  }
  EXPECT_THAT(chunk_sizes(RocksStore(options(), OpenFor::reading)), testing::ElementsAreArray({64, 64, 64, 1, 1, 1, 1, 1, 1, 1, 1}));
  expect_holds(*RocksLog::open(options()), 200);
}

TEST_F(RocksLogTest, LeavesLargeChunksAlone) {
  {
    const auto log = RocksLog::create(options());
    append(*log, {40, 3, 2, 40, 31, 31, 31, 5, 40, 7});
    EXPECT_EQ(log->merge_small_chunks(), 3u);
    expect_holds(*log, 230);
    log->close();
  }
  EXPECT_THAT(chunk_sizes(RocksStore(options(), OpenFor::reading)), testing::ElementsAreArray({40, 5, 40, 62, 36, 40, 7}));
}

TEST_F(RocksLogTest, MergesNoChunkBeyondItsSize) {
  const auto log = RocksLog::create(options());
  for (int i = 0; i < 6; ++i) {
    sample::Group group;
    source_.add(group, {sample::account(1)}, fmt::format("c{}", i + 1), 50'000);
    ASSERT_TRUE(sample::append(*log, group));
  }
  append(*log, std::vector<std::size_t>(60, 1));
  log->merge_small_chunks();
  expect_holds(*log, 66);
}

TEST_F(RocksLogTest, MergesSmallChunksOfAnEarlierRun) {
  {
    const auto log = RocksLog::create(options());
    append(*log, std::vector<std::size_t>(60, 1));
  }
  const auto log = RocksLog::open(options());
  append(*log, std::vector<std::size_t>(10, 1));
  EXPECT_EQ(log->merge_small_chunks(), 63u);
  expect_holds(*log, 70);
}

TEST_F(RocksLogTest, IsReadWhileItsChunksAreMerged) {
  const auto log = RocksLog::create(options());
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const Position last = log->head(0).position;
      Position expected = 1;
      log->read(0, 1, last, [&](Position position, RecordWords) { return position == expected++; });
      EXPECT_EQ(expected, last + 1);
    }
  });
  std::thread merger([&] {
    while (!done) log->merge_small_chunks();
  });
  append(*log, std::vector<std::size_t>(600, 1));
  done = true;
  reader.join();
  merger.join();
  expect_holds(*log, 600);
}

// Nobody calls it: the log's own thread does.
TEST_F(RocksLogTest, MergesByItself) {
  const auto log = RocksLog::create(options());
  append(*log, std::vector<std::size_t>(1'100, 1));
  const auto keys = [&] {
    for (const FamilySize& family : log->sizes()) {
      if (family.name == "events") return family.keys;
    }
    return std::uint64_t{0};
  };
  for (int i = 0; i < 5'000 && keys() > 500; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_LT(keys(), 500u);
  expect_holds(*log, 1'100);
}

TEST_F(RocksLogTest, SaysHowLargeItIs) {
  const auto log = RocksLog::create(options());
  append(*log, {300});
  std::vector<std::string> names;
  for (const FamilySize& family : log->sizes()) names.push_back(family.name);
  EXPECT_THAT(names, testing::ElementsAre("meta", "events", "tiles", "streams", "commands"));
  EXPECT_GT(log->sizes()[1].memory_bytes, 50'000u);
}

TEST(RocksIndexFormat, PutsPositionsAsDistances) {
  std::string bytes;
  put_positions(std::vector<Position>{300, 301, 429}, bytes);
  EXPECT_EQ(to_hex(bytes_of(bytes)),
            "ac02"
            "01"
            "8001");
  std::vector<Position> positions;
  get_positions(bytes, positions);
  EXPECT_THAT(positions, testing::ElementsAre(300, 301, 429));
}

TEST(RocksIndexFormat, RefusesWhatIsNoListOfPositions) {
  std::vector<Position> positions;
  EXPECT_THAT([&] { get_positions("", positions); }, ThrowsMessage<BadChunk>("no position"));
  EXPECT_THAT([&] { get_positions("\x05\x80", positions); }, ThrowsMessage<BadChunk>("a number that does not end"));
  EXPECT_THAT([&] { get_positions(std::string_view("\x05\0", 2), positions); }, ThrowsMessage<BadChunk>("positions out of order"));
  EXPECT_THAT([&] { get_positions("\x05\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", positions); },
              ThrowsMessage<BadChunk>("positions out of order"));
}

TEST(LogKeys, HaveTheirPublishedBytes) {
  EXPECT_EQ(to_hex(bytes_of(chunk_key(1, 2))),
            "0001"
            "0000000000000002");
  EXPECT_EQ(to_hex(bytes_of(tile_key(1, 3, 2))),
            "0001"
            "03"
            "0000000000000002");
  EXPECT_EQ(to_hex(bytes_of(stream_entry_key(1, stream_key(sample::username(7)), 5))),
            "0001"
            "02"
            "05"
            "7573657237"
            "0000000000000005");
  EXPECT_EQ(checkpoint_key(1, 2), std::string("checkpoint\0\1\0\0\0\0\0\0\0\2", 20));
  EXPECT_EQ(time_stamp_key(1, 2), std::string("time_stamp\0\1\0\0\0\0\0\0\0\2", 20));
  std::string name;
  put_command_name(schema::PrincipalKind::SUBMITTER, "portal", "c1", name);
  EXPECT_EQ(to_hex(bytes_of(name)),
            "03"
            "706f7274616c"
            "00"
            "6331");
  EXPECT_EQ(to_hex(bytes_of(command_key(1, command_digest(name)))),
            "0001"
            "21a39e9bb463a88e562ca3c752af9dfa");
}

TEST_F(RocksLogTest, GivesItsTreeWhileItIsWrittenTo) {
  const auto log = RocksLog::create(options());
  std::atomic<bool> is_done = false;
  std::vector<LogHead> given;
  std::thread reader([&] {
    do {
      const MerkleTree tree = log->tree();
      given.push_back({tree.size(), tree.root()});
    } while (!is_done);
  });
  append(*log, std::vector<std::size_t>(200, 3));
  is_done = true;
  reader.join();
  for (const LogHead& head : given) EXPECT_EQ(head, heads_.at(head.position)) << head.position;
  EXPECT_EQ(log->tree().size(), 600u);
  EXPECT_EQ(log->tree().partial_tile(0).size(), 600u % 256);
  EXPECT_EQ(log->read_tile(0, 1).back(), LeafHasher().leaf_hash(bytes_of(RecordWords(source_.records()[511]))));
  EXPECT_THROW(log->read_tile(0, 2), LogDamaged);
}

TEST_F(RocksLogTest, KeepsCheckpointsInOrderOfTheirSize) {
  const auto notes = [](const RocksLog& log, Position from) {
    std::vector<std::string> out;
    log.read_checkpoints(from, [&](Position size, std::string_view note) {
      out.push_back(fmt::format("{} {}", size, note));
      return true;
    });
    return out;
  };
  {
    const auto log = RocksLog::create(options());
    EXPECT_EQ(log->checkpoint_at_most(1000), std::nullopt);
    append(*log, {300});
    for (const Position size : {5, 300, 256}) log->keep_checkpoint(size, fmt::format("note {}", size));
    append(*log, {1});
  }
  const auto log = RocksLog::open(options());
  EXPECT_THAT(notes(*log, 0), testing::ElementsAre("5 note 5", "256 note 256", "300 note 300"));
  EXPECT_THAT(notes(*log, 256), testing::ElementsAre("256 note 256", "300 note 300"));
  EXPECT_EQ(log->checkpoint_at_most(299), "note 256");
  EXPECT_EQ(log->checkpoint_at_most(4), std::nullopt);
}

}  // namespace
}  // namespace muniment
