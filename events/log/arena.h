// Keeps many small byte strings at addresses that stay, in blocks, and frees them all at once. One writer; what it has kept may be read by
// any thread that has learnt of it through a synchronizing operation.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace muniment {

class Arena {
 public:
  std::string_view keep(std::string_view bytes) {
    if (bytes.size() > room_) next_block(bytes.size());
    char* const at = next_;
    std::memcpy(at, bytes.data(), bytes.size());
    next_ += bytes.size();
    room_ -= bytes.size();
    return {at, bytes.size()};
  }

  // Everything kept so far becomes invalid; the blocks are used again.
  void clear() {
    used_ = 0;
    room_ = 0;
  }

 private:
  static constexpr std::size_t block_bytes = 65'536;

  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };

  void next_block(std::size_t size_min) {
    while (used_ < blocks_.size() && blocks_[used_].size < size_min) ++used_;
    if (used_ == blocks_.size()) {
      const std::size_t size = std::max(block_bytes, size_min);
      blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    }
    next_ = blocks_[used_].bytes.get();
    room_ = blocks_[used_].size;
    ++used_;
  }

  std::vector<Block> blocks_;
  std::size_t used_ = 0;  // Blocks handed out since the last clear.
  char* next_ = nullptr;
  std::size_t room_ = 0;
};

}  // namespace muniment
