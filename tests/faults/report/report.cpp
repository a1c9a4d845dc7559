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
  append(fmt::format(R"({{"fault":"{}","times":{},"lost":{},"doubled":{},"recovery_ms_max":{:.0f}}})", row.fault, row.times, row.lost,
                     row.doubled, row.recovery_ms_max));
}

void report_control(const std::string& protection, bool is_red) {
  append(fmt::format(R"({{"control":"{}","red":{}}})", protection, is_red));
}

}  // namespace muniment::faults
