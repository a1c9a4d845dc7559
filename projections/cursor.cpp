#include "projections/cursor.h"

#include <fmt/format.h>

#include "events/values/bytes.h"

namespace muniment::view {
namespace {

constexpr std::uint8_t cursor_version = 1;
constexpr std::size_t cursor_text_max = 2048;  // A place has a name of up to 200 characters at most.
constexpr std::size_t checksum_size = sizeof(std::uint32_t);

// FNV-1a. It tells a mangled cursor, not a forged one: a forged cursor shows nothing that the question itself does not.
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

Fingerprint& Fingerprint::add(std::string_view text) {
  put_text(gathered_, text);
  return *this;
}

Fingerprint& Fingerprint::add(std::uint64_t number) {
  put_u64be(gathered_, number);
  return *this;
}

std::uint64_t Fingerprint::value() const { return checksum(gathered_); }

std::string write_cursor(char projection, const Fingerprint& question, const Cursor& cursor) {
  std::string bytes;
  put_byte(bytes, cursor_version);
  bytes.push_back(projection);
  put_u64be(bytes, question.value());
  put_ordered(bytes, cursor.position);
  bytes += cursor.place;
  put_u32be(bytes, static_cast<std::uint32_t>(checksum(bytes)));
  return to_hex(bytes_of(bytes));
}

std::expected<Cursor, BadCursor> read_cursor(char projection, const Fingerprint& question, std::string_view text) {
  const auto decoded = text.size() <= cursor_text_max ? from_hex(text) : std::nullopt;
  if (!decoded || decoded->size() <= checksum_size) return std::unexpected(mangled_cursor());
  const std::string_view all = text_of(*decoded);
  const auto bytes = all.substr(0, all.size() - checksum_size);
  if (get_u32be(all.substr(bytes.size()).data()) != static_cast<std::uint32_t>(checksum(bytes))) return std::unexpected(mangled_cursor());
  try {
    ByteReader from(bytes);
    if (const auto version = from.byte(); version != cursor_version) {
      return std::unexpected(BadCursor{fmt::format("the cursor is of version {}: this program reads {}", version, cursor_version)});
    }
    const bool same_kind = static_cast<char>(from.byte()) == projection;
    const bool same_question = get_u64be(from.raw(sizeof(std::uint64_t)).data()) == question.value();
    if (!same_kind || !same_question) return std::unexpected(BadCursor{"the cursor belongs to another question: ask without it"});
    Cursor out;
    out.position = from.ordered();
    out.place = std::string{from.rest()};
    return out;
  } catch (const Failed&) {  // It ended too soon.
    return std::unexpected(mangled_cursor());
  }
}

BadCursor mangled_cursor() { return {"the cursor is mangled: expected the text that the page before gave as its next"}; }

BadCursor cursor_ahead(Position cursor, Position view) {
  return {fmt::format("the cursor is of position {}, and this view stands at {}: wait, or ask without it", cursor, view)};
}

}  // namespace muniment::view
