#include "tools/store/notary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "events/proof/consistency.h"
#include "events/proof/inclusion.h"
#include "tests/events/log/sample_record.h"
#include "tests/events/log/temp_folder.h"
#include "tests/events/proof/seed_signer.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_tree.h"

namespace muniment {
namespace {

using testing::ElementsAre;

class NotaryTest : public testing::Test {
 protected:
  NotaryTest() : log_(RocksLog::create({.folder = folder_ / "log", .head_file = folder_ / "head"})) {}

  std::unique_ptr<NoteSigner> signer() const { return std::make_unique<SeedSigner>("example.com/log", 1); }
  LogHead append(std::size_t size) { return *sample::append(*log_, source_.group(size)); }
  std::vector<Position> kept() const {
    std::vector<Position> out;
    log_->read_checkpoints(0, [&](Position size, std::string_view) {
      out.push_back(size);
      return true;
    });
    return out;
  }
  std::string in_file() const { return read_whole_file(folder_ / "checkpoint"); }
  template <typename Is>
  static bool comes_true(Is is) {
    for (int i = 0; i < 60'000 && !is(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return is();
  }

  TempFolder folder_;
  sample::Source source_;
  std::unique_ptr<RocksLog> log_;
};

TEST_F(NotaryTest, SignsTheEmptyLogAndWhatItFinds) {
  {
    const Notary notary(*log_, signer(), folder_ / "checkpoint");
    EXPECT_EQ(notary.newest()->checkpoint, (Checkpoint{"example.com/log", 0, empty_root}));
  }
  const LogHead head = append(300);
  const Notary notary(*log_, signer(), folder_ / "checkpoint");
  EXPECT_EQ(notary.newest()->checkpoint, (Checkpoint{"example.com/log", 300, head.root}));
  EXPECT_EQ(open_checkpoint(in_file(), notary.key()), notary.newest()->checkpoint);
  EXPECT_THAT(kept(), ElementsAre(0, 300));
}

TEST_F(NotaryTest, SignsWhatIsAppendedAtMostOnceASecond) {
  const auto begun = std::chrono::steady_clock::now();
  Notary notary(*log_, signer(), folder_ / "checkpoint");
  LogHead head;
  while (std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(1500)) head = append(2);
  EXPECT_TRUE(comes_true([&] { return notary.newest()->checkpoint.size == head.position; }));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun).count();
  EXPECT_LE(kept().size(), static_cast<std::size_t>(seconds) + 1);
  EXPECT_GE(kept().size(), 3u);
  EXPECT_EQ(notary.newest()->checkpoint.root, head.root);
}

TEST_F(NotaryTest, SignsTheLastEventsWhenItStopsAndNothingWhenItIsOnlyDropped) {
  {
    Notary notary(*log_, signer(), folder_ / "checkpoint");
    append(5);
    notary.stop();
    notary.stop();
    EXPECT_EQ(notary.newest()->checkpoint.size, 5u);
  }
  const std::string before = in_file();
  {
    const Notary notary(*log_, signer(), folder_ / "checkpoint");
    append(5);
  }
  EXPECT_EQ(in_file(), before);
}

TEST_F(NotaryTest, PutsIntoTheLogWhatACrashKeptFromIt) {
  append(5);
  {
    const Notary notary(*log_, signer(), folder_ / "checkpoint");
  }
  EXPECT_THAT(kept(), ElementsAre(5));
  const auto other = RocksLog::create({.folder = folder_ / "other", .head_file = folder_ / "other-head"});
  sample::Source again;
  ASSERT_TRUE(sample::append(*other, again.group(5)));
  const Notary notary(*other, signer(), folder_ / "checkpoint");
  EXPECT_EQ(other->checkpoint_at_most(5), in_file());
}

TEST_F(NotaryTest, SaysThatItCannotSignAndGoesOnWhenItCan) {
  const std::filesystem::path place = folder_ / "place";
  std::filesystem::create_directories(place);
  Notary notary(*log_, signer(), place / "checkpoint");
  std::filesystem::remove_all(place);
  append(5);
  EXPECT_TRUE(comes_true([&] { return !notary.failure().empty(); }));
  EXPECT_EQ(notary.newest()->checkpoint.size, 0u);
  std::filesystem::create_directories(place);
  EXPECT_TRUE(comes_true([&] { return notary.newest()->checkpoint.size == 5; }));
  EXPECT_TRUE(comes_true([&] { return notary.failure().empty(); }));
}

class LogTreeTest : public NotaryTest {};

TEST_F(LogTreeTest, HasEveryTileAndBundleOfItsSizeAndNoOther) {
  append(700);
  Notary notary(*log_, signer(), folder_ / "checkpoint");
  const LogTree tree(*log_, notary.newest());
  append(400);  // Nobody has signed them yet.
  LeafHasher hasher;
  std::vector<std::string> files;
  each_tile(700, [&](const TilePath& path) {
    files.push_back(path.text());
    const std::string bytes = tree.file(path).value();
    if (path.level) {
      EXPECT_EQ(bytes.size(), path.width * sizeof(Hash));
      return;
    }
    const auto records = bundled_records(bytes).value();
    ASSERT_EQ(records.size(), path.width);
    const std::string tile = tree.file({0, path.index, path.width}).value();
    for (std::size_t i = 0; i < records.size(); ++i) {
      EXPECT_EQ(text_of(records[i]), text_of(bytes_of(RecordWords(source_.records()[path.index * tile_width + i]))));
      EXPECT_EQ(text_of(hasher.leaf_hash(records[i])), tile.substr(i * sizeof(Hash), sizeof(Hash)));
    }
  });
  EXPECT_THAT(files, ElementsAre("tile/entries/000", "tile/entries/001", "tile/entries/002.p/188", "tile/0/000", "tile/0/001",
                                 "tile/0/002.p/188", "tile/1/000.p/2"));
  for (const TilePath beyond : {TilePath{0, 2, 256}, TilePath{0, 2, 189}, TilePath{0, 3, 1}, TilePath{std::nullopt, 2, 256},
                                TilePath{1, 0, 3}, TilePath{2, 0, 1}, TilePath{63, 0, 1}, TilePath{0, UINT64_MAX, 1}})
    EXPECT_FALSE(tree.file(beyond)) << beyond.text();
}

TEST_F(LogTreeTest, GivesAPartialTileThatHasBeenFilledSince) {
  append(100);
  std::string before;
  {
    const Notary notary(*log_, signer(), folder_ / "checkpoint");
    before = LogTree(*log_, notary.newest()).file({0, 0, 100}).value();
  }
  append(300);
  const Notary notary(*log_, signer(), folder_ / "checkpoint");
  EXPECT_EQ(LogTree(*log_, notary.newest()).file({0, 0, 100}), before);
}

TEST_F(LogTreeTest, ProvesEachRecordAndEachEarlierSize) {
  std::vector<LogHead> heads;
  for (const std::size_t size : {1, 255, 1, 43, 400}) heads.push_back(append(size));
  const Notary notary(*log_, signer(), folder_ / "checkpoint");
  const LogTree tree(*log_, notary.newest());
  LeafHasher hasher;
  for (std::uint64_t index = 0; index < 700; index += 37) {
    const Hash leaf = hasher.leaf_hash(bytes_of(RecordWords(source_.records()[index])));
    EXPECT_TRUE(verify_inclusion(hasher, index, 700, leaf, tree.inclusion(index), heads.back().root)) << index;
  }
  for (const LogHead& head : heads)
    EXPECT_TRUE(verify_consistency(hasher, head.position, 700, tree.consistency(head.position), head.root, heads.back().root))
        << head.position;
}

}  // namespace
}  // namespace muniment
