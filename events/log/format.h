// What the log has on disk, in numbers and names. docs/formats.md, "The log", describes it well enough to read it with another program.
// Do not change these values: they are on disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace muniment::log_format {

// Family meta, key "format": version u32le | oldest reader u32le. A program opens a log whose oldest reader is at most its own version.
inline constexpr std::uint32_t version = 1;
inline constexpr std::uint32_t oldest_reader = 1;

// Column families. Every number in a key is big-endian, so that bytewise order is numeric order.
inline constexpr std::string_view events_family = "events";  // partition u16 | first position u64 -> chunk
inline constexpr std::string_view tiles_family = "tiles";    // partition u16 | level u8 | index u64 -> 256 hashes of 32 bytes
inline constexpr std::string_view streams_family =
    "streams";  // partition u16 | kind u8 | size u8 | key | version u64 -> positions, or the head
inline constexpr std::string_view commands_family = "commands";  // partition u16 | digest 16 -> position u64be
inline constexpr std::string_view meta_family = "meta";          // text -> below

inline constexpr std::string_view meta_format = "format";
// Followed by the partition u16be: position u64be up to which the families streams and commands are complete; the records after it are
// indexed in memory. Absent: none.
inline constexpr std::string_view meta_indexed = "indexed";
// Followed by the partition u16be and a size u64be: the checkpoint of that size, a signed note.
inline constexpr std::string_view meta_checkpoint = "checkpoint";
// The same: the time stamp token over the text of the checkpoint of that size, DER.
inline constexpr std::string_view meta_time_stamp = "time_stamp";
// Followed by the partition u16be: position u64be, a multiple of 256. The records up to it are in the archive, and not in the family
// events. Absent: none.
inline constexpr std::string_view meta_archived = "archived";

// A chunk: format u16le | count u16le | end of each record u32le, in words after the table | zeros up to a multiple of 8 | records.
inline constexpr std::uint16_t chunk_format = 1;
inline constexpr std::size_t chunk_records_max = 64;
// A chunk ends before the record that would take its records beyond this size, so that reading one event never costs much more.
inline constexpr std::size_t chunk_bytes_target = 131'072;

// The value of a stream's entry: the positions of consecutive versions, the key's version first. LEB128 numbers: the first position, then
// the distance from one to the next. An entry has 1 to 1,024 of them.
inline constexpr std::size_t stream_entry_positions_max = 1'024;
// The entry under version 0 is the stream's head: its last version, as a LEB128 number.
inline constexpr std::uint64_t stream_head_version = 0;

// The digest in a command's key: the first bytes of SHA-256(principal kind u8 | principal name | 0 | command id).
inline constexpr std::size_t command_digest_bytes = 16;

// The durable head's file: two sectors; a write goes to the sector `sequence % 2`, so the other one survives a torn write. A sector:
// magic 8 | format u32le | partition u16le | flags u16le | sequence u64le | position u64le | root 32 | XXH3-64 of what precedes, u64le |
// zeros.
inline constexpr std::string_view head_magic = "muniHEAD";
inline constexpr std::uint32_t head_format = 1;
inline constexpr std::uint16_t head_flag_clean = 1;  // The log was closed in order and has not been opened for writing since.
inline constexpr std::size_t head_sector_bytes = 4'096;
inline constexpr std::size_t head_sectors = 2;

}  // namespace muniment::log_format
