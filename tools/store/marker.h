// The file that makes a folder a store: which format it has, and the oldest reader that understands it. docs/formats.md, "The store".
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>

namespace muniment {

// What this program reads and writes. A format is raised by `muniment upgrade`, never in passing.
constexpr std::uint32_t format_supported = 1;

struct StoreMarker {
  std::uint32_t format = format_supported;
  std::uint32_t oldest_reader = format_supported;

  bool operator==(const StoreMarker&) const = default;
};

// The folder is no store, or one that this program may not touch. The message says what is needed.
struct NotAStore : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct StoreTooNew : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws NotAStore; StoreTooNew where `supported` is older than the oldest reader.
StoreMarker read_marker(const std::filesystem::path& store, std::uint32_t supported = format_supported);
// Durable when it returns; the old one or the new one is there, whatever happens. Throws std::system_error.
void write_marker(const std::filesystem::path& store, const StoreMarker& marker);

}  // namespace muniment
