#include "tools/server/command_room.h"

#include <algorithm>

namespace muniment {
namespace {

bool take_below(std::atomic<std::size_t>& taken, std::size_t most) {
  std::size_t now = taken;
  do {
    if (now >= most) return false;
  } while (!taken.compare_exchange_weak(now, now + 1));
  return true;
}

}  // namespace

bool CommandRoom::Share::take() {
  if (!take_below(taken_, room_.bounds_.of_one)) return false;
  if (take_below(room_.taken_, room_.bounds_.all)) return true;
  --taken_;
  return false;
}

void CommandRoom::Share::give() {
  --room_.taken_;
  --taken_;
}

// Those that nobody holds are empty, and are forgotten when there have come to be many.
std::shared_ptr<CommandRoom::Share> CommandRoom::share_of(const std::string& principal) {
  const std::lock_guard lock(mutex_);
  if (shares_.size() >= sweep_at_) {
    std::erase_if(shares_, [](const auto& entry) { return entry.second.use_count() == 1; });
    sweep_at_ = std::max(sweep_at_, 2 * shares_.size());
  }
  auto& share = shares_[principal];
  if (!share) share = std::make_shared<Share>(*this);
  return share;
}

}  // namespace muniment
