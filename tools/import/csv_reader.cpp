#include "tools/import/csv_reader.h"

#include <algorithm>

namespace muniment {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

CsvReader::Result CsvReader::next(std::vector<std::string>& fields) {
  do {
    bytes_ = 0;
    if (!read_line()) return Result::end;
    line_ = lines_.number();
  } while (text_.empty());
  return split(fields);
}

bool CsvReader::read_line() {
  if (!lines_.next()) return false;
  text_ = lines_.line();
  if (lines_.number() == 1 && text_.starts_with(byte_order_mark)) text_.erase(0, byte_order_mark.size());
  is_crlf_ = text_.ends_with('\r');
  if (is_crlf_) text_.pop_back();
  bytes_ += lines_.is_too_long() ? record_bytes_max + 1 : text_.size();
  return true;
}

CsvReader::Result CsvReader::fail(std::string_view problem) {
  problem_ = problem;
  return Result::bad;
}

CsvReader::Result CsvReader::split(std::vector<std::string>& fields) {
  fields.clear();
  std::size_t at = 0;
  while (true) {
    std::string& field = fields.emplace_back();
    if (at < text_.size() && text_[at] == '"') {
      ++at;
      if (!read_quoted(at, field)) return Result::bad;
      if (at < text_.size() && text_[at] != separator_) return fail("expected a comma or the end of the line after a closing quote");
    } else {
      const std::size_t end = std::min(text_.find(separator_, at), text_.size());
      field.assign(text_, at, end - at);
      if (field.find('"') != std::string::npos) return fail("expected a field with quotes in it to stand in quotes");
      at = end;
    }
    if (bytes_ > record_bytes_max) return fail("expected a record of at most 65536 bytes");
    if (at >= text_.size()) return Result::record;
    ++at;  // The comma; a field follows it, be it an empty one at the end.
  }
}

bool CsvReader::read_quoted(std::size_t& at, std::string& field) {
  while (true) {
    const std::size_t quote = text_.find('"', at);
    if (quote == std::string::npos) {
      field.append(text_, at);
      field += is_crlf_ ? "\r\n" : "\n";
      if (bytes_ > record_bytes_max || !read_line()) {
        fail("expected a closing quote");
        return false;
      }
      at = 0;
      continue;
    }
    field.append(text_, at, quote - at);
    at = quote + 1;
    if (at >= text_.size() || text_[at] != '"') return true;
    field += '"';
    ++at;
  }
}

}  // namespace muniment
