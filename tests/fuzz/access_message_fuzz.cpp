// What a standby sends of reads and denials. What is taken is the same again once it has been written.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "events/values/assert.h"
#include "tools/server/access_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto taken = muniment::read_access_message({reinterpret_cast<const char*>(data), size});
  if (!taken) {
    MUNIMENT_ASSERT(!taken.error().empty());
    return 0;
  }
  MUNIMENT_ASSERT(taken->size() <= muniment::access_records_max);
  const std::string written = muniment::access_message(*taken);
  const auto again = muniment::read_access_message(written);
  MUNIMENT_ASSERT(again && again->size() == taken->size() && muniment::access_message(*again) == written);
  return 0;
}
