#include "tools/server/asio_tasks.h"

#include <utility>

namespace muniment {

Task<bool> Signal::wait(std::chrono::milliseconds time) {
  if (!is_set_) {
    timer_.expires_after(time);
    co_await timer_.async_wait(as_result);
  }
  co_return std::exchange(is_set_, false);
}

}  // namespace muniment
