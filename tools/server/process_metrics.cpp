#include "tools/server/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

namespace muniment {
namespace {

// The fields of /proc/self/stat from the third on: the second, the program's name, may hold anything.
std::vector<std::string> stat_fields() {
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  std::istringstream rest(line.substr(std::min(line.rfind(')') + 1, line.size())));
  std::vector<std::string> out;
  for (std::string field; rest >> field;) out.push_back(field);
  return out;
}

std::optional<double> boot_time_seconds() {
  std::ifstream in("/proc/stat");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return std::nullopt;
}

// Numbers as proc(5) counts them, less the two that stat_fields leaves out and one.
enum StatField : std::size_t { user_time = 11, system_time = 12, start_time = 19, virtual_bytes = 20, resident_pages = 21 };

void write_stat(Exposition& out) {
  const std::vector<std::string> fields = stat_fields();
  if (fields.size() <= resident_pages) return;
  const auto number = [&](StatField field) { return std::stod(fields[field]); };
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  out.family("process_cpu_seconds_total", "counter", "Processor time, of all threads.");
  out.sample("process_cpu_seconds_total", "", (number(user_time) + number(system_time)) / ticks);
  out.gauge("process_resident_memory_bytes", "Memory that is in use.",
            number(resident_pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  out.gauge("process_virtual_memory_bytes", "Memory that is mapped.", number(virtual_bytes));
  if (const auto booted = boot_time_seconds())
    out.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.", *booted + number(start_time) / ticks);
}

}  // namespace

void write_process_metrics(Exposition& out) {
  write_stat(out);
  std::error_code error;
  std::uint64_t open = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end; at.increment(error)) ++open;
  if (!error && open > 0) out.gauge("process_open_fds", "Open files, sockets too.", open - 1);  // Not the one that lists them.
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    out.gauge("process_max_fds", "Open files that the process may have.", std::uint64_t{limit.rlim_cur});
}

}  // namespace muniment
