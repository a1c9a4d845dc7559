#include "tools/import/line_reader.h"

#include <fmt/format.h>

#include <limits>

namespace muniment {

void LineReader::look_for_failure() const {
  if (!in_.bad()) return;
  throw InputFailed(fmt::format(
      "{} cannot be read on behind line {}: it is a folder, or its disk or pipe failed; put that right and run it again", name_, number_));
}

bool LineReader::next() {
  in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  size_ = static_cast<std::size_t>(in_.gcount());
  look_for_failure();
  if (size_ == 0 && !in_.good()) return false;
  is_too_long_ = in_.fail() && !in_.eof();
  if (is_too_long_) {
    in_.clear();
    in_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    look_for_failure();
  } else if (!in_.eof()) {
    --size_;  // The line's end, which was counted and not kept.
  }
  ++number_;
  if (size_ > buffer_.size() - 2) is_too_long_ = true;
  return true;
}

}  // namespace muniment
