// What verification finds, in stores that were tampered with by RocksDB's own means: its checksums are right, so nothing else objects.
#include "events/log/verification.h"

#include "events/log/chunk.h"
#include "events/log/keys.h"
#include "events/log/rocks_index.h"
#include "events/log/rocks_recovery.h"
#include "events/log/rocks_store.h"
#include "events/proof/checkpoint.h"
#include "tests/events/log/rocks_fixture.h"
#include "tests/events/log/tampering.h"
#include "tests/events/proof/seed_signer.h"

namespace muniment {
namespace {

using testing::HasSubstr;

class Verification : public RocksLogTest {
 protected:
  Verification() { index_run_records_ = 100; }

  // 1,000 records, all of them indexed on disk but for the last few, closed in order.
  void make_log() {
    const auto log = RocksLog::create(options());
    append(*log, {1, 70, 300, 500, 129});
    log->keep_checkpoint(371, sign_checkpoint(signer_, 371, heads_.at(371).root));
    log->keep_checkpoint(1000, sign_checkpoint(signer_, 1000, heads_.at(1000).root));
    log->close();
    RocksStore store(options(), OpenFor::reading);
    ASSERT_GE(indexed_position(store), 800u);
  }
  template <typename Do>
  void tamper(Do act) {
    RocksStore store(options(), OpenFor::writing);
    act(store);
    store.flush();
  }
  LogVerified verify(std::vector<KnownRoot> roots = {}, unsigned threads = 2) {
    return verify_log(options(), {.threads = threads, .roots = roots, .log_keys = std::span(&signer_.key(), 1)});
  }
  void expect_fault(Position position, const std::string& what, std::vector<KnownRoot> roots = {}) {
    const LogVerified verified = verify(std::move(roots));
    ASSERT_TRUE(verified.fault);
    EXPECT_EQ(verified.fault->position, position);
    EXPECT_THAT(verified.fault->what, HasSubstr(what));
  }

