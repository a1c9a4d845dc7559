// Lines of a stream, with a bound on their length: a longer one is read to its end, and told from the others. An input that cannot be read
// on is never taken for one that has ended.
#pragma once

#include <cstddef>
#include <istream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace muniment {

// The world's fault, not the text's: a disk, a pipe, or a folder where a file should be.
class InputFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class LineReader {
 public:
  // `in` must outlive it. `name`: how messages call it, such as "the changes file".
  LineReader(std::istream& in, std::size_t bytes_max, std::string name = "the input")
      : in_(in), name_(std::move(name)), buffer_(bytes_max + 2) {}

  // False at the end. The last line needs no end of its own. Throws InputFailed; lines before that were whole.
  bool next();
  // Without its end; valid until the next call. Of a line that is too long, the beginning.
  std::string_view line() const { return {buffer_.data(), size_}; }
  bool is_too_long() const { return is_too_long_; }
  std::size_t number() const { return number_; }  // From 1.
  // Whether the next call may have to wait for the other end.
  bool may_wait() const { return in_.rdbuf()->in_avail() <= 0; }

 private:
  // Throws where the last reading went wrong.
  void look_for_failure() const;

  std::istream& in_;
  std::string name_;
  std::vector<char> buffer_;
  std::size_t size_ = 0;
  std::size_t number_ = 0;
  bool is_too_long_ = false;
};

}  // namespace muniment
