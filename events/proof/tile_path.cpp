#include "events/proof/tile_path.h"

#include <fmt/format.h>

#include "events/proof/checkpoint.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::uint64_t index_group = 1000;
constexpr std::size_t group_digits = 3;
constexpr unsigned level_max = 63;
constexpr std::string_view prefix = "tile/";
constexpr std::string_view entries = "entries";
constexpr std::string_view partial = ".p/";

std::string index_text(std::uint64_t index) {
  std::string out = fmt::format("{:03}", index % index_group);
  for (index /= index_group; index > 0; index /= index_group) out = fmt::format("x{:03}/{}", index % index_group, out);
  return out;
}

std::optional<std::uint64_t> parse_index(std::string_view text) {
  std::uint64_t index = 0;
  for (std::string_view rest = text; !rest.empty();) {
    if (rest.front() == 'x') rest.remove_prefix(1);
    for (std::size_t i = 0; i < group_digits; ++i, rest.remove_prefix(1)) {
      if (rest.empty() || rest.front() < '0' || rest.front() > '9') return std::nullopt;
      const auto digit = static_cast<unsigned>(rest.front() - '0');
      if (index > (UINT64_MAX - digit) / 10) return std::nullopt;
      index = index * 10 + digit;
    }
    if (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  }
  // One text for one index: whatever was passed over above shows here.
  return index_text(index) == text ? std::optional{index} : std::nullopt;
}

}  // namespace

std::string TilePath::text() const {
  MUNIMENT_ASSERT(width >= 1 && width <= tile_width);
  std::string out = fmt::format("{}{}/{}", prefix, level ? std::to_string(*level) : std::string{entries}, index_text(index));
  if (width < tile_width) out += fmt::format("{}{}", partial, width);
  return out;
}

std::optional<TilePath> TilePath::parse(std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  TilePath out;
  if (const std::string_view level = text.substr(0, slash); level != entries) {
    const auto number = parse_decimal(level);
    if (!number || *number > level_max) return std::nullopt;
    out.level = static_cast<unsigned>(*number);
  }
  text.remove_prefix(slash + 1);
  if (const std::size_t at = text.find(partial); at != std::string_view::npos) {
    const auto width = parse_decimal(text.substr(at + partial.size()));
    if (!width || *width < 1 || *width >= tile_width) return std::nullopt;
    out.width = static_cast<unsigned>(*width);
    text = text.substr(0, at);
  }
  const auto index = parse_index(text);
  if (!index) return std::nullopt;
  out.index = *index;
  return out;
}

void put_bundled(ByteSpan record, std::string& out) {
  MUNIMENT_ASSERT(record.size() <= bundled_record_max);
  put_u16be(out, static_cast<std::uint16_t>(record.size()));
  out += text_of(record);
}

std::optional<std::vector<ByteSpan>> bundled_records(std::string_view bundle) {
  std::vector<ByteSpan> out;
  while (!bundle.empty()) {
    if (bundle.size() < 2) return std::nullopt;
    const std::size_t size = get_u16be(bundle.data());
    if (bundle.size() < 2 + size) return std::nullopt;
    out.push_back(bytes_of(bundle.substr(2, size)));
    bundle.remove_prefix(2 + size);
  }
  return out;
}

}  // namespace muniment
