// Random bytes from a buffer, so that one call to the generator serves many. What is handed out is overwritten here, and so is the rest in
// the end. Not thread-safe. Not copied, nor used on both sides of a fork: the rest of the buffer would be handed out twice.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "events/values/assert.h"
#include "events/values/bytes.h"
#include "events/values/id.h"
#include "events/vault/secret.h"

namespace muniment {

class RandomSource {
 public:
  RandomSource() = default;
  RandomSource(const RandomSource&) = delete;
  RandomSource& operator=(const RandomSource&) = delete;
  ~RandomSource() { cleanse(buffer_); }

  // At most 64 bytes.
  void fill(std::span<Byte> out) {
    MUNIMENT_ASSERT(out.size() <= 64);
    if (buffer_.size() - used_ < out.size()) {
      fill_random(buffer_);
      used_ = 0;
    }
    const std::span<Byte> taken = std::span(buffer_).subspan(used_, out.size());
    std::ranges::copy(taken, out.begin());
    cleanse(taken);
    used_ += out.size();
  }

 private:
  std::array<Byte, 4096> buffer_{};
  std::size_t used_ = sizeof(buffer_);
};

}  // namespace muniment
