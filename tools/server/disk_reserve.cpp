#include "tools/server/disk_reserve.h"

#include <exception>

namespace muniment {
namespace {

constexpr std::uint64_t margin_share = 10;

}  // namespace

DiskReserve::DiskReserve(Probe probe, std::uint64_t reserve_bytes) : probe_(std::move(probe)), reserve_bytes_(reserve_bytes) { look(); }

void DiskReserve::look() {
  std::uint64_t free_bytes = 0;
  try {
    free_bytes = probe_();
  } catch (const std::exception&) {
    free_bytes = 0;
  }
  free_bytes_ = free_bytes;
  const std::uint64_t needed = is_reached_ ? reserve_bytes_ + reserve_bytes_ / margin_share : reserve_bytes_;
  is_reached_ = free_bytes < needed;
}

}  // namespace muniment
