#include "events/values/id.h"

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace muniment {

void fill_random(std::span<Byte> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) {
    throw std::runtime_error("the system's random generator gave no bytes");
  }
}

std::array<Byte, 16> IdSource::next() {
  if (used_ == buffer_.size()) {
    fill_random(buffer_);
    used_ = 0;
  }
  std::array<Byte, 16> id{};
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(used_), id.size(), id.begin());
  used_ += id.size();
  return id;
}

}  // namespace muniment
