#include "events/log/keeper.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace muniment {
namespace {

constexpr int niceness = 10;

}  // namespace

Keeper::Keeper(std::function<void()> job) : job_(std::move(job)), thread_([this] { run(); }) {}

Keeper::~Keeper() { stop(); }

void Keeper::wake() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_one();
}

void Keeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Keeper::run() {
  ::pthread_setname_np(::pthread_self(), "log-keeper");  // For top and perf: whether it is taken does not matter.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()),
                niceness);  // On Linux a thread has its own. Not vital: the result does not matter.
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return wanted_ || stopping_; });
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    job_();
    lock.lock();
  }
}

}  // namespace muniment
