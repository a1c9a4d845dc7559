// Stands between a client and a server on this machine, and cuts connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace muniment {

class CuttingProxy {
 public:
  // The n-th connection is cut after that many bytes from the server; those behind the list are not.
  CuttingProxy(std::uint16_t server, std::vector<std::size_t> cuts);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  std::string url() const;
  std::size_t connections() const { return connections_; }

 private:
  void serve();
  void forward(int client, std::size_t bytes_max) const;

  const std::uint16_t server_;
  const std::vector<std::size_t> cuts_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_ = 0;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

}  // namespace muniment
