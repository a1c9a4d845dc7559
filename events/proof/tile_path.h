// A log as a tree of files: where its tiles and bundles of entries are, and how a bundle looks (c2sp.org/tlog-tiles).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/proof/tree.h"

namespace muniment {

// `tile/<level>/<index>` or, of the records themselves, `tile/entries/<index>`; with `.p/<width>` where it is not full.
struct TilePath {
  std::optional<unsigned> level;  // Nothing: it is a bundle of entries.
  std::uint64_t index = 0;
  unsigned width = tile_width;  // 1 to 256

  std::string text() const;
  // Nothing for any other text, however near.
  static std::optional<TilePath> parse(std::string_view text);

  bool operator==(const TilePath&) const = default;
};

// All files of the tree of that size: of each level its full tiles, and the last one, where it is not full.
// Calls visit(TilePath) for each: bundles first, then level by level.
template <typename Visit>
void each_tile(std::uint64_t size, Visit visit) {
  const auto of_level = [&](std::optional<unsigned> level) {
    const std::uint64_t hashes = hashes_at_level(size, level.value_or(0));
    for (std::uint64_t index = 0; index < hashes / tile_width; ++index) visit(TilePath{level, index, tile_width});
    if (const auto width = static_cast<unsigned>(hashes % tile_width); width != 0) visit(TilePath{level, hashes / tile_width, width});
  };
  of_level(std::nullopt);
  for (unsigned level = 0; hashes_at_level(size, level) != 0; ++level) of_level(level);
}

// A bundle is its records one behind the other, each with its size before it, u16be.
inline constexpr std::size_t bundled_record_max = 0xffff;
// Precondition: at most bundled_record_max bytes.
void put_bundled(ByteSpan record, std::string& out);
// Views of `bundle`. Nothing when the sizes do not add up to its end.
std::optional<std::vector<ByteSpan>> bundled_records(std::string_view bundle);

}  // namespace muniment
