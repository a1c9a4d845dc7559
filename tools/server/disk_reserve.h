// Keeps room on the store's disk, so that what was acknowledged can be kept, backed up and exported when the disk is nearly full: below
// the reserve, commands are refused. They are taken again only once there is a tenth more, so that it does not go to and fro.
//
// Thread-safe; look() is called by one thread, off the path of commands.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace muniment {

class DiskReserve {
 public:
  // Bytes that the node may still write. May throw, where that cannot be told: then there is no room.
  using Probe = std::function<std::uint64_t()>;

  // Looks at once. 0 bytes: nothing is refused, and the free bytes are told all the same.
  DiskReserve(Probe probe, std::uint64_t reserve_bytes);

  void look();
  bool is_reached() const { return is_reached_; }
  std::uint64_t free_bytes() const { return free_bytes_; }
  std::uint64_t reserve_bytes() const { return reserve_bytes_; }

 private:
  const Probe probe_;
  const std::uint64_t reserve_bytes_;
  std::atomic<std::uint64_t> free_bytes_ = 0;
  std::atomic<bool> is_reached_ = false;
};

}  // namespace muniment
