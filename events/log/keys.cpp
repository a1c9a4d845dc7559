#include "events/log/keys.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "events/values/assert.h"
#include "events/values/sha256.h"

namespace muniment {
namespace {

constexpr std::size_t chunk_key_bytes = sizeof(Partition) + sizeof(Position);

std::uint64_t process_seed() {
  static const std::uint64_t seed = [] {
    std::array<Byte, 8> bytes{};
    fill_random(bytes);
    return get_u64be(reinterpret_cast<const char*>(bytes.data()));
  }();
  return seed;
}

}  // namespace

std::string chunk_key(Partition partition, Position first) {
  std::string key;
  put_u16be(key, partition);
  put_u64be(key, first);
  return key;
}

Position position_of_chunk_key(std::string_view key) {
  return key.size() == chunk_key_bytes ? get_u64be(key.data() + sizeof(Partition)) : 0;
}

std::string tile_key(Partition partition, unsigned level, std::uint64_t index) {
  std::string key;
  put_u16be(key, partition);
  key.push_back(static_cast<char>(level));
  put_u64be(key, index);
  return key;
}

static std::string sized_key(std::string_view name, Partition partition, Position size) {
  std::string key{name};
  put_u16be(key, partition);
  put_u64be(key, size);
  return key;
}

std::string checkpoint_key(Partition partition, Position size) { return sized_key(log_format::meta_checkpoint, partition, size); }

std::string time_stamp_key(Partition partition, Position size) { return sized_key(log_format::meta_time_stamp, partition, size); }

std::string archived_key(Partition partition) {
  std::string key{log_format::meta_archived};
  put_u16be(key, partition);
  return key;
}

void put_stream_key(schema::StreamKind kind, ByteSpan key, std::string& out) {
  MUNIMENT_ASSERT(static_cast<unsigned>(kind) < 256 && key.size() <= StreamName::key_size_max);
  out.push_back(static_cast<char>(kind));
  out.push_back(static_cast<char>(key.size()));
  out.append(text_of(key));
}

std::string stream_key(const StreamName& stream) {
  std::string out;
  put_stream_key(stream.kind(), stream.key(), out);
  return out;
}

StreamName stream_of(std::string_view key) {
  MUNIMENT_ASSERT(key.size() >= 2);
  return {static_cast<schema::StreamKind>(static_cast<Byte>(key[0])), bytes_of(key.substr(2))};
}

std::string stream_entry_key(Partition partition, std::string_view stream_key, Version first) {
  std::string key;
  key.reserve(sizeof(Partition) + stream_key.size() + version_bytes);
  put_u16be(key, partition);
  key.append(stream_key);
  put_u64be(key, first);
  return key;
}

void put_command_name(schema::PrincipalKind kind, std::string_view name, std::string_view command_id, std::string& out) {
  MUNIMENT_ASSERT(static_cast<unsigned>(kind) < 256);
  out.push_back(static_cast<char>(kind));
  out.append(name);
  out.push_back('\0');
  out.append(command_id);
}

std::string command_key(Partition partition, const CommandDigest& digest) {
  std::string key;
  put_u16be(key, partition);
  key.append(text_of(digest));
  return key;
}

CommandDigest command_digest(std::string_view command_name) {
  const Sha256 whole = sha256({bytes_of(command_name)});
  CommandDigest digest;
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

KeyHash hash_of_key(std::string_view key) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(key.data(), key.size(), process_seed());
  return {hash.low64, hash.high64};
}

}  // namespace muniment
