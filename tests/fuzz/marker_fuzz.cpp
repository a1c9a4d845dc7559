// Any bytes may stand in the file STORE: a marker is read or refused, and one that is read stays the same when it is written again.
#include <cstdint>
#include <string_view>

#include "events/values/assert.h"
#include "scratch_folder.h"
#include "tools/store/marker.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static const ScratchFolder folder("marker");
  folder.write("STORE", {reinterpret_cast<const char*>(bytes), size});
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
