#include "tools/store/marker.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <optional>
#include <string>

#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr std::string_view file_name = "STORE";
constexpr std::string_view marker_first_line = "muniment store";

std::filesystem::path path_of(const std::filesystem::path& store) { return store / file_name; }
std::filesystem::path unfinished_path_of(const std::filesystem::path& store) { return store / unfinished_marker_name; }

std::optional<std::uint32_t> number_after(const std::string& line, std::string_view key) {
  if (!line.starts_with(key)) return std::nullopt;
  std::uint32_t value = 0;
  const char* end = line.data() + line.size();
  const auto [stop, error] = std::from_chars(line.data() + key.size(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string text_of(const StoreMarker& marker) {
  return fmt::format("{}\nformat {}\noldest_reader {}\n", marker_first_line, marker.format, marker.oldest_reader);
}

}  // namespace

StoreMarker read_marker(const std::filesystem::path& store, std::uint32_t supported) {
  std::ifstream in(path_of(store));
  if (!in && is_unfinished(store)) {
    throw NotAStore(
        fmt::format("{} is no muniment store yet: it is being made, or that was cut off; run `muniment init` on it again", store.string()));
  }
  if (!in)
    throw NotAStore(fmt::format("{} is no muniment store: it has no file {}; make one with `muniment init`", store.string(), file_name));
  std::string title;
  std::string format_line;
  std::string reader_line;
  std::getline(in, title);
  std::getline(in, format_line);
  std::getline(in, reader_line);
  const auto format = number_after(format_line, "format ");
  const auto oldest_reader = number_after(reader_line, "oldest_reader ");
  if (title != marker_first_line || !format || !oldest_reader) {
    throw StoreDamaged(fmt::format("{} is damaged: expected the lines `{}`, `format N` and `oldest_reader N`; restore it from a backup",
                                   path_of(store).string(), marker_first_line));
  }
  if (*oldest_reader > supported) {
    throw StoreTooNew(
        fmt::format("{} has format {} and needs a program that reads format {} or newer; this one reads up to {}: use a newer muniment",
                    store.string(), *format, *oldest_reader, supported));
  }
  return {*format, *oldest_reader};
}

void write_marker(const std::filesystem::path& store, const StoreMarker& marker) { replace_file(path_of(store), text_of(marker)); }

void begin_marker(const std::filesystem::path& store, const StoreMarker& marker) {
  replace_file(unfinished_path_of(store), text_of(marker));
}

void finish_marker(const std::filesystem::path& store) {
  std::filesystem::rename(unfinished_path_of(store), path_of(store));
  sync_folder(store);
  sync_folder(std::filesystem::absolute(store / "..").lexically_normal());  // Where the folder itself is an entry.
}

bool is_unfinished(const std::filesystem::path& store) {
  return std::filesystem::exists(unfinished_path_of(store)) && !std::filesystem::exists(path_of(store));
}

}  // namespace muniment
