#include "events/proof/bulk_hasher.h"

#include <openssl/sha.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "events/values/assert.h"
#include "events/values/sha256_blocks.h"

namespace muniment {
namespace {

constexpr std::array<Byte, 1> leaf_prefixes{0x00};
constexpr std::array<Byte, 1> node_prefixes{0x01};

}  // namespace

// Two messages at a time, each padded in a buffer of its own. The one that ends first makes room for the next.
class BulkHasher::Lanes {
 public:
  // Gives the message of a number.
  template <typename MessageAt>
  void hash(ByteSpan prefix, std::size_t count, const MessageAt& message_at, std::span<Hash> out) {
    std::size_t next = 0;
    const auto refill = [&](Lane& lane) {
      if (lane.blocks_left == 0 && next < count) {
        lane.begin(prefix, message_at(next), next);
        ++next;
      }
    };
    auto& [a, b] = lanes_;
    for (;;) {
      refill(a);
      refill(b);
      if (a.blocks_left == 0 && b.blocks_left == 0) return;
      if (a.blocks_left > 0 && b.blocks_left > 0) {
        const std::size_t now = std::min(a.blocks_left, b.blocks_left);
        sha256_blocks(a.state, a.at, b.state, b.at, now);
        a.advance(now, out);
        b.advance(now, out);
      } else {
        Lane& last = a.blocks_left > 0 ? a : b;
        sha256_blocks(last.state, last.at, last.blocks_left);
        last.advance(last.blocks_left, out);
      }
    }
  }

 private:
  struct Lane {
    // FIPS 180-4, 5.1.1: a one bit, zeros, the message's length in bits as u64be, to the end of a block.
    void begin(ByteSpan prefix, ByteSpan message, std::size_t message_number) {
      const std::size_t length = prefix.size() + message.size();
      blocks_left = (length + 1 + sizeof(std::uint64_t) + sha256_block_bytes - 1) / sha256_block_bytes;
      const std::size_t padded = blocks_left * sha256_block_bytes;
      if (buffer.size() < padded) buffer.resize(padded);
      std::ranges::copy(prefix, buffer.begin());
      if (!message.empty()) std::memcpy(buffer.data() + prefix.size(), message.data(), message.size());
      buffer[length] = 0x80;
      std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(length + 1), buffer.begin() + static_cast<std::ptrdiff_t>(padded), Byte{0});
      const std::uint64_t bits = std::uint64_t{length} * 8;
      for (std::size_t i = 0; i < sizeof bits; ++i) buffer[padded - 1 - i] = static_cast<Byte>(bits >> (8 * i));
      at = buffer.data();
      state = Sha256State::initial();
      number = message_number;
    }
    void advance(std::size_t blocks, std::span<Hash> out) {
      at += blocks * sha256_block_bytes;
      blocks_left -= blocks;
      if (blocks_left == 0) out[number] = state.digest();
    }

    Bytes buffer = Bytes(8 * sha256_block_bytes);
    const Byte* at = nullptr;
    std::size_t blocks_left = 0;
    Sha256State state{};
    std::size_t number = 0;
  };

  std::array<Lane, 2> lanes_;
};

BulkHasher::BulkHasher(By by) : lanes_(by == By::processor && has_sha256_instructions() ? std::make_unique<Lanes>() : nullptr) {}
BulkHasher::~BulkHasher() = default;

void BulkHasher::leaf_hashes(std::span<const ByteSpan> records, std::span<Hash> out) {
  MUNIMENT_ASSERT(out.size() == records.size());
  if (lanes_) return lanes_->hash(leaf_prefixes, records.size(), [&](std::size_t i) { return records[i]; }, out);
  std::ranges::transform(records, out.begin(), [this](ByteSpan record) { return one_by_one_.leaf_hash(record); });
}

void BulkHasher::digests(std::span<const ByteSpan> messages, std::span<Hash> out) {
  MUNIMENT_ASSERT(out.size() == messages.size());
  if (lanes_) return lanes_->hash({}, messages.size(), [&](std::size_t i) { return messages[i]; }, out);
  for (std::size_t i = 0; i < messages.size(); ++i) SHA256(messages[i].data(), messages[i].size(), out[i].data());
}

void BulkHasher::node_hashes(std::span<const Hash> children, std::span<Hash> out) {
  MUNIMENT_ASSERT(2 * out.size() == children.size());
  const auto both = [&](std::size_t i) { return ByteSpan(children[2 * i].data(), 2 * sizeof(Hash)); };
  if (lanes_) return lanes_->hash(node_prefixes, out.size(), both, out);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = one_by_one_.node_hash(children[2 * i], children[2 * i + 1]);
}

Hash BulkHasher::root(std::span<const Hash> hashes) {
  MUNIMENT_ASSERT(!hashes.empty() && hashes.size() <= tile_width);
  const std::size_t complete = std::bit_floor(hashes.size());
  const Hash first = root_of_complete(hashes.first(complete));
  return complete == hashes.size() ? first : one_by_one_.node_hash(first, root(hashes.subspan(complete)));
}

Hash BulkHasher::root_of_complete(std::span<const Hash> hashes) {
  std::array<Hash, tile_width / 2> below;
  std::array<Hash, tile_width / 2> above;
  std::span<const Hash> level = hashes;
  while (level.size() > 1) {
    const std::span<Hash> parents = std::span(above).first(level.size() / 2);
    node_hashes(level, parents);
    std::swap(above, below);
    level = std::span(below).first(parents.size());
  }
  return level.front();
}

}  // namespace muniment
