#include "tests/faults/report/report.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

namespace muniment::faults {
namespace {

void append(const std::string& line) {
  const char* file = std::getenv("MUNIMENT_FAULT_ROWS");
  if (file != nullptr) std::ofstream(file, std::ios::app) << line << '\n';
}

}  // namespace

void report(const Row& row) {
  const std::string recovery = row.recovery_ms_max > 0 ? fmt::format("{:.0f} ms", row.recovery_ms_max) : "";
  append(fmt::format("fault\t{}\t{}\t{}\t{}\t{}", row.fault, row.times, row.lost, row.doubled, recovery));
}

void report_of_cluster(const ClusterRow& row) {
  append(fmt::format("cluster\t{}\t{}\t{:.1f} s\t{}\t{}\t{}", row.fault, row.times, row.silence_ms / 1'000, row.acknowledged, row.lost,
                     row.doubled));
}

void report_left_out(const std::string& fault, const std::string& why) { append(fmt::format("left out\t{}\t{}", fault, why)); }

void report_control(const std::string& protection, bool is_red) {
  append(fmt::format("control\t{}\t{}", protection, is_red ? "red" : "GREEN"));
}

}  // namespace muniment::faults
