#include "tests/events/proof/reference.h"

#include <openssl/sha.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <stdexcept>

namespace muniment::reference {
namespace {

std::uint64_t largest_power_below(std::uint64_t n) {
  std::uint64_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

std::vector<Hash> hashes_of(std::initializer_list<std::string_view> digits) {
  std::vector<Hash> hashes;
  for (const auto hex : digits) hashes.push_back(hash_of(hex));
  return hashes;
}

}  // namespace

Hash hash_of(std::string_view hex) {
  const auto bytes = from_hex(hex);
  Hash hash{};
  if (!bytes || bytes->size() != hash.size()) throw std::invalid_argument("a hash has 64 digits");
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

Hash sha256(ByteSpan bytes) {
  Hash hash;
  SHA256(bytes.data(), bytes.size(), hash.data());
  return hash;
}

Hash leaf_hash(ByteSpan record) {
  Bytes bytes{0x00};
  bytes.insert(bytes.end(), record.begin(), record.end());
  return sha256(bytes);
}

Hash node_hash(const Hash& left, const Hash& right) {
  Bytes bytes{0x01};
  bytes.insert(bytes.end(), left.begin(), left.end());
  bytes.insert(bytes.end(), right.begin(), right.end());
  return sha256(bytes);
}

Hash root(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256({});
  if (leaves.size() == 1) return leaves.front();
  const auto k = largest_power_below(leaves.size());
  return node_hash(root(leaves.first(k)), root(leaves.subspan(k)));
}

Tree::Tree(std::size_t leaves) {
  for (std::size_t i = 0; i < leaves; ++i) leaves_.push_back(leaf_hash(bytes_of("record " + std::to_string(i))));
}

Hash Tree::range_root(std::uint64_t begin, std::uint64_t end) {
  if (begin == end) return sha256({});
  if (end - begin == 1) return leaves_.at(begin);
  const bool complete = std::has_single_bit(end - begin);
  if (const auto found = complete_.find({begin, end}); found != complete_.end()) return found->second;
  const std::uint64_t middle = begin + largest_power_below(end - begin);
  const Hash hash = node_hash(range_root(begin, middle), range_root(middle, end));
  if (complete) complete_.emplace(std::pair{begin, end}, hash);
  return hash;
}

Proof Tree::inclusion(std::uint64_t index, std::uint64_t begin, std::uint64_t end) {
  if (end - begin == 1) return {};
  const std::uint64_t middle = begin + largest_power_below(end - begin);
  Proof path = index < middle ? inclusion(index, begin, middle) : inclusion(index, middle, end);
  path.push_back(index < middle ? range_root(middle, end) : range_root(begin, middle));
  return path;
}

Proof Tree::consistency(std::uint64_t size1, std::uint64_t begin, std::uint64_t end, bool known) {
  if (size1 == end) return known ? Proof{} : Proof{range_root(begin, end)};
  const std::uint64_t middle = begin + largest_power_below(end - begin);
  Proof proof = size1 <= middle ? consistency(size1, begin, middle, known) : consistency(size1, middle, end, false);
  proof.push_back(size1 <= middle ? range_root(middle, end) : range_root(begin, middle));
  return proof;
}

EqualLeaves::EqualLeaves() : by_height_{leaf_hash(bytes_of("the same"))} {
  while (by_height_.size() < 64) by_height_.push_back(node_hash(by_height_.back(), by_height_.back()));
}

Hash EqualLeaves::root(std::uint64_t size) const {
  std::optional<Hash> right;
  for (unsigned height = 0; height < 64; ++height) {
    if ((size >> height) % 2 != 0) right = right ? node_hash(complete(height), *right) : complete(height);
  }
  return right ? *right : sha256({});
}

ReadTile EqualLeaves::tiles() const {
  return [this](unsigned level, std::uint64_t) {
    Tile tile;
    tile.fill(complete(level * tile_height));
    return tile;
  };
}

void TileStore::add(std::vector<FullTile> tiles) {
  for (const FullTile& tile : tiles) {
    if (!tiles_.emplace(std::pair{tile.level, tile.index}, tile.hashes).second) throw std::logic_error("a full tile came twice");
  }
}

ReadTile TileStore::reader() const {
  return [this](unsigned level, std::uint64_t index) {
    ++reads_;
    return tiles_.at({level, index});
  };
}

const std::vector<Bytes>& published_leaves() {
  static const std::vector<Bytes> leaves = [] {
    std::vector<Bytes> out;
    for (const auto hex : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}) {
      out.push_back(*from_hex(hex));
    }
    return out;
  }();
  return leaves;
}

const std::vector<std::vector<Hash>>& published_nodes() {
  static const std::vector<std::vector<Hash>> nodes{hashes_of({"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                                               "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                                               "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
                                                               "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
                                                               "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                                                               "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
                                                               "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                                                               "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1"}),
                                                    hashes_of({"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                                               "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                                               "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                                               "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"}),
                                                    hashes_of({"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                                               "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}),
                                                    hashes_of({"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"})};
  return nodes;
}

const std::vector<Hash>& published_roots() {
  static const std::vector<Hash> roots = hashes_of({"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                                    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                                    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                                    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                                    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"});
  return roots;
}

std::vector<Spoiled> spoil(const Proof& proof) {
  std::vector<Spoiled> spoiled;
  const auto add = [&](std::string how, Proof changed) { spoiled.push_back({std::move(how), std::move(changed)}); };
  const Hash stranger = sha256(bytes_of("stranger"));
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const std::string at = " at " + std::to_string(i);
    for (const std::size_t byte : {0u, 15u, 31u}) {
      Proof flipped = proof;
      flipped[i][byte] ^= static_cast<Byte>(1u << (i % 8));
      add("a bit flipped" + at + ", byte " + std::to_string(byte), flipped);
    }
    Proof dropped = proof;
    dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
    add("dropped" + at, dropped);
    for (std::size_t k = i + 1; k < proof.size(); ++k) {
      Proof swapped = proof;
      std::swap(swapped[i], swapped[k]);
      add("swapped" + at + " and " + std::to_string(k), swapped);
    }
    Proof doubled = proof;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), proof[i]);
    add("doubled" + at, doubled);
  }
  for (std::size_t i = 0; i <= proof.size(); ++i) {
    Proof longer = proof;
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(i), stranger);
    add("added at " + std::to_string(i), longer);
  }
  if (!proof.empty()) add("emptied", {});
  return spoiled;
}

}  // namespace muniment::reference
