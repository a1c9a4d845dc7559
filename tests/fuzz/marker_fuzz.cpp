// Any bytes may stand in the file STORE: a marker is read or refused, and one that is read stays the same when it is written again.
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "events/values/assert.h"
#include "tools/store/marker.h"

namespace {

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("muniment-marker-fuzz-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static const Folder folder;
  std::ofstream(folder.path() / "STORE", std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  try {
    const StoreMarker marker = read_marker(folder.path());
    MUNIMENT_ASSERT(marker.oldest_reader <= format_supported);
    static StoreMarker written{0, 0};
    if (marker == written) return 0;  // A write is durable, and so slow.
    write_marker(folder.path(), marker);
    MUNIMENT_ASSERT(read_marker(folder.path()) == marker);
    written = marker;
  } catch (const NotAStore&) {
  } catch (const StoreDamaged&) {
  } catch (const StoreTooNew&) {
  }
  return 0;
}
