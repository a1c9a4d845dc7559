#include "tools/store/manifest_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>

#include "tools/store/backup.h"
#include "tools/store/checksum_line.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

void sync_path(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  const int result = descriptor < 0 ? -1 : ::fsync(descriptor);
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (result != 0) throw std::system_error(error, std::generic_category(), "cannot sync " + path.string());
}

}  // namespace

void write_manifest(const fs::path& file, std::string_view title, const ManifestLines& lines) {
  std::string text = fmt::format("{} 1\n", title);
  for (const auto& [key, value] : lines) text += fmt::format("{} {}\n", key, value);
  text = with_checksum_line(std::move(text));
  const fs::path fresh = file.string() + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw std::system_error(errno, std::generic_category(), "cannot write " + fresh.string());
  sync_path(fresh, O_RDONLY);
  fs::rename(fresh, file);
  sync_path(file.parent_path(), O_RDONLY | O_DIRECTORY);
}

ManifestLines read_manifest(const fs::path& file, std::string_view title) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto fail = [&](std::string_view what) { throw BackupDamaged(fmt::format("{}: {}; use another backup", file.string(), what)); };
  if (!in) fail("cannot be read");
  const auto lines = before_checksum_line(text);
  if (!lines) fail("is not what was written: its checksum does not match");
  const std::size_t end = lines->size();
  const std::string first = fmt::format("{} 1\n", title);
  if (!text.starts_with(first)) fail(fmt::format("is no `{} 1`", title));
  ManifestLines out;
  for (std::size_t at = first.size(); at < end;) {
    const std::size_t line_end = text.find('\n', at);
    const std::size_t blank = text.find(' ', at);
    if (blank >= line_end) fail("has a line without a value");
    out.emplace(text.substr(at, blank - at), text.substr(blank + 1, line_end - blank - 1));
    at = line_end + 1;
  }
  return out;
}

const std::string& text_in(const ManifestLines& lines, std::string_view key) {
  const auto found = lines.find(key);
  if (found == lines.end()) throw BackupDamaged(fmt::format("the backup's manifest has no {}; use another backup", key));
  return found->second;
}

std::uint64_t number_in(const ManifestLines& lines, std::string_view key) {
  const std::string& text = text_in(lines, key);
  std::uint64_t out = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || stop != text.data() + text.size())
    throw BackupDamaged(fmt::format("the {} of the backup's manifest is no number; use another backup", key));
  return out;
}

}  // namespace muniment
