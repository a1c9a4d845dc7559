#include "events/proof/inclusion.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "tests/events/proof/reference.h"

namespace muniment {
namespace {

using NotIncluded = std::unexpected<ProofError>;

const NodeSource no_nodes = [](unsigned, std::uint64_t) -> Hash { throw std::runtime_error("no node should be read"); };

class Inclusion : public testing::Test {
 protected:
  LeafHasher hasher;
  const Hash stranger = reference::sha256(bytes_of("somebody else's"));
};

// transparency-dev/merkle, proof/verify_test.go.
TEST_F(Inclusion, VerifiesThePublishedProofs) {
  const auto& nodes = reference::published_nodes();
  const auto& roots = reference::published_roots();
  struct Row {
    std::uint64_t index;
    std::uint64_t size;
    Proof proof;
  };
  for (const Row& row : std::vector<Row>{{0, 1, {}},
                                         {0, 8, {nodes[0][1], nodes[1][1], nodes[2][1]}},
                                         {5, 8, {nodes[0][4], nodes[1][3], nodes[2][0]}},
                                         {2, 3, {nodes[1][0]}},
                                         {1, 5, {nodes[0][0], nodes[1][1], nodes[0][4]}}}) {
    const auto node = [&](unsigned height, std::uint64_t i) { return nodes.at(height).at(i); };
    EXPECT_TRUE(verify_inclusion(hasher, row.index, row.size, nodes[0][row.index], row.proof, roots[row.size]))
        << row.index << "/" << row.size;
    EXPECT_EQ(inclusion_proof(hasher, row.index, row.size, node), row.proof) << row.index << "/" << row.size;
  }
}

TEST_F(Inclusion, IsProvedAsTheRecursionSaysForEveryLeafOfEverySizeUpTo130) {
  reference::Tree leaves(130);
  for (std::uint64_t size = 1; size <= 130; ++size) {
    const Hash root = leaves.root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(hasher, index, size, leaves.nodes());
      ASSERT_TRUE(proof);
      ASSERT_EQ(*proof, leaves.inclusion(index, 0, size)) << index << "/" << size;
      ASSERT_TRUE(verify_inclusion(hasher, index, size, leaves.leaves()[index], *proof, root)) << index << "/" << size;
    }
  }
}

TEST_F(Inclusion, RefusesEverySpoiledProofOfEveryLeafUpTo130) {
  reference::Tree leaves(130);
  for (std::uint64_t size = 1; size <= 130; ++size) {
    const Hash root = leaves.root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const Proof proof = leaves.inclusion(index, 0, size);
      const Hash& leaf = leaves.leaves()[index];
      ASSERT_TRUE(verify_inclusion(hasher, index, size, leaf, proof, root)) << "unspoiled";
      for (const auto& spoiled : reference::spoil(proof)) {
        const auto verdict = verify_inclusion(hasher, index, size, leaf, spoiled.proof, root);
        ASSERT_FALSE(verdict) << index << "/" << size << ": " << spoiled.how;
        const auto why = spoiled.proof.size() == proof.size() ? ProofError::root_differs : ProofError::wrong_length;
        ASSERT_EQ(verdict.error(), why) << index << "/" << size << ": " << spoiled.how;
      }
    }
  }
}

TEST_F(Inclusion, RefusesTheProofOfAnotherIndexSizeLeafOrRoot) {
  reference::Tree leaves(130);
  for (std::uint64_t size = 1; size <= 130; ++size) {
    const Hash root = leaves.root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const Proof proof = leaves.inclusion(index, 0, size);
      const Hash& leaf = leaves.leaves()[index];
      const auto verifies = [&](std::uint64_t i, std::uint64_t n, const Hash& of, const Hash& to) {
        return verify_inclusion(hasher, i, n, of, proof, to).has_value();
      };
      ASSERT_TRUE(verifies(index, size, leaf, root)) << "unspoiled";
      ASSERT_FALSE(verifies(index - 1, size, leaf, root)) << index << "/" << size;
      ASSERT_FALSE(verifies(index + 1, size, leaf, root)) << index << "/" << size;
      ASSERT_FALSE(verifies(index ^ 2, size, leaf, root)) << index << "/" << size;
      ASSERT_FALSE(verifies(index, size * 2, leaf, root)) << index << "/" << size;
      ASSERT_FALSE(verifies(index, size / 2, leaf, root)) << index << "/" << size;
      ASSERT_FALSE(verifies(index, size, stranger, root)) << index << "/" << size;
      ASSERT_FALSE(verifies(index, size, leaf, stranger)) << index << "/" << size;
      ASSERT_FALSE(verifies(index, size, leaf, empty_root)) << index << "/" << size;
    }
  }
}

