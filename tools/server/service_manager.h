// What a service tells whoever runs it, as sd_notify(3) has it: a datagram to the socket that NOTIFY_SOCKET names. Without one, nothing.
#pragma once

#include <string>
#include <string_view>

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

}  // namespace muniment
