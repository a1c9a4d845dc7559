// What a service tells whoever runs it, as sd_notify(3) has it: a datagram to the socket that NOTIFY_SOCKET names. Without one, nothing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace muniment {

class ServiceManager {
 public:
  // Reads the environment.
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  // READY=1, WATCHDOG=1, STOPPING=1. What cannot be sent is lost: the manager notices by itself. Thread-safe.
  void tell(std::string_view state) const;

 private:
  std::string address_;  // Empty: nobody listens. A first @ stands for the zero byte of an abstract one.
  int socket_ = -1;
};

// Says that the service lives while no node is there that does: between two of them a store is closed and another opened, which may wait
// for a database for longer than a manager waits for a sign. Not for ever: what hangs is ended all the same.
class SignsOfLife {
 public:
  struct Pace {
    std::chrono::milliseconds every{5'000};
    std::chrono::milliseconds time_max{600'000};
  };

  // Borrows the manager. They begin at once.
  explicit SignsOfLife(const ServiceManager& manager) : SignsOfLife(manager, Pace{}) {}
  SignsOfLife(const ServiceManager& manager, Pace pace);
  ~SignsOfLife() = default;  // They end.
  SignsOfLife(const SignsOfLife&) = delete;
  SignsOfLife& operator=(const SignsOfLife&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
