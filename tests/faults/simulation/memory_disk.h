// The simulation's disk: files in memory that forget what was not synced, and calls that fail. Everything it does is drawn from one seed.
//
// Of a cut it promises what disk/simulated_disk.h does: what a file was told before its last sync that succeeded is there; of what came
// after, any of it may be, the last of it torn. A sync that fails loses what it should have written for good, though the process still
// reads it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace muniment::faults {

// Thrown by the disk's calls when the power goes. No std::exception, so that nobody takes it for a failure but the simulation.
struct PowerGone {};

struct DiskFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool one_in(std::uint64_t many) { return many != 0 && below(many) == 0; }
  std::uint64_t bits() { return random_(); }

 private:
  std::mt19937_64 random_;
};

// One call in so many does this; 0: none.
struct DiskFaults {
  std::uint64_t power_goes = 0;
  std::uint64_t write_fails = 0;  // After a part of it.
  std::uint64_t sync_fails = 0;
  std::uint64_t becomes_full = 0;  // And stays so until the next life.
};

class MemoryDisk {
 public:
  explicit MemoryDisk(Chance& chance) : chance_(chance) {}

  bool has(const std::string& name) const { return files_.contains(name); }
  // As the process reads it.
  const std::string& bytes(const std::string& name) { return files_[name].cached; }
  // Throw DiskFailed and PowerGone.
  void write(const std::string& name, std::size_t at, const std::string& bytes);
  void sync(const std::string& name);
  // Durable at once, and never fails: what is put on the disk before the simulation begins, or cut off when a file is recovered.
  void set(const std::string& name, std::string bytes) { files_[name] = {bytes, std::move(bytes), {}}; }

  // The machine is off and on again.
  void cut();
  // The process alone is another: the disk keeps what it was told.
  void restart() { is_full_ = false; }

  DiskFaults faults = {};
  // Called while a call is under way: what the process's other threads do meanwhile.
  std::function<void()> meanwhile = [] {};
  // For a control: syncs of this file are lies.
  std::string lying = {};
  std::uint64_t failures = 0;

 private:
  struct Change {
    std::size_t at;
    std::string bytes;
    bool is_doomed = false;
  };
  struct File {
    std::string durable;
    std::string cached;
    std::vector<Change> changes;  // Since the last sync.
  };

  void begin_call();
  static void put(std::string& file, std::size_t at, const std::string& bytes);
  void settle(File& file);

  Chance& chance_;
  std::map<std::string, File> files_;
  bool is_full_ = false;
};

}  // namespace muniment::faults
