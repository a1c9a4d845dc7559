// The Merkle tree over a log's records (RFC 6962, section 2.1), cut into tiles of height 8 as c2sp.org/tlog-tiles lays them out.
// Tile (level L, index N) holds the hashes of the complete subtrees over 256^L leaves each, from number 256 N to 256 N + 255.
// Its invariant: a full tile never changes again, so it is stored once; what is not yet full stays in memory.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "events/proof/hash.h"

namespace muniment {

// These values are the layout: they are on disk and in other programs.
inline constexpr unsigned tile_height = 8;
inline constexpr std::size_t tile_width = 256;

// How many hashes stand at a level of the tree of `size` leaves.
std::uint64_t hashes_at_level(std::uint64_t size, unsigned level);

using Tile = std::array<Hash, tile_width>;
static_assert(sizeof(Tile) == 8192);

struct FullTile {
  unsigned level;
  std::uint64_t index;
  Tile hashes;
};

// A full tile as it is stored and served: its hashes one after the other, 8,192 bytes. The view is of `tile`.
ByteSpan tile_bytes(const Tile& tile);
// Nothing unless exactly 8,192 bytes are given.
std::optional<Tile> tile_from(ByteSpan bytes);

// The root of the complete subtree that a full tile covers.
Hash tile_root(LeafHasher& hasher, const Tile& tile);

// Gives a full tile that was stored. Throws when it cannot: a tile which is missing or damaged is no tree.
using ReadTile = std::function<Tile(unsigned level, std::uint64_t index)>;

class BulkHasher;

// Not thread-safe, also where it is const.
class MerkleTree {
 public:
  MerkleTree();
  MerkleTree(MerkleTree&&) noexcept = default;
  MerkleTree& operator=(MerkleTree&&) noexcept = default;

  // The tree of `size` leaves as it stood when that many had been appended, from the full tiles stored by then and the leaf
  // hashes of the last `size % 256` records. Reads each full tile that no stored tile above it covers: at most 255 a level and
  // 255 hashes for each (10,000,000 leaves: 302 tiles). It believes what it reads: compare root() with one that is known.
  static MerkleTree restore(std::uint64_t size, const ReadTile& read_tile, std::span<const Hash> last_leaves);

  // The same tree once more, for another thread; without the full tiles that nobody has taken.
  MerkleTree fork() const;

  void append(const Hash& leaf);
  // Many at once, level by level, in half the time and with the same outcome.
  void append(std::span<const Hash> leaves, BulkHasher& hasher);
  std::uint64_t size() const { return size_; }
  // At most one hash for each bit of size(). Ask once a group.
  Hash root() const;
  // The root of the larger tree in which this one's leaves are complete subtrees of one height, and one more subtree, which need not be
  // complete, follows them.
  Hash root_followed_by(const Hash& last) const;

  // The tiles that became full since the last call, in the order they did: a tile stands after those it covers. The caller stores
  // them in the write that stores the records.
  std::vector<FullTile> take_full_tiles();
  // The hashes of the level's last tile, which is not full: size() / 256^level % 256 of them. Valid until the next append.
  std::span<const Hash> partial_tile(unsigned level) const;

  // The hash of the complete subtree over leaves [index << height, (index + 1) << height): what proofs are built from. Reads at
  // most one tile, which must have been stored. Precondition: the subtree lies within size().
  Hash node(unsigned height, std::uint64_t index, const ReadTile& read_tile) const;

 private:
  void push(unsigned level, std::uint64_t number, const Hash& hash);
  void carry_up(Hash hash);
  // The root over 1, 2, 4 ... 256 neighbouring hashes of one tile.
  Hash fold(std::span<const Hash> hashes) const;

  mutable LeafHasher hasher_;  // Scratch only: it does not change what the tree is.
  std::uint64_t size_ = 0;
  // peaks_[h] is the complete subtree of height h at the tree's right edge, meaningful where bit h of size_ is set.
  std::array<Hash, 64> peaks_{};
  std::vector<std::vector<Hash>> partial_;  // by level, each of fewer than 256 hashes
  std::vector<FullTile> full_;              // not yet taken
};

}  // namespace muniment
