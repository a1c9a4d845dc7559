#include "tools/muniment/support_facts.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <thread>
#include <vector>

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t line_max = 4000;  // Of what is matched: a regular expression needs stack for each character.

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Of a file of the kernel's or the system's: the lines that begin with one of the words; without any word, all.
std::string lines_of_file(const fs::path& file, const std::vector<std::string_view>& words = {}) {
  std::ifstream in(file);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const bool is_wanted =
        words.empty() || std::any_of(words.begin(), words.end(), [&](std::string_view word) { return line.starts_with(word); });
    if (is_wanted) out += line + "\n";
  }
  return out;
}

}  // namespace

std::string version_facts() {
  utsname system{};
  ::uname(&system);
  return fmt::format("muniment {}\ncompiler {}\nfmt {}\n{}\n{} {} {}\n{}", MUNIMENT_VERSION, __VERSION__, FMT_VERSION,
                     OpenSSL_version(OPENSSL_VERSION), system.sysname, system.release, system.machine,
                     lines_of_file("/etc/os-release", {"ID=", "VERSION_ID="}));
}

std::string system_facts(const fs::path& folder) {
  std::string out = lines_of_file("/proc/self/limits");
  out += lines_of_file("/proc/meminfo", {"MemTotal", "MemAvailable", "SwapTotal", "SwapFree"});
  out += fmt::format("processors {}\n", std::thread::hardware_concurrency());
  struct statvfs disk{};
  if (::statvfs(folder.c_str(), &disk) == 0) {
    out += fmt::format("disk: block size {}, blocks {}, free {}, files free {}, read-only {}\n", disk.f_frsize, disk.f_blocks,
                       disk.f_bavail, disk.f_favail, (disk.f_flag & ST_RDONLY) != 0);
  }
  return out;
}

std::string file_facts(const fs::path& folder) {
  std::vector<std::string> lines;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (!at->is_regular_file(error)) continue;
    const auto changed = std::chrono::file_clock::to_sys(at->last_write_time(error));
    lines.push_back(fmt::format("{:>14} {} {}\n", at->file_size(error),
                                std::chrono::duration_cast<std::chrono::seconds>(changed.time_since_epoch()).count(),
                                fs::relative(at->path(), folder, error).string()));
  }
  std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.substr(a.rfind(' ')) < b.substr(b.rfind(' ')); });
  return fmt::format("{}", fmt::join(lines, ""));
}

std::string metric_facts(std::string_view metrics) {
  static const std::regex sample(
      R"((muniment|process)_[a-z_]+(\{[A-Za-z_]+="[A-Za-z0-9_/{}+. \-]*"(,[A-Za-z_]+="[A-Za-z0-9_/{}+. \-]*")*\})? [0-9.eE+\-]+|# (HELP|TYPE) (muniment|process)_[a-z_]+ .*)");
  std::string out;
  for (const std::string_view line : lines_of(metrics)) {
    if (line.size() <= line_max && std::regex_match(line.begin(), line.end(), sample)) out.append(line).append("\n");
  }
  return out;
}

}  // namespace muniment
