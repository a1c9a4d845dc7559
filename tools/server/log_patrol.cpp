#include "tools/server/log_patrol.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace muniment {
namespace {

constexpr int patrol_niceness = 19;

// What the log says of a block, or that the disk does not read.
BlockVerified block_of(const ProvenLog& log, std::uint64_t block) {
  try {
    return log.verify_block(block);
  } catch (const std::exception& error) {
    return {.fault = LogFault{block * block_records + 1, error.what()}};
  }
}

}  // namespace

LogPatrol::LogPatrol(const ProvenLog& log, std::function<void(const LogFault&)> on_fault, Pace pace)
    : log_(log), on_fault_(std::move(on_fault)), pace_(pace), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void LogPatrol::run(const std::stop_token& stop) {
  // On Linux a thread has its own. Not vital: the result does not matter.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), patrol_niceness);
  using Clock = std::chrono::steady_clock;
  auto round_ends_before = Clock::now();
  std::uint64_t block = 0;
  while (true) {
    const auto begun = Clock::now();
    if (first_fault_ != 0 && begun >= fault_due_) verify_fault();
    if (verify_part(block)) {
      ++block;
      const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
      const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(took * ((1 - pace_.share) / pace_.share));
      if (!rest(stop, std::max(pause, pace_.part_min))) return;
      continue;
    }
    const bool is_asked = rounds_ > 0 && looks_again_.exchange(false);
    if (is_asked || rounds_ == 0 || Clock::now() - round_ends_before >= pace_.round_after) {
      if (rounds_ > 0) block = 0;
      ++rounds_;
      round_ends_before = Clock::now();
    }
    const auto quiet = first_fault_ != 0 ? std::min(pace_.grown_after, pace_.fault_after) : pace_.grown_after;
    if (!is_asked && !rest(stop, quiet, true)) return;
  }
}

bool LogPatrol::verify_part(std::uint64_t block) {
  const Position head = log_.head(0).position;
  if (head <= block * block_records) return false;
  const BlockVerified verified = block_of(log_, block);
  if (!verified.fault) verified_ = verified.last;
  if (verified.fault && first_fault_ == 0) {
    fault_due_ = std::chrono::steady_clock::now() + pace_.fault_after;
    first_fault_ = verified.fault->position;
    on_fault_(*verified.fault);
  }
  return head >= (block + 1) * block_records;
}

void LogPatrol::verify_fault() {
  fault_due_ = std::chrono::steady_clock::now() + pace_.fault_after;
  if (block_of(log_, (first_fault_ - 1) / block_records).fault) return;
  first_fault_ = 0;
  looks_again_ = true;
}

void LogPatrol::look_again() {
  if (first_fault_ != 0 || looks_again_.exchange(true)) return;
  const std::lock_guard lock(mutex_);
  wakes_.notify_all();
}

bool LogPatrol::rest(const std::stop_token& stop, std::chrono::milliseconds time, bool until_asked) {
  std::unique_lock lock(mutex_);
  wakes_.wait_for(lock, stop, time, [&] { return until_asked && looks_again_; });
  return !stop.stop_requested();
}

}  // namespace muniment
