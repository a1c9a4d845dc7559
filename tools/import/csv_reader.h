// Reads CSV: RFC 4180, with what files in the wild bring besides: LF or CRLF, a byte order mark at the beginning, lines without anything.
// A record is told by the number of its first line, from 1. Throws InputFailed where the input cannot be read on.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

#include "tools/import/line_reader.h"

namespace muniment {

class CsvReader {
 public:
  static constexpr std::size_t record_bytes_max = std::size_t{64} << 10;

  enum class Result {
    record,
    bad,  // problem() says why; reading goes on behind it.
    end,
  };

  // `in` must outlive it. `name`: how messages call it.
  explicit CsvReader(std::istream& in, std::string name = "the input", char separator = ',')
      : lines_(in, record_bytes_max, std::move(name)), separator_(separator) {}

  // Replaces `fields`; what it holds after `bad` is not to be used.
  Result next(std::vector<std::string>& fields);
  // Of the last record: the line that it began on.
  std::size_t line() const { return line_; }
  // "expected a comma or the end of the line after a closing quote"
  const std::string& problem() const { return problem_; }

 private:
  bool read_line();
  Result fail(std::string_view problem);
  // Splits the line, reading on where a quoted field goes over its end.
  Result split(std::vector<std::string>& fields);
  bool read_quoted(std::size_t& at, std::string& field);

  LineReader lines_;
  const char separator_;
  std::string text_;      // The line at hand, without its end.
  bool is_crlf_ = false;  // How that line ended.
  std::size_t line_ = 0;
  std::size_t bytes_ = 0;  // Of the record at hand.
  std::string problem_;
};

}  // namespace muniment
