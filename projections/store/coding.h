// How numbers, times and texts stand in the keys and values of the views; tables.h says which. It is on disk: a change raises
// layout_version.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "events/values/provider_id.h"
#include "events/values/timestamp.h"
#include "projections/store/tables.h"

namespace muniment::view {

// The views hold bytes that we did not write, or the database under them failed. They hold nothing that the log does not.
struct Failed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A PID/SL as a number of 35 bits; its order is that of the text.
using PackedProvider = std::uint64_t;

// Nothing unless it is nine digits and a capital letter: the form that events have.
std::optional<PackedProvider> pack_provider(std::string_view text);
PackedProvider pack_provider(const ProviderId& id);
ProviderId unpack_provider(PackedProvider packed);

inline void put_tag(std::string& out, TableTag tag) { out.push_back(static_cast<char>(tag)); }
inline void put_byte(std::string& out, std::uint8_t value) { out.push_back(static_cast<char>(value)); }
// LEB128, short for small numbers; for values.
void put_varint(std::string& out, std::uint64_t value);
// The count of significant bytes and those bytes: bytewise order is numeric order; for keys.
void put_ordered(std::string& out, std::uint64_t value);
// Bytewise order is the order in time.
void put_time(std::string& out, Timestamp at);
void put_provider(std::string& out, PackedProvider provider);
// For values: the size comes first, so any byte may stand in the text.
void put_text(std::string& out, std::string_view text);
// For keys: a zero byte ends it. Precondition: the text has none.
void put_key_text(std::string& out, std::string_view text);

// Takes a key or value apart, from the front. Every function throws Failed when the bytes end too soon.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t byte();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t varint();
  std::uint64_t ordered();
  Timestamp time();
  PackedProvider provider();
  std::string_view text();
  std::string_view key_text();
  std::string_view raw(std::size_t size);

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace muniment::view
