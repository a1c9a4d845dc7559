#include "tools/import/line_reader.h"

#include <limits>

namespace muniment {

bool LineReader::next() {
  in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  size_ = static_cast<std::size_t>(in_.gcount());
  if (size_ == 0 && !in_.good()) return false;
  ++number_;
  is_too_long_ = in_.fail() && !in_.eof();
  if (is_too_long_) {
    in_.clear();
    in_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  } else if (!in_.eof()) {
    --size_;  // The line's end, which was counted and not kept.
  }
  if (size_ > buffer_.size() - 2) is_too_long_ = true;
  return true;
}

}  // namespace muniment
