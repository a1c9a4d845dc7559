// What a run of the fault suites found, as rows of docs/reliability.md: appended to the file that MUNIMENT_FAULT_ROWS names, a line each,
// with tabs between its fields. Without that nothing is written. tools/faults makes the page of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

namespace muniment::faults {

struct Row {
  std::string fault;
  std::uint64_t times = 0;
  std::uint64_t lost = 0;  // Acknowledged, and not there.
  std::uint64_t doubled = 0;
  double recovery_ms_max = 0;  // Until the store could be used again; 0: not measured.

  void recovered_ms(std::span<const double> all) {
    for (const double one : all) recovery_ms_max = std::max(recovery_ms_max, one);
  }
};

void report(const Row& row);

// The same of a cluster.
struct ClusterRow {
  std::string fault;
  std::uint64_t times = 0;
  double silence_ms = 0;  // The longest time in which no client was acknowledged anything.
  std::uint64_t acknowledged = 0;
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
};
void report_of_cluster(const ClusterRow& row);
// A fault that cannot be made here, and why.
void report_left_out(const std::string& fault, const std::string& why);

// A protection that was off: whether the suite noticed.
void report_control(const std::string& protection, bool is_red);

}  // namespace muniment::faults
