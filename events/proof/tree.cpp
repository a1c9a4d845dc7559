#include "events/proof/tree.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "events/proof/bulk_hasher.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::uint64_t bit(unsigned height) { return std::uint64_t{1} << height; }

Hash fold_with(LeafHasher& hasher, std::span<const Hash> hashes) {
  MUNIMENT_ASSERT(std::has_single_bit(hashes.size()) && hashes.size() <= tile_width);
  if (hashes.size() == 1) return hashes.front();
  std::array<Hash, tile_width / 2> above;
  std::size_t count = hashes.size() / 2;
  for (std::size_t i = 0; i < count; ++i) above[i] = hasher.node_hash(hashes[2 * i], hashes[2 * i + 1]);
  for (; count > 1; count /= 2) {
    for (std::size_t i = 0; i < count / 2; ++i) above[i] = hasher.node_hash(above[2 * i], above[2 * i + 1]);
  }
  return above.front();
}

}  // namespace

Hash tile_root(LeafHasher& hasher, const Tile& tile) { return fold_with(hasher, tile); }

std::uint64_t hashes_at_level(std::uint64_t size, unsigned level) {
  const unsigned shift = level * tile_height;
  return shift >= 64 ? 0 : size >> shift;
}

ByteSpan tile_bytes(const Tile& tile) { return {tile.front().data(), sizeof(Tile)}; }

std::optional<Tile> tile_from(ByteSpan bytes) {
  if (bytes.size() != sizeof(Tile)) return std::nullopt;
  Tile tile;
  std::memcpy(&tile, bytes.data(), sizeof tile);
  return tile;
}

MerkleTree::MerkleTree() = default;

MerkleTree MerkleTree::restore(std::uint64_t size, const ReadTile& read_tile, std::span<const Hash> last_leaves) {
  MUNIMENT_ASSERT(last_leaves.size() == size % tile_width);
  MerkleTree tree;
  tree.size_ = size;
  for (unsigned level = 0; hashes_at_level(size, level) != 0; ++level) {
    std::vector<Hash>& hashes = tree.partial_.emplace_back();
    hashes.reserve(tile_width);
    const std::uint64_t end = hashes_at_level(size, level);
    if (level == 0) {
      hashes.assign(last_leaves.begin(), last_leaves.end());
    } else {
      for (std::uint64_t i = end - end % tile_width; i < end; ++i) hashes.push_back(tree.fold(read_tile(level - 1, i)));
    }
    // The level's peaks: the first 128 hashes if there are so many, then the next 64, and so on.
    std::size_t from = 0;
    for (unsigned height = tile_height; height-- > 0;) {
      if ((hashes.size() & bit(height)) == 0) continue;
      tree.peaks_[level * tile_height + height] = tree.fold(std::span(hashes).subspan(from, bit(height)));
      from += bit(height);
    }
  }
  return tree;
}

MerkleTree MerkleTree::fork() const {
  MerkleTree tree;
  tree.size_ = size_;
  tree.peaks_ = peaks_;
  tree.partial_ = partial_;
  return tree;
}

void MerkleTree::append(const Hash& leaf) {
  MUNIMENT_ASSERT(size_ < std::numeric_limits<std::uint64_t>::max());
  push(0, size_, leaf);
  carry_up(leaf);
  ++size_;
}

// At each height, the new complete subtrees of it: the first one may belong to a peak of before, the last one become one.
void MerkleTree::append(std::span<const Hash> leaves, BulkHasher& hasher) {
  MUNIMENT_ASSERT(leaves.size() <= std::numeric_limits<std::uint64_t>::max() - size_);
  std::vector<Hash> subtrees(leaves.begin(), leaves.end());
  std::uint64_t first = size_;  // The number of the first one among all of its height.
  for (unsigned height = 0; !subtrees.empty(); ++height) {
    if (height % tile_height == 0) {
      for (std::size_t i = 0; i < subtrees.size(); ++i) push(height / tile_height, first + i, subtrees[i]);
    }
    if (first % 2 == 1) {
      subtrees.insert(subtrees.begin(), peaks_[height]);
      --first;
    }
    if (subtrees.size() % 2 == 1) {
      peaks_[height] = subtrees.back();
      subtrees.pop_back();
    }
    std::vector<Hash> parents(subtrees.size() / 2);
    hasher.node_hashes(subtrees, parents);
    subtrees = std::move(parents);
    first /= 2;
  }
  size_ += leaves.size();
}

// Adds one to a binary number: two subtrees of a height become one of the next.
void MerkleTree::carry_up(Hash hash) {
  unsigned height = 0;
  for (; (size_ & bit(height)) != 0; ++height) {
    hash = hasher_.node_hash(peaks_[height], hash);
    if ((height + 1) % tile_height == 0) push((height + 1) / tile_height, size_ >> (height + 1), hash);
  }
  peaks_[height] = hash;
}

// The hash of that number at the level, counted from 0.
void MerkleTree::push(unsigned level, std::uint64_t number, const Hash& hash) {
  if (level == partial_.size()) partial_.emplace_back().reserve(tile_width);
  std::vector<Hash>& hashes = partial_[level];
  hashes.push_back(hash);
  if (hashes.size() < tile_width) return;
  FullTile& tile = full_.emplace_back();
  tile.level = level;
  tile.index = number / tile_width;
  std::ranges::copy(hashes, tile.hashes.begin());
  hashes.clear();
}

Hash MerkleTree::root() const {
  if (size_ == 0) return empty_root;
  auto height = static_cast<unsigned>(std::countr_zero(size_));
  Hash hash = peaks_[height];
  while (++height < 64) {
    if ((size_ & bit(height)) != 0) hash = hasher_.node_hash(peaks_[height], hash);
  }
  return hash;
}

Hash MerkleTree::root_followed_by(const Hash& last) const {
  Hash hash = last;
  for (unsigned height = 0; height < 64; ++height) {
    if ((size_ & bit(height)) != 0) hash = hasher_.node_hash(peaks_[height], hash);
  }
  return hash;
}

std::vector<FullTile> MerkleTree::take_full_tiles() { return std::exchange(full_, {}); }

std::span<const Hash> MerkleTree::partial_tile(unsigned level) const {
  if (level >= partial_.size()) return {};
  return partial_[level];
}

Hash MerkleTree::node(unsigned height, std::uint64_t index, const ReadTile& read_tile) const {
  MUNIMENT_ASSERT(height < 64 && index < size_ >> height);
  const unsigned level = height / tile_height;
  const std::uint64_t first = index << (height % tile_height);  // among the hashes of the level
  const std::size_t count = bit(height % tile_height);
  const std::uint64_t tile = first / tile_width;
  if (tile == hashes_at_level(size_, level) / tile_width) return fold(partial_tile(level).subspan(first % tile_width, count));
  const Tile full = read_tile(level, tile);
  return fold(std::span(full).subspan(first % tile_width, count));
}

Hash MerkleTree::fold(std::span<const Hash> hashes) const { return fold_with(hasher_, hashes); }

}  // namespace muniment
