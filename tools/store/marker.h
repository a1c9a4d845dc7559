// The file that makes a folder a store: which format it has, and the oldest reader that understands it. docs/formats.md, "The store".
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string_view>

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
// The folder's marker is there and says nothing that can be read.
struct StoreDamaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws NotAStore, StoreDamaged; StoreTooNew where `supported` is older than the oldest reader.
StoreMarker read_marker(const std::filesystem::path& store, std::uint32_t supported = format_supported);
// Durable when it returns; the old one or the new one is there, whatever happens. Throws std::system_error.
void write_marker(const std::filesystem::path& store, const StoreMarker& marker);

// While a store is being made its marker has another name. A folder with that name and no marker was never a store: nothing in it is of
// worth, and making it may begin again. Durable when they return. Throw std::system_error, std::filesystem::filesystem_error.
constexpr std::string_view unfinished_marker_name = "INITIALIZING";
void begin_marker(const std::filesystem::path& store, const StoreMarker& marker);
void finish_marker(const std::filesystem::path& store);
bool is_unfinished(const std::filesystem::path& store);

}  // namespace muniment