TEST_F(Inclusion, IsProvedFromTilesAcrossTwoFullLevels) {
  constexpr std::uint64_t size = 65'536 + 256 + 3;
  reference::Tree leaves(size);
  MerkleTree tree;
  for (const Hash& leaf : leaves.leaves()) tree.append(leaf);
  reference::TileStore store;
  store.add(tree.take_full_tiles());
  const NodeSource node = [&](unsigned height, std::uint64_t i) { return tree.node(height, i, store.reader()); };
  for (const std::uint64_t index : {0u, 1u, 255u, 256u, 32'767u, 32'768u, 65'535u, 65'536u, 65'791u, 65'792u, 65'794u}) {
    const auto proof = inclusion_proof(hasher, index, size, node);
    ASSERT_EQ(proof, leaves.inclusion(index, 0, size)) << index;
    EXPECT_TRUE(verify_inclusion(hasher, index, size, leaves.leaves()[index], *proof, tree.root())) << index;
  }
}

TEST_F(Inclusion, IsProvedForAnOlderSizeOfTheSameTree) {
  reference::Tree leaves(700);
  MerkleTree tree;
  for (const Hash& leaf : leaves.leaves()) tree.append(leaf);
  reference::TileStore store;
  store.add(tree.take_full_tiles());
  const NodeSource node = [&](unsigned height, std::uint64_t i) { return tree.node(height, i, store.reader()); };
  for (const std::uint64_t size : {1u, 2u, 255u, 256u, 257u, 300u, 512u, 699u}) {
    const auto proof = inclusion_proof(hasher, size - 1, size, node);
    ASSERT_TRUE(proof);
    EXPECT_TRUE(verify_inclusion(hasher, size - 1, size, leaves.leaves()[size - 1], *proof, leaves.root(size))) << size;
  }
}

TEST_F(Inclusion, IsEmptyInATreeOfOneLeaf) {
  reference::Tree leaves(1);
  EXPECT_EQ(inclusion_proof(hasher, 0, 1, no_nodes), Proof{});
  EXPECT_TRUE(verify_inclusion(hasher, 0, 1, leaves.leaves()[0], {}, leaves.leaves()[0]));
  EXPECT_EQ(verify_inclusion(hasher, 0, 1, leaves.leaves()[0], {}, stranger), NotIncluded(ProofError::root_differs));
}

TEST_F(Inclusion, RefusesAnIndexBeyondTheSize) {
  for (const auto& [index, size] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {0, 0},
           {1, 0},
           {1, 1},
           {2, 1},
           {8, 8},
           {std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max()}}) {
    EXPECT_EQ(inclusion_proof(hasher, index, size, no_nodes), NotIncluded(ProofError::index_beyond_size)) << index << "/" << size;
    EXPECT_EQ(root_from_inclusion(hasher, index, size, stranger, {}), NotIncluded(ProofError::index_beyond_size)) << index << "/" << size;
    EXPECT_EQ(verify_inclusion(hasher, index, size, stranger, {}, empty_root), NotIncluded(ProofError::index_beyond_size))
        << index << "/" << size;
  }
}

TEST_F(Inclusion, IsProvedAndVerifiedAtTheLargestSizes) {
  const reference::EqualLeaves leaves;
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  for (const std::uint64_t size : {std::uint64_t{1} << 40, std::uint64_t{1} << 63, (std::uint64_t{1} << 63) + 1, most - 1, most}) {
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, size / 2, size - 2, size - 1}) {
      auto proof = inclusion_proof(hasher, index, size, leaves.nodes());
      ASSERT_TRUE(proof);
      const auto verify = [&] { return verify_inclusion(hasher, index, size, leaves.complete(0), *proof, leaves.root(size)); };
      EXPECT_TRUE(verify()) << index << "/" << size;
      proof->back()[0] ^= 1;
      EXPECT_EQ(verify(), NotIncluded(ProofError::root_differs)) << index << "/" << size;
      proof->pop_back();
      EXPECT_EQ(verify(), NotIncluded(ProofError::wrong_length)) << index << "/" << size;
    }
  }
}

TEST_F(Inclusion, LetsTheSourcesErrorThrough) { EXPECT_THROW((void)inclusion_proof(hasher, 0, 2, no_nodes), std::runtime_error); }

}  // namespace
}  // namespace muniment
