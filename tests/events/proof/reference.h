// A second, naive implementation of RFC 6962's tree, to hold ours against: the recursion of section 2.1 as it is written, over
// OpenSSL's one-shot SHA-256. And the vectors that transparency-dev/merkle publishes (testonly/constants.go).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "events/proof/proof.h"
#include "events/proof/tree.h"

namespace muniment::reference {

Hash hash_of(std::string_view hex);
Hash sha256(ByteSpan bytes);
Hash leaf_hash(ByteSpan record);
Hash node_hash(const Hash& left, const Hash& right);
// MTH(D[n]) over leaf hashes, nothing remembered.
Hash root(std::span<const Hash> leaves);

// Leaves 0, 1, 2 ... with distinct hashes, and the roots over any range of them; complete subtrees are remembered.
class Tree {
 public:
  explicit Tree(std::size_t leaves);
  const std::vector<Hash>& leaves() const { return leaves_; }
  Hash range_root(std::uint64_t begin, std::uint64_t end);
  Hash root(std::uint64_t size) { return range_root(0, size); }
  // PATH(m, D[n]) and PROOF(m, D[n]).
  Proof inclusion(std::uint64_t index, std::uint64_t begin, std::uint64_t end);
  Proof consistency(std::uint64_t size1, std::uint64_t begin, std::uint64_t end, bool known);
  NodeSource nodes() {
    return [this](unsigned height, std::uint64_t index) { return range_root(index << height, (index + 1) << height); };
  }

 private:
  std::vector<Hash> leaves_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Hash> complete_;
};

// A tree of equal leaves: every complete subtree of a height has the same hash, so a tree of any size up to 2^64 - 1 can be asked
// without building it. It shows arithmetic that overflows; it does not show leaves in the wrong order.
class EqualLeaves {
 public:
  EqualLeaves();
  const Hash& complete(unsigned height) const { return by_height_.at(height); }
  Hash root(std::uint64_t size) const;
  NodeSource nodes() const {
    return [this](unsigned height, std::uint64_t) { return complete(height); };
  }
  ReadTile tiles() const;

 private:
  std::vector<Hash> by_height_;
};

// Full tiles as a store would keep them. Reading one that was never stored throws.
class TileStore {
 public:
  void add(std::vector<FullTile> tiles);
  ReadTile reader() const;
  std::size_t count() const { return tiles_.size(); }
  std::size_t reads() const { return reads_; }

 private:
  std::map<std::pair<unsigned, std::uint64_t>, Tile> tiles_;
  mutable std::size_t reads_ = 0;
};

// The eight published leaves, the complete subtrees over them by height, and the roots of the trees of 0 to 8 of them.
const std::vector<Bytes>& published_leaves();
const std::vector<std::vector<Hash>>& published_nodes();
const std::vector<Hash>& published_roots();

// Every way to spoil a proof that the tests know: a bit flipped in each hash, each dropped, one added at each place, each two swapped.
struct Spoiled {
  std::string how;
  Proof proof;
};
std::vector<Spoiled> spoil(const Proof& proof);

}  // namespace muniment::reference
