// The keys of the log's column families and of its index in memory. format.h names their parts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/log/format.h"
#include "events/record/position.h"
#include "events/record/principal.h"
#include "events/record/stream_name.h"

namespace muniment {

std::string chunk_key(Partition partition, Position first);
// The position in a key of that length; 0 in any other.
Position position_of_chunk_key(std::string_view key);

std::string tile_key(Partition partition, unsigned level, std::uint64_t index);

// Of the family meta.
std::string checkpoint_key(Partition partition, Position size);
std::string time_stamp_key(Partition partition, Position size);
std::string archived_key(Partition partition);

// A stream's name as bytes: kind u8 | size u8 | key.
void put_stream_key(schema::StreamKind kind, ByteSpan key, std::string& out);
std::string stream_key(const StreamName& stream);
// Precondition: `key` is what put_stream_key wrote.
StreamName stream_of(std::string_view key);
// Every key of the family streams starts with the partition and the stream key, and ends with 8 bytes of version.
std::string stream_entry_key(Partition partition, std::string_view stream_key, Version first);
inline constexpr std::size_t version_bytes = 8;

// Whose command it is, as bytes: principal kind u8 | name | 0 | command id. What the digest covers.
void put_command_name(schema::PrincipalKind kind, std::string_view name, std::string_view command_id, std::string& out);

// Of a command's name: what stands for it on disk. Throws std::runtime_error when the cryptographic library refuses.
using CommandDigest = std::array<Byte, log_format::command_digest_bytes>;
CommandDigest command_digest(std::string_view command_name);
std::string command_key(Partition partition, const CommandDigest& digest);

// A hash in memory, never on disk: its seed is drawn when the process starts, so nobody can choose names that collide. 128 bits: two
// streams do not meet by chance.
struct KeyHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const KeyHash&) const = default;
};
KeyHash hash_of_key(std::string_view key);

}  // namespace muniment
