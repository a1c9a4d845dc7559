#include "tools/server/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace muniment {

ServiceManager::ServiceManager() {
  const char* const address = std::getenv("NOTIFY_SOCKET");
  if (address == nullptr) return;
  address_ = address;
  const bool is_address = address_.size() > 1 && address_.size() < sizeof sockaddr_un::sun_path;
  if (is_address) socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) ::close(socket_);
}

void ServiceManager::tell(std::string_view state) const {
  if (socket_ < 0) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::copy(address_.begin(), address_.end(), to.sun_path);
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  // As connect(2) and sendto(2) have it: every kind of address is passed as this one.
  ::sendto(socket_, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&to), size);
}

SignsOfLife::SignsOfLife(const ServiceManager& manager, Pace pace)
    : thread_([this, &manager, pace](const std::stop_token& stop) {
        const auto until = std::chrono::steady_clock::now() + pace.time_max;
        while (!stop.stop_requested() && std::chrono::steady_clock::now() < until) {
          manager.tell("WATCHDOG=1");
          std::unique_lock lock(mutex_);
          wakes_.wait_for(lock, stop, pace.every, [] { return false; });
        }
      }) {}

}  // namespace muniment
