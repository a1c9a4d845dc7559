#include "tools/server/access_forward.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tools/server/access_message.h"

namespace muniment {

AccessForward::AccessForward(Send send, Notice notice, std::chrono::milliseconds pause)
    : send_(std::move(send)), notice_(std::move(notice)), pause_(pause), thread_([this] { run(); }) {}

AccessForward::~AccessForward() { stop(); }

bool AccessForward::take(Submission submission) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= waiting_max && !is_stopping_) return false;
    waiting_.push_back(std::move(submission));
  }
  changed_.notify_one();
  return true;
}

std::size_t AccessForward::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

bool AccessForward::is_failing() const {
  const std::lock_guard lock(mutex_);
  return is_failing_;
}

void AccessForward::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  while (waiting() > 0 && send_some()) {
  }
}

std::vector<Submission> AccessForward::take_rest() {
  const std::lock_guard lock(mutex_);
  std::vector<Submission> out(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  return out;
}

void AccessForward::run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
    if (is_stopping_) return;
    lock.unlock();
    const bool was_sent = send_some();
    lock.lock();
    if (!was_sent) changed_.wait_for(lock, pause_, [this] { return is_stopping_; });
  }
}

// The oldest ones, which stay until they are recorded.
bool AccessForward::send_some() {
  std::vector<Submission> some;
  {
    const std::lock_guard lock(mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), access_records_max));
    some.assign(waiting_.begin(), waiting_.begin() + count);
  }
  const std::string why_not = send_(access_message(some));
  bool has_changed = false;
  {
    const std::lock_guard lock(mutex_);
    if (why_not.empty()) waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(some.size()));
    has_changed = std::exchange(is_failing_, !why_not.empty()) != is_failing_;
  }
  if (has_changed && !why_not.empty()) {
    notice_(fmt::format("who reads here is not on record for now, and is kept until it can be: {}", why_not));
  } else if (has_changed) {
    notice_("who reads here is on record again");
  }
  return why_not.empty();
}

}  // namespace muniment
