#include "tools/store/checksum_line.h"

#include "events/values/bytes.h"
#include "events/values/sha256.h"

namespace muniment {
namespace {

constexpr std::string_view key = "sha256 ";

std::string line_of(std::string_view text) { return std::string{key} + to_hex(sha256({bytes_of(text)})) + '\n'; }

}  // namespace

std::string with_checksum_line(std::string text) {
  text += line_of(text);
  return text;
}

std::optional<std::string_view> before_checksum_line(std::string_view text) {
  const std::size_t end = text.rfind(key);
  if (end == std::string_view::npos || (end > 0 && text[end - 1] != '\n')) return std::nullopt;
  const std::string_view before = text.substr(0, end);
  if (text.substr(end) != line_of(before)) return std::nullopt;
  return before;
}

}  // namespace muniment
