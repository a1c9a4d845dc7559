#include "events/log/block_tree.h"

namespace muniment {

std::optional<LogFault> compare_with_tree(const ReadTile& stored, const MerkleTree& tree, std::uint64_t block, const Hash& root) {
  LeafHasher hasher;
  Tile tile;
  const ReadTile read = [&](unsigned level, std::uint64_t index) { return tile = stored(level, index); };
  unsigned height = block_height;
  std::uint64_t number = block;
  Hash below = root;
  try {
    while (true) {
      if (tree.node(height, number, read) != below)
        return LogFault{(number << height) + 1, "the records up to the next block do not lead to the log's root"};
      // Where the tree has the node in a tile that is stored, only what stands above says whether that is right.
      if (tree.size() >> (height + tile_height) <= number / tile_width) return std::nullopt;
      below = tile_root(hasher, tile);
      height += tile_height;
      number /= tile_width;
    }
  } catch (const LogDamaged& damage) {
    return LogFault{(number << height) + 1, damage.what()};
  }
}

}  // namespace muniment
