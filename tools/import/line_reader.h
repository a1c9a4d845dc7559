// Lines of a stream, with a bound on their length: a longer one is read to its end, and told from the others.
#pragma once

#include <cstddef>
#include <istream>
#include <string_view>
#include <vector>

namespace muniment {

class LineReader {
 public:
  // `in` must outlive it.
  LineReader(std::istream& in, std::size_t bytes_max) : in_(in), buffer_(bytes_max + 2) {}

  // False at the end. The last line needs no end of its own.
  bool next();
  // Without its end; valid until the next call. Of a line that is too long, the beginning.
  std::string_view line() const { return {buffer_.data(), size_}; }
  bool is_too_long() const { return is_too_long_; }
  std::size_t number() const { return number_; }  // From 1.
  // Whether the next call may have to wait for the other end.
  bool may_wait() const { return in_.rdbuf()->in_avail() <= 0; }

 private:
  std::istream& in_;
  std::vector<char> buffer_;
  std::size_t size_ = 0;
  std::size_t number_ = 0;
  bool is_too_long_ = false;
};

}  // namespace muniment
