#include "tests/faults/simulation/memory_disk.h"

#include <algorithm>

namespace muniment::faults {

void MemoryDisk::put(std::string& file, std::size_t at, const std::string& bytes) {
  if (file.size() < at + bytes.size()) file.resize(at + bytes.size(), '\0');
  std::ranges::copy(bytes, file.begin() + static_cast<std::ptrdiff_t>(at));
}

void MemoryDisk::begin_call() {
  meanwhile();
  if (chance_.one_in(faults.power_goes)) throw PowerGone{};
  if (chance_.one_in(faults.becomes_full)) is_full_ = true;
}

void MemoryDisk::write(const std::string& name, std::size_t at, const std::string& bytes) {
  begin_call();
  File& file = files_[name];
  const bool is_failing = is_full_ || chance_.one_in(faults.write_fails);
  const std::string written = is_failing ? bytes.substr(0, chance_.below(bytes.size() + 1)) : bytes;
  put(file.cached, at, written);
  file.changes.push_back({at, written});
  if (!is_failing) return;
  ++failures;
  throw DiskFailed(is_full_ ? "the simulated disk is full" : "the simulated disk did not write");
}

void MemoryDisk::sync(const std::string& name) {
  begin_call();
  File& file = files_[name];
  if (name == lying) return;
  if (chance_.one_in(faults.sync_fails)) {
    for (Change& change : file.changes) change.is_doomed = true;
    ++failures;
    throw DiskFailed("the simulated disk did not sync");
  }
  for (const Change& change : file.changes) {
    if (!change.is_doomed) put(file.durable, change.at, change.bytes);
  }
  std::erase_if(file.changes, [](const Change& change) { return !change.is_doomed; });
}

// Of the changes that were not synced all up to some one, or any, are on the disk, and one of them in part.
void MemoryDisk::settle(File& file) {
  const bool in_order = chance_.one_in(2);
  for (const Change& change : file.changes) {
    const bool is_there = !change.is_doomed && chance_.one_in(2);
    if (!is_there && in_order) break;
    if (!is_there) continue;
    const bool is_torn = &change == &file.changes.back() && chance_.one_in(2);
    put(file.durable, change.at, is_torn ? change.bytes.substr(0, chance_.below(change.bytes.size() + 1)) : change.bytes);
  }
  file.changes.clear();
  file.cached = file.durable;
}

void MemoryDisk::cut() {
  for (auto& [name, file] : files_) settle(file);
  is_full_ = false;
}

}  // namespace muniment::faults
