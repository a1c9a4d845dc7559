#include "events/proof/tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "events/proof/bulk_hasher.h"
#include "tests/events/proof/reference.h"

namespace muniment {
namespace {

using reference::TileStore;

const ReadTile no_tiles = [](unsigned, std::uint64_t) -> Tile { throw std::runtime_error("no tile should be read"); };

struct Grown {
  MerkleTree tree;
  TileStore store;

  void grow_to(reference::Tree& leaves, std::uint64_t size) {
    while (tree.size() < size) tree.append(leaves.leaves().at(tree.size()));
    store.add(tree.take_full_tiles());
  }
};

void expect_same(const MerkleTree& a, const MerkleTree& b) {
  ASSERT_EQ(a.size(), b.size());
  ASSERT_EQ(a.root(), b.root()) << a.size();
  for (unsigned level = 0; level < 4; ++level) {
    ASSERT_TRUE(std::ranges::equal(a.partial_tile(level), b.partial_tile(level))) << a.size() << " level " << level;
  }
}

TEST(MerkleTree, HasThePublishedRoots) {
  LeafHasher hasher;
  MerkleTree tree;
  EXPECT_EQ(tree.root(), reference::published_roots()[0]);
  for (std::size_t i = 0; i < 8; ++i) {
    tree.append(hasher.leaf_hash(reference::published_leaves()[i]));
    EXPECT_EQ(tree.size(), i + 1);
    EXPECT_EQ(tree.root(), reference::published_roots()[i + 1]) << "size " << i + 1;
  }
}

TEST(MerkleTree, HasTheRootOfTheNaiveRecursionAtEverySizeUpTo600) {
  const reference::Tree leaves(600);
  MerkleTree tree;
  for (std::size_t size = 1; size <= 600; ++size) {
    tree.append(leaves.leaves()[size - 1]);
    ASSERT_EQ(tree.root(), reference::root(std::span(leaves.leaves()).first(size))) << size;
  }
}

// The reference that remembers complete subtrees must itself agree with the one that does not.
TEST(MerkleTree, HasTheRootOfTheNaiveRecursionAroundTwoFullLevels) {
  reference::Tree leaves(65'793);
  Grown grown;
  grown.grow_to(leaves, 65'534);
  for (std::size_t size = 65'535; size <= 65'793; ++size) {
    grown.tree.append(leaves.leaves()[size - 1]);
    ASSERT_EQ(grown.tree.root(), leaves.root(size)) << size;
  }
  EXPECT_EQ(leaves.root(65'793), reference::root(leaves.leaves()));
}

TEST(MerkleTree, ChangesItsRootWithEveryLeaf) {
  reference::Tree leaves(300);
  for (const std::size_t changed : {0u, 127u, 255u, 256u, 299u}) {
    MerkleTree right;
    MerkleTree wrong;
    for (std::size_t i = 0; i < 300; ++i) {
      Hash leaf = leaves.leaves()[i];
      right.append(leaf);
      if (i == changed) leaf[31] ^= 1;
      wrong.append(leaf);
    }
    EXPECT_NE(right.root(), wrong.root()) << changed;
  }
}

// The layout of c2sp.org/tlog-tiles, with its own example: 70,000 leaves are 273 full tiles and a partial one of 112 at level 0, a
// full one and a partial one of 17 at level 1, a partial one of 1 at level 2.
TEST(MerkleTree, GivesTheTilesOfTheSpecificationsExample) {
  reference::Tree leaves(70'000);
  MerkleTree tree;
  std::vector<FullTile> tiles;
  while (tree.size() < 70'000) {
    tree.append(leaves.leaves()[tree.size()]);
    for (FullTile& tile : tree.take_full_tiles()) tiles.push_back(tile);
  }
  EXPECT_EQ(tree.partial_tile(0).size(), 112u);
  EXPECT_EQ(tree.partial_tile(1).size(), 17u);
  EXPECT_EQ(tree.partial_tile(2).size(), 1u);
  EXPECT_TRUE(tree.partial_tile(3).empty());
  ASSERT_EQ(tiles.size(), 274u);
  std::uint64_t next_of_level_0 = 0;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const std::uint64_t width = tiles[i].level == 0 ? 1 : 256;  // leaves under one hash
    if (i == 256) {
      EXPECT_EQ(tiles[i].level, 1u) << "the tile above comes right after the last one under it";
      EXPECT_EQ(tiles[i].index, 0u);
    } else {
      EXPECT_EQ(tiles[i].level, 0u);
      EXPECT_EQ(tiles[i].index, next_of_level_0++);
    }
    for (std::uint64_t k = 0; k < tile_width; ++k) {
      const std::uint64_t n = tiles[i].index * tile_width + k;
      ASSERT_EQ(tiles[i].hashes[k], leaves.range_root(n * width, (n + 1) * width)) << "tile " << i << " hash " << k;
    }
  }
  EXPECT_EQ(tree.partial_tile(2).front(), leaves.range_root(0, 65'536));
}

TEST(MerkleTree, NumbersTheFullTilesOfEveryLevelThatOneLeafCompletes) {
  const reference::EqualLeaves leaves;
  constexpr std::uint64_t size = std::uint64_t{3} << 24;
  const std::vector<Hash> last(255, leaves.complete(0));
  MerkleTree tree = MerkleTree::restore(size - 1, leaves.tiles(), last);
  tree.append(leaves.complete(0));
  const auto tiles = tree.take_full_tiles();
  ASSERT_EQ(tiles.size(), 3u);
  for (unsigned level = 0; level < 3; ++level) {
    EXPECT_EQ(tiles[level].level, level);
    EXPECT_EQ(tiles[level].index, (size >> (8 * (level + 1))) - 1);
    EXPECT_EQ(tiles[level].hashes, leaves.tiles()(level, 0));
  }
  EXPECT_EQ(tree.partial_tile(3).size(), 3u);
}

TEST(MerkleTree, GivesEachFullTileOnce) {
  reference::Tree leaves(600);
  MerkleTree tree;
  for (const Hash& leaf : leaves.leaves()) tree.append(leaf);
  EXPECT_EQ(tree.take_full_tiles().size(), 2u);
  EXPECT_TRUE(tree.take_full_tiles().empty());
  EXPECT_EQ(tree.root(), leaves.root(600));
}

TEST(MerkleTree, IsRestoredAtEverySizeUpTo1100AndGoesOnAlike) {
  constexpr std::uint64_t sizes = 1'100;
  constexpr std::uint64_t further = 300;
  reference::Tree leaves(sizes + further);
  Grown live;
  for (std::uint64_t size = 0; size <= sizes; ++size) {
    live.grow_to(leaves, size);
    const auto last = std::span(leaves.leaves()).subspan(size - size % tile_width, size % tile_width);
    MerkleTree restored = MerkleTree::restore(size, live.store.reader(), last);
    expect_same(restored, live.tree);
    ASSERT_TRUE(restored.take_full_tiles().empty());

    TileStore later;
    while (restored.size() < size + further) {
      restored.append(leaves.leaves()[restored.size()]);
      if (restored.size() % 37 == 0) {
        ASSERT_EQ(restored.root(), leaves.root(restored.size())) << size << " then " << restored.size();
      }
    }
    ASSERT_EQ(restored.root(), leaves.root(size + further)) << size;
    later.add(restored.take_full_tiles());
    ASSERT_EQ(later.count(), (size + further) / tile_width - size / tile_width);
    const Tile tile = later.reader()(0, (size + further) / tile_width - 1);
    ASSERT_EQ(tile.back(), leaves.leaves()[(size + further) / tile_width * tile_width - 1]);
  }
}

TEST(MerkleTree, IsRestoredAroundTwoFullLevelsAndGoesOnAlike) {
  reference::Tree leaves(65'900);
  Grown live;
  for (const std::uint64_t size : {65'279u, 65'280u, 65'281u, 65'535u, 65'536u, 65'537u, 65'791u, 65'792u, 65'793u}) {
    live.grow_to(leaves, size);
    const auto last = std::span(leaves.leaves()).subspan(size - size % tile_width, size % tile_width);
    MerkleTree restored = MerkleTree::restore(size, live.store.reader(), last);
    expect_same(restored, live.tree);
    while (restored.size() < 65'900) restored.append(leaves.leaves()[restored.size()]);
    EXPECT_EQ(restored.root(), leaves.root(65'900)) << size;
  }
}

TEST(MerkleTree, ReadsForARestoreOnlyTilesThatNoHigherTileCovers) {
  reference::Tree leaves(65'536 + 3 * 256 + 5);
  Grown live;
  live.grow_to(leaves, 65'536 + 3 * 256 + 5);
  const auto last = std::span(leaves.leaves()).last(5);
  const MerkleTree restored = MerkleTree::restore(live.tree.size(), live.store.reader(), last);
  EXPECT_EQ(restored.root(), live.tree.root());
  EXPECT_EQ(live.store.reads(), 4u) << "three of level 0 and one of level 1";
}

TEST(MerkleTree, IsRestoredEmptyWithoutATile) {
  MerkleTree tree = MerkleTree::restore(0, no_tiles, {});
  EXPECT_EQ(tree.root(), empty_root);
  reference::Tree leaves(1);
  tree.append(leaves.leaves()[0]);
  EXPECT_EQ(tree.root(), leaves.leaves()[0]);
}

TEST(MerkleTree, HasAnotherRootWhenItIsRestoredFromADamagedTile) {
  reference::Tree leaves(700);
  Grown live;
  live.grow_to(leaves, 700);
  const auto last = std::span(leaves.leaves()).last(700 % 256);
  const auto restored_root = [&](const ReadTile& read) { return MerkleTree::restore(700, read, last).root(); };
  EXPECT_EQ(restored_root(live.store.reader()), live.tree.root());
  const ReadTile damaged = [&](unsigned level, std::uint64_t index) {
    Tile tile = live.store.reader()(level, index);
    if (index == 1) tile[77][0] ^= 1;
    return tile;
  };
  EXPECT_NE(restored_root(damaged), live.tree.root());
}

TEST(MerkleTree, LetsTheReadersErrorThroughWhenATileIsMissing) {
  reference::Tree leaves(300);
  EXPECT_THROW(MerkleTree::restore(300, no_tiles, std::span(leaves.leaves()).last(44)), std::runtime_error);
}

TEST(MerkleTreeDeathTest, StopsWhenTheLastLeavesAreNotAsManyAsTheSizeSays) {
  reference::Tree leaves(5);
  EXPECT_DEATH(MerkleTree::restore(6, no_tiles, leaves.leaves()), "broken invariant");
  EXPECT_DEATH(MerkleTree::restore(256, no_tiles, leaves.leaves()), "broken invariant");
}

TEST(MerkleTree, GivesEveryCompleteSubtree) {
  for (const std::uint64_t size : {1u, 2u, 3u, 255u, 256u, 257u, 511u, 512u, 700u}) {
    reference::Tree leaves(size);
    Grown live;
    live.grow_to(leaves, size);
    for (unsigned height = 0; size >> height != 0; ++height) {
      for (std::uint64_t i = 0; i < size >> height; ++i) {
        ASSERT_EQ(live.tree.node(height, i, live.store.reader()), leaves.range_root(i << height, (i + 1) << height))
            << size << ": " << height << "/" << i;
      }
    }
  }
}

TEST(MerkleTree, GivesCompleteSubtreesOfHigherTiles) {
  reference::Tree leaves(131'072 + 512);
  Grown live;
  live.grow_to(leaves, 131'072 + 512);
  for (const auto& [height, index] : std::vector<std::pair<unsigned, std::uint64_t>>{
           {8, 0}, {8, 255}, {8, 256}, {8, 511}, {8, 512}, {8, 513}, {9, 255}, {9, 256}, {12, 31}, {15, 3}, {16, 0}, {16, 1}, {17, 0}}) {
    EXPECT_EQ(live.tree.node(height, index, live.store.reader()), leaves.range_root(index << height, (index + 1) << height))
        << height << "/" << index;
  }
}

TEST(MerkleTreeDeathTest, StopsWhenASubtreeIsAskedForThatIsNotComplete) {
  MerkleTree tree;
  for (int i = 0; i < 5; ++i) tree.append(empty_root);
  EXPECT_DEATH(tree.node(0, 5, no_tiles), "broken invariant");
  EXPECT_DEATH(tree.node(2, 1, no_tiles), "broken invariant");
}

TEST(MerkleTree, IsRestoredAtSizesUpToTheLargest) {
  const reference::EqualLeaves leaves;
  for (const std::uint64_t size : {std::uint64_t{1} << 24, (std::uint64_t{1} << 40) + 12'345, (std::uint64_t{1} << 56) - 2,
                                   std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max() - 1}) {
    const std::vector<Hash> last(size % tile_width, leaves.complete(0));
    MerkleTree tree = MerkleTree::restore(size, leaves.tiles(), last);
    EXPECT_EQ(tree.root(), leaves.root(size)) << size;
    tree.append(leaves.complete(0));
    EXPECT_EQ(tree.root(), leaves.root(size + 1)) << size;
    for (unsigned height = 0; height < 64 && size >> height != 0; ++height) {
      EXPECT_EQ(tree.node(height, (size >> height) - 1, leaves.tiles()), leaves.complete(height)) << size << " height " << height;
    }
  }
}

TEST(MerkleTreeDeathTest, StopsAtTheLargestSize) {
  const reference::EqualLeaves leaves;
  const std::vector<Hash> last(255, leaves.complete(0));
  MerkleTree tree = MerkleTree::restore(std::numeric_limits<std::uint64_t>::max(), leaves.tiles(), last);
  EXPECT_DEATH(tree.append(empty_root), "broken invariant");
}

TEST(Tile, IsStoredAsItsHashesOneAfterTheOther) {
  Tile tile{};
  tile[0][0] = 1;
  tile[1][31] = 2;
  tile[255][31] = 3;
  const ByteSpan bytes = tile_bytes(tile);
  ASSERT_EQ(bytes.size(), 8192u);
  EXPECT_EQ(bytes[0], 1);
  EXPECT_EQ(bytes[63], 2);
  EXPECT_EQ(bytes[8191], 3);
  EXPECT_EQ(tile_from(bytes), tile);
}

TEST(Tile, IsNotReadFromAnotherNumberOfBytes) {
  const Bytes bytes(8193);
  EXPECT_TRUE(tile_from(ByteSpan(bytes).first(8192)));
  EXPECT_FALSE(tile_from(bytes));
  EXPECT_FALSE(tile_from(ByteSpan(bytes).first(8191)));
  EXPECT_FALSE(tile_from({}));
}

TEST(MerkleTree, HasTheSameRootFollowedByASubtreeAsWithItsLeaves) {
  reference::Tree leaves(64 + 15);
  for (const std::uint64_t blocks : {0u, 1u, 2u, 3u, 4u}) {
    MerkleTree upper;
    for (std::uint64_t block = 0; block < blocks; ++block) upper.append(leaves.range_root(16 * block, 16 * block + 16));
    for (std::uint64_t more = 1; more < 16; ++more) {
      EXPECT_EQ(upper.root_followed_by(leaves.range_root(16 * blocks, 16 * blocks + more)), leaves.root(16 * blocks + more));
    }
  }
}

TEST(MerkleTree, GrowsByManyLeavesAtOnceAsByOneAfterTheOther) {
  const reference::Tree leaves(1'500);
  BulkHasher hasher;
  for (const std::size_t before : {0u, 1u, 2u, 3u, 5u, 127u, 128u, 255u, 256u, 257u, 511u, 700u}) {
    for (const std::size_t count : {0u, 1u, 2u, 3u, 7u, 64u, 255u, 256u, 257u, 513u, 800u}) {
      MerkleTree one_by_one;
      for (std::size_t i = 0; i < before; ++i) one_by_one.append(leaves.leaves()[i]);
      MerkleTree at_once = one_by_one.fork();
      one_by_one.take_full_tiles();
      for (std::size_t i = before; i < before + count; ++i) one_by_one.append(leaves.leaves()[i]);
      at_once.append(std::span(leaves.leaves()).subspan(before, count), hasher);
      ASSERT_NO_FATAL_FAILURE(expect_same(at_once, one_by_one)) << before << " and " << count;
      const std::vector<FullTile> tiles = at_once.take_full_tiles();
      ASSERT_TRUE(std::ranges::equal(
          tiles, one_by_one.take_full_tiles(),
          [](const FullTile& a, const FullTile& b) { return a.level == b.level && a.index == b.index && a.hashes == b.hashes; }))
          << before << " and " << count;
    }
  }
}

// A tile of the second level stands behind the last one that it covers.
TEST(MerkleTree, FillsATileOfTheSecondLevelWithManyLeavesAtOnce) {
  reference::Tree leaves(65'537);
  Grown one_by_one;
  one_by_one.grow_to(leaves, 65'000);
  MerkleTree at_once = one_by_one.tree.fork();
  for (std::size_t i = 65'000; i < 65'537; ++i) one_by_one.tree.append(leaves.leaves()[i]);
  BulkHasher hasher;
  at_once.append(std::span(leaves.leaves()).subspan(65'000), hasher);
  expect_same(at_once, one_by_one.tree);
  const std::vector<FullTile> tiles = at_once.take_full_tiles();
  ASSERT_EQ(tiles.size(), 4u);
  EXPECT_EQ(tiles.back().level, 1u);
  EXPECT_EQ(tiles.back().index, 0u);
  EXPECT_EQ(tiles.back().hashes, one_by_one.tree.take_full_tiles().back().hashes);
}

TEST(MerkleTree, GoesOnInAForkWithoutTouchingTheFirst) {
  reference::Tree leaves(600);
  MerkleTree tree;
  for (std::size_t i = 0; i < 300; ++i) tree.append(leaves.leaves()[i]);
  MerkleTree fork = tree.fork();
  EXPECT_TRUE(fork.take_full_tiles().empty());
  for (std::size_t i = 300; i < 600; ++i) fork.append(leaves.leaves()[i]);
  EXPECT_EQ(fork.root(), leaves.root(600));
  EXPECT_EQ(tree.root(), leaves.root(300));
  EXPECT_EQ(tree.take_full_tiles().size(), 1u);
}

}  // namespace
}  // namespace muniment
