#include "events/proof/hash.h"

#include <gtest/gtest.h>

#include <numeric>
#include <utility>

#include "tests/events/proof/reference.h"

namespace muniment {
namespace {

TEST(LeafHasher, HashesThePublishedLeaves) {
  LeafHasher hasher;
  for (std::size_t i = 0; i < reference::published_leaves().size(); ++i) {
    EXPECT_EQ(to_hex(hasher.leaf_hash(reference::published_leaves()[i])), to_hex(reference::published_nodes()[0][i])) << "leaf " << i;
  }
}

TEST(LeafHasher, HashesThePublishedNodes) {
  LeafHasher hasher;
  const auto& nodes = reference::published_nodes();
  for (std::size_t height = 1; height < nodes.size(); ++height) {
    for (std::size_t i = 0; i < nodes[height].size(); ++i) {
      EXPECT_EQ(hasher.node_hash(nodes[height - 1][2 * i], nodes[height - 1][2 * i + 1]), nodes[height][i]) << height << "/" << i;
    }
  }
}

TEST(LeafHasher, HashesRecordsOfEveryLengthAroundItsBuffersEnd) {
  LeafHasher hasher;
  Bytes record(65'528);
  std::iota(record.begin(), record.end(), Byte{0});
  for (const std::size_t length : {0u, 1u, 54u, 55u, 56u, 63u, 64u, 65u, 2047u, 2048u, 2049u, 8192u, 65'528u}) {
    const auto part = ByteSpan(record).first(length);
    EXPECT_EQ(hasher.leaf_hash(part), reference::leaf_hash(part)) << length;
  }
}

TEST(LeafHasher, KeepsNothingOfTheHashBefore) {
  LeafHasher hasher;
  const Hash first = hasher.leaf_hash(bytes_of("a longer record than the next"));
  EXPECT_EQ(hasher.leaf_hash(bytes_of("short")), reference::leaf_hash(bytes_of("short")));
  EXPECT_EQ(hasher.node_hash(first, first), reference::node_hash(first, first));
  EXPECT_EQ(hasher.leaf_hash(bytes_of("a longer record than the next")), first);
}

TEST(LeafHasher, TellsALeafFromANodeOfTheSameBytes) {
  LeafHasher hasher;
  const Hash left = hasher.leaf_hash(bytes_of("left"));
  const Hash right = hasher.leaf_hash(bytes_of("right"));
  Bytes both(left.begin(), left.end());
  both.insert(both.end(), right.begin(), right.end());
  EXPECT_NE(hasher.leaf_hash(both), hasher.node_hash(left, right));
  EXPECT_NE(hasher.node_hash(left, right), hasher.node_hash(right, left));
}

TEST(LeafHasher, GoesOnWhereItWasMovedTo) {
  LeafHasher hasher;
  LeafHasher moved = std::move(hasher);
  EXPECT_EQ(moved.leaf_hash({}), reference::published_nodes()[0][0]);
}

TEST(EmptyRoot, IsTheHashOfTheEmptyString) {
  EXPECT_EQ(empty_root, reference::sha256({}));
  EXPECT_EQ(empty_root, reference::published_roots()[0]);
}

}  // namespace
}  // namespace muniment