  SeedSigner signer_{"example.com/log", 1};
};

TEST_F(Verification, FindsNothingInALogAsItWasWritten) {
  make_log();
  const LogVerified verified = verify();
  EXPECT_FALSE(verified.fault) << verified.fault->position << ": " << verified.fault->what;
  EXPECT_EQ(verified.head, heads_.at(1000));
  EXPECT_EQ(verified.tiles, 3u);
  EXPECT_EQ(verified.roots, 1u);
  EXPECT_EQ(verified.checkpoints, 2u);
  EXPECT_GT(verified.index_entries, 800u * 3);
  EXPECT_GE(verified.chunks, 16u);
}

TEST_F(Verification, FindsNothingInAnEmptyLog) {
  RocksLog::create(options())->close();
  const LogVerified verified = verify();
  EXPECT_FALSE(verified.fault);
  EXPECT_EQ(verified.head, (LogHead{0, empty_root}));
}

TEST_F(Verification, ChangesNothing) {
  make_log();
  const Files before = files_of(options().folder);
  verify();
  EXPECT_EQ(files_of(options().folder), before);
}

TEST_F(Verification, ReadsALogOfSeveralBlocksOnAnyNumberOfThreads) {
  index_run_records_ = 20'000;
  {
    const auto log = RocksLog::create(options());
    append(*log, std::vector<std::size_t>(140, 1'000));
    for (const Position size : {Position{65'000}, Position{66'000}, Position{132'000}, Position{140'000}})
      log->keep_checkpoint(size, sign_checkpoint(signer_, size, heads_.at(size).root));
    log->close();
  }
  for (const unsigned threads : {1U, 3U}) {
    Position told = 0;
    const LogVerified verified = verify_log(
        options(), {.threads = threads, .log_keys = std::span(&signer_.key(), 1), .on_progress = [&](Position done, Position all) {
                      told = done;
                      EXPECT_EQ(all, 140'000u);
                    }});
    EXPECT_FALSE(verified.fault) << verified.fault->what;
    EXPECT_EQ(verified.head, heads_.at(140'000));
    EXPECT_EQ(verified.tiles, 140'000u / 256 + 2);
    EXPECT_EQ(verified.checkpoints, 4u);
    EXPECT_EQ(told, 140'000u);
  }
  tamper([](RocksStore& store) { flip_in_record(store, 70'123); });
  expect_fault(70'123, "another hash");
}

TEST_F(Verification, NamesTheRecordWhoseBitWasFlipped) {
  make_log();
  tamper([](RocksStore& store) { flip_in_record(store, 300); });
  expect_fault(300, "the tile 1 of level 0 has another hash than the records");
}

TEST_F(Verification, NamesTheRangeWhereNoTileIsFullYet) {
  make_log();
  tamper([](RocksStore& store) { flip_in_record(store, 990); });
  expect_fault(372, "the records 372 to 1000 are not those that");
}

TEST_F(Verification, NamesTheRecordUnderATileThatWasAltered) {
  make_log();
  tamper([](RocksStore& store) {
    std::string tile = *store.get(Family::tiles, tile_key(0, 0, 2));
    tile[32 * 10] = static_cast<char>(tile[32 * 10] ^ 1);
    put(store, Family::tiles, tile_key(0, 0, 2), tile);
  });
  expect_fault(2 * 256 + 10 + 1, "the tile 2 of level 0");
}

TEST_F(Verification, MissesATileThatWasRemovedAndFindsOneTooMany) {
  make_log();
  std::string tile;
  tamper([&](RocksStore& store) {
    tile = *store.get(Family::tiles, tile_key(0, 0, 2));
    put(store, Family::tiles, tile_key(0, 0, 3), tile);
  });
  expect_fault(1001, "too short");
  tamper([](RocksStore& store) { remove(store, Family::tiles, tile_key(0, 0, 2)); });
  expect_fault(513, "no tile");
}

TEST_F(Verification, FindsAHoleAndAChunkThatLiesUnderAnother) {
  make_log();
  std::string key;
  std::string chunk;
  tamper([&](RocksStore& store) {
    key = chunk_of(store, 400);
    chunk = *store.get(Family::events, key);
    remove(store, Family::events, key);
  });
  expect_fault(position_of_chunk_key(key), "the next chunk begins at");
  tamper([&](RocksStore& store) {
    put(store, Family::events, key, chunk);
    put(store, Family::events, chunk_key(0, position_of_chunk_key(key) + 3), chunk);
  });
  expect_fault(position_of_chunk_key(key) + chunk_count(chunk), "the next chunk begins at");
}

// Whoever writes one key must not decide how much memory is taken.
TEST_F(Verification, FindsAChunkThatIsFarAwayFromAllOthers) {
  make_log();
  for (const Position far : {Position{1} << 50, ~Position{0} - 1'000}) {
    tamper([&](RocksStore& store) { put(store, Family::events, chunk_key(0, far), StoredChunk(store, 400).value); });
    expect_fault(1'001, "the next chunk begins at " + std::to_string(far));
    tamper([&](RocksStore& store) { remove(store, Family::events, chunk_key(0, far)); });
  }
  EXPECT_FALSE(verify().fault);  // Control.
}

TEST_F(Verification, FindsAnEntryOfTheIndexOfStreamsThatWasChangedRemovedOrAdded) {
  make_log();
  const std::string stream = stream_key(sample::provider(1));
  const std::string key = stream_entry_key(0, stream, 1);
  std::string value;
  tamper([&](RocksStore& store) {
    value = *store.get(Family::streams, key);
    std::string changed = value;
    changed[1] = static_cast<char>(changed[1] + 1);
    put(store, Family::streams, key, changed);
  });
  expect_fault(4, "the index of streams does not have it as version 2");
  tamper([&](RocksStore& store) { remove(store, Family::streams, key); });
  const LogVerified removed = verify();
  ASSERT_TRUE(removed.fault);
  EXPECT_THAT(removed.fault->what, HasSubstr("the index of streams has version"));
  tamper([&](RocksStore& store) {
    put(store, Family::streams, key, value);
    std::string positions;
    put_positions(std::vector<Position>{5, 9}, positions);
    put(store, Family::streams, stream_entry_key(0, stream_key(sample::username(1)), 1), positions);
    put(store, Family::streams, stream_entry_key(0, stream_key(sample::username(1)), 0), std::string("\x02", 1));
  });
  expect_fault(5, "the index of streams names it for what it is not");
}

TEST_F(Verification, FindsAStreamsHeadThatIsNotItsLastVersion) {
  make_log();
  tamper([](RocksStore& store) {
    const std::string key = stream_entry_key(0, stream_key(sample::account(3)), 0);
    std::string value = *store.get(Family::streams, key);
    value.back() = static_cast<char>(value.back() - 1);
    put(store, Family::streams, key, value);
  });
  const LogVerified verified = verify();
  ASSERT_TRUE(verified.fault);
  EXPECT_THAT(verified.fault->what, HasSubstr("a head of"));
}

TEST_F(Verification, FindsAStreamsHeadWithMoreBehindItsVersion) {
  make_log();
  tamper([&](RocksStore& store) {
    const std::string key = stream_entry_key(0, stream_key(sample::provider(1)), log_format::stream_head_version);
    put(store, Family::streams, key, *store.get(Family::streams, key) + '\1');
  });
  const LogVerified verified = verify();
  ASSERT_TRUE(verified.fault);
  EXPECT_THAT(verified.fault->what, HasSubstr("the index of streams has a head that is no version"));
}

TEST_F(Verification, FindsAnEntryOfTheIndexOfCommandsThatWasChangedRemovedOrAdded) {
  make_log();
  std::string key;
  {
    std::string name;
    put_command_name(schema::PrincipalKind::SUBMITTER, "portal", "c77", name);
    key = command_key(0, command_digest(name));
  }
  std::string position;
  put_u64be(position, 78);
  std::string value;
  tamper([&](RocksStore& store) {
    value = *store.get(Family::commands, key);
    put(store, Family::commands, key, position);
  });
  expect_fault(77, "the index of commands does not have it");
  tamper([&](RocksStore& store) { remove(store, Family::commands, key); });
  expect_fault(77, "the index of commands does not have it");
  tamper([&](RocksStore& store) {
    put(store, Family::commands, key, value);
    std::string other = key;
    other.back() = static_cast<char>(other.back() ^ 1);
    put(store, Family::commands, other, position);
  });
  expect_fault(78, "the index of commands names it for what it is not");
}

TEST_F(Verification, MissesWhatTheDurableHeadOrACheckpointSaysWasThere) {
  make_log();
  expect_fault(1001, "the checkpoint elsewhere says 1200", {{{1200, empty_root}, "the checkpoint elsewhere"}});
  expect_fault(372, "the records 372 to 500 are not those that the checkpoint elsewhere covers",
               {{{500, empty_root}, "the checkpoint elsewhere"}});
  expect_fault(872, "the records 872 to 900 are not", {{heads_.at(871), "one that is right"}, {{900, empty_root}, "one that is wrong"}});
}

TEST_F(Verification, FindsACheckpointThatTheLogsKeyDidNotSign) {
  make_log();
  SeedSigner stranger("example.com/log", 2);
  tamper([&](RocksStore& store) { put(store, Family::meta, checkpoint_key(0, 371), sign_checkpoint(stranger, 371, heads_.at(371).root)); });
  expect_fault(371, "the log has a checkpoint of size 371 that does not verify: key_unknown");
  tamper([&](RocksStore& store) { put(store, Family::meta, checkpoint_key(0, 371), sign_checkpoint(signer_, 370, heads_.at(371).root)); });
  expect_fault(371, "it is of another size");
  tamper([&](RocksStore& store) { put(store, Family::meta, checkpoint_key(0, 371), sign_checkpoint(signer_, 371, heads_.at(1000).root)); });
  expect_fault(1, "the records 1 to 371 are not those that the checkpoint of size 371 in the log covers");
}

// They are looked at in ranges of sizes, and no size may fall between two.
TEST_F(Verification, FindsACheckpointThatIsNoneOfAnySizeOnAnyNumberOfThreads) {
  make_log();
  SeedSigner stranger("example.com/log", 2);
  for (const Position size : {Position{0}, Position{1}, Position{333}, Position{334}, Position{335}, Position{500}, Position{501},
                              Position{999}, Position{1'000}, Position{1'001}, Position{1} << 50, ~Position{0}}) {
    const std::string key = checkpoint_key(0, size);
    std::optional<std::string> before;
    tamper([&](RocksStore& store) {
      before = store.get(Family::meta, key);
      put(store, Family::meta, key, sign_checkpoint(stranger, size, heads_.at(1000).root));
    });
    for (const unsigned threads : {1U, 2U, 3U}) {
      const LogVerified verified = verify({}, threads);
      ASSERT_TRUE(verified.fault) << size << " " << threads;
      EXPECT_EQ(verified.fault->position, size);
      EXPECT_THAT(verified.fault->what, HasSubstr("key_unknown"));
    }
    tamper([&](RocksStore& store) {
      if (before) {
        put(store, Family::meta, key, *before);
      } else {
        remove(store, Family::meta, key);
      }
    });
  }
  EXPECT_FALSE(verify().fault);  // Control.
}

TEST_F(Verification, FindsAChunkThatLiesUnderAnotherWhereOneBlockEndsAndTheNextBegins) {
  index_run_records_ = 20'000;
  {
    const auto log = RocksLog::create(options());
    append(*log, std::vector<std::size_t>(66, 1'000));  // 65,513 to 65,576 are one chunk.
    log->close();
  }
  EXPECT_FALSE(verify().fault);
  tamper([](RocksStore& store) { shadow(store, 65'537, 65'540); });
  expect_fault(65'537, "the next chunk begins at 65537");
  const auto log = RocksLog::open(options());
  const BlockVerified verified = log->verify_block(0);
  ASSERT_TRUE(verified.fault) << "a node finds it too";
  EXPECT_EQ(verified.fault->position, 65'537u);
}

// The next opening would find it by the tile of level 1; while a node runs, who alters a record has its hashes before him.
TEST_F(Verification, OfAPartAsksTheLogsOwnTreeSinceTilesCanBeAlteredAlongWithRecords) {
  index_run_records_ = 20'000;
  const auto log = RocksLog::create(options());
  append(*log, std::vector<std::size_t>(66, 1'000));
  EXPECT_FALSE(log->verify_block(0).fault);
  EXPECT_FALSE(log->verify_block(1).fault);
  const RocksStore& store = log->store();
  LeafHasher hasher;
  const auto alter_with_tiles = [&](Position position) {
    flip_in_record(store, position);
    const StoredChunk chunk(store, position);
    const ChunkView chunk_view = chunk.view();
    const std::uint64_t number = (position - 1) / tile_width;
    Tile leaves = read_tile(store, 0, number);
    leaves.at((position - 1) % tile_width) = hasher.leaf_hash(bytes_of(chunk_view.record(position)));
    put(store, Family::tiles, tile_key(0, 0, number), std::string{text_of(tile_bytes(leaves))});
    if (number >= tile_width) return;
    Tile above = read_tile(store, 1, 0);
    above.at(number) = tile_root(hasher, leaves);
    put(store, Family::tiles, tile_key(0, 1, 0), std::string{text_of(tile_bytes(above))});
  };
  alter_with_tiles(65'600);
  alter_with_tiles(300);
  for (const std::uint64_t block : {0U, 1U}) {
    const BlockVerified verified = log->verify_block(block);
    ASSERT_TRUE(verified.fault) << block;
    EXPECT_EQ(verified.fault->position, block * block_records + 1);
    EXPECT_THAT(verified.fault->what, HasSubstr("the log's root"));
  }
}

TEST_F(Verification, WaitsForNobodyWhoHasTheLogOpen) {
  make_log();
  const auto log = RocksLog::open(options());
  EXPECT_THROW(verify(), LogInUse);
}

TEST_F(Verification, ReadsAPartOfALogThatIsOpen) {
  make_log();
  tamper([](RocksStore& store) { flip_in_record(store, 300); });
  const auto log = RocksLog::open(options());
  const BlockVerified verified = log->verify_block(0);
  ASSERT_TRUE(verified.fault);
  EXPECT_EQ(verified.fault->position, 300u);
  EXPECT_EQ(verified.last, 1000u);
  EXPECT_EQ(log->verify_block(1).last, 65'536u);
}

TEST_F(Verification, IsNotLedOnByABlockThatDoesNotRead) {
  make_log();
  tamper([](RocksStore& store) { put(store, Family::events, chunk_of(store, 500), std::string(64, '\1')); });
  const LogVerified verified = verify();
  ASSERT_TRUE(verified.fault);
  EXPECT_LE(verified.fault->position, 500u);
  EXPECT_GT(verified.fault->position, 371u);
}

}  // namespace
}  // namespace muniment
