#include "events/proof/consistency.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "tests/events/proof/reference.h"

namespace muniment {
namespace {

using NotConsistent = std::unexpected<ProofError>;

const NodeSource no_nodes_of_consistency = [](unsigned, std::uint64_t) -> Hash { throw std::runtime_error("no node should be read"); };

class Consistency : public testing::Test {
 protected:
  LeafHasher hasher;
  const Hash stranger = reference::sha256(bytes_of("somebody else's"));
  const Hash other = reference::sha256(bytes_of("another's"));
};

// transparency-dev/merkle, proof/verify_test.go.
TEST_F(Consistency, VerifiesThePublishedProofs) {
  const auto& nodes = reference::published_nodes();
  const auto& roots = reference::published_roots();
  struct Row {
    std::uint64_t size1;
    std::uint64_t size2;
    Proof proof;
  };
  for (const Row& row : std::vector<Row>{{1, 1, {}},
                                         {1, 8, {nodes[0][1], nodes[1][1], nodes[2][1]}},
                                         {6, 8, {nodes[1][2], nodes[1][3], nodes[2][0]}},
                                         {2, 5, {nodes[1][1], nodes[0][4]}},
                                         {6, 7, {nodes[1][2], nodes[0][6], nodes[2][0]}}}) {
    const auto node = [&](unsigned height, std::uint64_t i) { return nodes.at(height).at(i); };
    EXPECT_TRUE(verify_consistency(hasher, row.size1, row.size2, row.proof, roots[row.size1], roots[row.size2]))
        << row.size1 << "-" << row.size2;
    EXPECT_EQ(consistency_proof(hasher, row.size1, row.size2, node), row.proof) << row.size1 << "-" << row.size2;
  }
}

TEST_F(Consistency, IsProvedAsTheRecursionSaysForEveryPairUpTo70) {
  reference::Tree leaves(70);
  for (std::uint64_t size2 = 1; size2 <= 70; ++size2) {
    for (std::uint64_t size1 = 1; size1 <= size2; ++size1) {
      const auto proof = consistency_proof(hasher, size1, size2, leaves.nodes());
      ASSERT_TRUE(proof);
      ASSERT_EQ(*proof, leaves.consistency(size1, 0, size2, true)) << size1 << "-" << size2;
      ASSERT_TRUE(verify_consistency(hasher, size1, size2, *proof, leaves.root(size1), leaves.root(size2))) << size1 << "-" << size2;
    }
  }
}

TEST_F(Consistency, RefusesEverySpoiledProofOfEveryPairUpTo70) {
  reference::Tree leaves(70);
  for (std::uint64_t size2 = 1; size2 <= 70; ++size2) {
    for (std::uint64_t size1 = 1; size1 <= size2; ++size1) {
      const Proof proof = leaves.consistency(size1, 0, size2, true);
      ASSERT_TRUE(verify_consistency(hasher, size1, size2, proof, leaves.root(size1), leaves.root(size2))) << "unspoiled";
      for (const auto& spoiled : reference::spoil(proof)) {
        const auto verdict = verify_consistency(hasher, size1, size2, spoiled.proof, leaves.root(size1), leaves.root(size2));
        ASSERT_FALSE(verdict) << size1 << "-" << size2 << ": " << spoiled.how;
        const bool length = verdict.error() == ProofError::wrong_length;
        ASSERT_EQ(length, spoiled.proof.size() != proof.size()) << size1 << "-" << size2 << ": " << spoiled.how;
      }
    }
  }
}

TEST_F(Consistency, RefusesTheProofOfOtherSizesOrRoots) {
  reference::Tree leaves(70);
  for (std::uint64_t size2 = 2; size2 <= 70; ++size2) {
    for (std::uint64_t size1 = 1; size1 < size2; ++size1) {
      const Proof proof = leaves.consistency(size1, 0, size2, true);
      const Hash root1 = leaves.root(size1);
      const Hash root2 = leaves.root(size2);
      const auto verifies = [&](std::uint64_t m, std::uint64_t n, const Hash& from, const Hash& to) {
        return verify_consistency(hasher, m, n, proof, from, to).has_value();
      };
      ASSERT_TRUE(verifies(size1, size2, root1, root2)) << "unspoiled";
      ASSERT_FALSE(verifies(size1 - 1, size2, root1, root2)) << size1 << "-" << size2;
      ASSERT_FALSE(verifies(size1 + 1, size2, root1, root2)) << size1 << "-" << size2;
      ASSERT_FALSE(verifies(size1 ^ 2, size2, root1, root2)) << size1 << "-" << size2;
      ASSERT_FALSE(verifies(size1, size2 * 2, root1, root2)) << size1 << "-" << size2;
      ASSERT_FALSE(verifies(size1, size2 / 2, root1, root2)) << size1 << "-" << size2;
      ASSERT_FALSE(verifies(size1, size2, stranger, root2)) << size1 << "-" << size2;
      ASSERT_FALSE(verifies(size1, size2, root1, stranger)) << size1 << "-" << size2;
      ASSERT_FALSE(verifies(size1, size2, root2, root1)) << size1 << "-" << size2;
      ASSERT_FALSE(verifies(size1, size2, root2, root2)) << size1 << "-" << size2;
    }
  }
}

TEST_F(Consistency, SaysWhichRootDiffers) {
  reference::Tree leaves(7);
  const Proof proof = leaves.consistency(6, 0, 7, true);
  const Hash root1 = leaves.root(6);
  const Hash root2 = leaves.root(7);
  EXPECT_TRUE(verify_consistency(hasher, 6, 7, proof, root1, root2));
  EXPECT_EQ(verify_consistency(hasher, 6, 7, proof, stranger, root2), NotConsistent(ProofError::old_root_differs));
  EXPECT_EQ(verify_consistency(hasher, 6, 7, proof, root1, stranger), NotConsistent(ProofError::root_differs));
  // From a complete tree the old root is where the path starts, so a wrong one shows only in where it leads.
  const Proof from_complete = leaves.consistency(4, 0, 7, true);
  EXPECT_TRUE(verify_consistency(hasher, 4, 7, from_complete, leaves.root(4), root2));
  EXPECT_EQ(verify_consistency(hasher, 4, 7, from_complete, stranger, root2), NotConsistent(ProofError::root_differs));
}

// A log that changed an old leaf cannot prove that it continues what it showed before.
TEST_F(Consistency, IsNotProvedByALogThatChangedItsPast) {
  reference::Tree shown(100);
  std::vector<Hash> changed = shown.leaves();
  MerkleTree honest;
  MerkleTree forked;
  changed[17][0] ^= 1;
  for (std::size_t i = 0; i < 100; ++i) {
    honest.append(shown.leaves()[i]);
    forked.append(changed[i]);
  }
  const auto proof_of = [&](const MerkleTree& tree, std::uint64_t size1) {
    return *consistency_proof(hasher, size1, 100, [&](unsigned height, std::uint64_t i) {
      return tree.node(height, i, [](unsigned, std::uint64_t) -> Tile { throw std::runtime_error("no full tile yet"); });
    });
  };
  for (std::uint64_t size1 = 18; size1 < 100; ++size1) {
    EXPECT_TRUE(verify_consistency(hasher, size1, 100, proof_of(honest, size1), shown.root(size1), honest.root())) << size1;
    EXPECT_FALSE(verify_consistency(hasher, size1, 100, proof_of(forked, size1), shown.root(size1), forked.root())) << size1;
    EXPECT_FALSE(verify_consistency(hasher, size1, 100, proof_of(honest, size1), shown.root(size1), forked.root())) << size1;
  }
}

// transparency-dev/merkle, proof/verify_test.go and testdata/consistency/additional.
TEST_F(Consistency, FollowsThePublishedEdgeCases) {
  struct Row {
    std::uint64_t size1;
    std::uint64_t size2;
    Hash root1;
    Hash root2;
    Proof proof;
    std::expected<void, ProofError> verdict;
  };
  const std::expected<void, ProofError> good;
  for (const Row& row : std::vector<Row>{
           {0, 0, stranger, other, {}, NotConsistent(ProofError::root_differs)},
           {1, 1, stranger, other, {}, NotConsistent(ProofError::root_differs)},
           {0, 0, stranger, stranger, {}, good},
           {1, 1, stranger, stranger, {}, good},
           {0, 0, empty_root, empty_root, {}, good},
           {0, 1, stranger, other, {}, NotConsistent(ProofError::empty_tree)},
           {0, 1, empty_root, empty_root, {}, NotConsistent(ProofError::empty_tree)},
           {0, 1, empty_root, other, {empty_root}, NotConsistent(ProofError::empty_tree)},
           {1, 0, stranger, other, {}, NotConsistent(ProofError::sizes_reversed)},
           {2, 1, stranger, other, {}, NotConsistent(ProofError::sizes_reversed)},
           {1, 0, stranger, stranger, {}, NotConsistent(ProofError::sizes_reversed)},
           {1, 2, stranger, other, {}, NotConsistent(ProofError::wrong_length)},
           {3, 4, stranger, other, {}, NotConsistent(ProofError::wrong_length)},
           {0, 0, empty_root, empty_root, {empty_root}, NotConsistent(ProofError::wrong_length)},
           {1, 1, empty_root, empty_root, {empty_root}, NotConsistent(ProofError::wrong_length)},
           {4, 4, stranger, stranger, {stranger}, NotConsistent(ProofError::wrong_length)},
       }) {
    EXPECT_EQ(verify_consistency(hasher, row.size1, row.size2, row.proof, row.root1, row.root2), row.verdict)
        << row.size1 << "-" << row.size2 << " with " << row.proof.size();
  }
}

TEST_F(Consistency, IsNotBuiltFromNothingNorBackwards) {
  EXPECT_EQ(consistency_proof(hasher, 0, 1, no_nodes_of_consistency), NotConsistent(ProofError::empty_tree));
  EXPECT_EQ(consistency_proof(hasher, 2, 1, no_nodes_of_consistency), NotConsistent(ProofError::sizes_reversed));
  EXPECT_EQ(consistency_proof(hasher, 1, 0, no_nodes_of_consistency), NotConsistent(ProofError::sizes_reversed));
  EXPECT_EQ(consistency_proof(hasher, 0, 0, no_nodes_of_consistency), Proof{});
  EXPECT_EQ(consistency_proof(hasher, 5, 5, no_nodes_of_consistency), Proof{});
}

TEST_F(Consistency, IsProvedFromTilesAcrossTwoFullLevels) {
  constexpr std::uint64_t size2 = 65'536 + 256 + 3;
  reference::Tree leaves(size2);
  MerkleTree tree;
  for (const Hash& leaf : leaves.leaves()) tree.append(leaf);
  reference::TileStore store;
  store.add(tree.take_full_tiles());
  const NodeSource node = [&](unsigned height, std::uint64_t i) { return tree.node(height, i, store.reader()); };
  for (const std::uint64_t size1 : {1u, 2u, 3u, 255u, 256u, 257u, 32'768u, 65'535u, 65'536u, 65'537u, 65'792u, 65'793u, 65'794u, 65'795u}) {
    const auto proof = consistency_proof(hasher, size1, size2, node);
    ASSERT_EQ(proof, leaves.consistency(size1, 0, size2, true)) << size1;
    EXPECT_TRUE(verify_consistency(hasher, size1, size2, *proof, leaves.root(size1), tree.root())) << size1;
  }
}

TEST_F(Consistency, IsProvedAndVerifiedAtTheLargestSizes) {
  const reference::EqualLeaves leaves;
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  constexpr auto half = std::uint64_t{1} << 63;
  for (const auto& [size1, size2] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{1, most},
                                                                                         {std::uint64_t{1} << 40, most},
                                                                                         {half - 1, half},
                                                                                         {half, half + 1},
                                                                                         {half, most},
                                                                                         {half + 1, most},
                                                                                         {most - 1, most}}) {
    auto proof = consistency_proof(hasher, size1, size2, leaves.nodes());
    ASSERT_TRUE(proof);
    const auto verify = [&] { return verify_consistency(hasher, size1, size2, *proof, leaves.root(size1), leaves.root(size2)); };
    EXPECT_TRUE(verify()) << size1 << "-" << size2;
    proof->back()[0] ^= 1;
    EXPECT_FALSE(verify()) << size1 << "-" << size2;
    proof->pop_back();
    EXPECT_EQ(verify(), NotConsistent(ProofError::wrong_length)) << size1 << "-" << size2;
  }
}

TEST_F(Consistency, LetsTheSourcesErrorThrough) {
  EXPECT_THROW((void)consistency_proof(hasher, 1, 2, no_nodes_of_consistency), std::runtime_error);
}

}  // namespace
}  // namespace muniment
