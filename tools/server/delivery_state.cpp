#include "tools/server/delivery_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include "tools/store/checksum_line.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr std::string_view cursor_head = "muniment delivery 1\n";

}  // namespace

std::optional<Position> DeliveryState::read(const Generations& generations) const {
  const auto text = read_file_if_any(folder_ / "cursor");
  if (!text) return std::nullopt;
  const auto bad = [&] {
    return std::runtime_error(
        fmt::format("{} is no cursor of a delivery; restore it, or remove it to begin anew", (folder_ / "cursor").string()));
  };
  const auto lines = before_checksum_line(*text);
  if (!lines || !lines->starts_with(cursor_head) || !lines->ends_with('\n')) throw bad();
  const std::string_view line = lines->substr(cursor_head.size(), lines->size() - cursor_head.size() - 1);
  const GenerationText cursor = GenerationText::of(line);
  Position position = 0;
  const auto [stop, error] = std::from_chars(cursor.rest.data(), cursor.rest.data() + cursor.rest.size(), position);
  if (error != std::errc{} || stop != cursor.rest.data() + cursor.rest.size()) throw bad();
  if (const auto shared = generations.shared_with(cursor.generation)) position = std::min(position, *shared);
  return position;
}

void DeliveryState::write(const Generations& generations, Position position) {
  std::filesystem::create_directories(folder_);
  replace_file(folder_ / "cursor", with_checksum_line(fmt::format("{}{}\n", cursor_head, generations.named(std::to_string(position)))));
}

}  // namespace muniment
