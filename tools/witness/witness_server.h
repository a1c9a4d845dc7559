// A witness on a socket: `POST /add-checkpoint`, over plain HTTP. What goes over it is signed and public; whoever wants it hidden puts a
// proxy with TLS before it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tools/witness/witness.h"

namespace muniment {

class WitnessServer {
 public:
  // Told in a sentence what was answered to whom; never what was sent.
  using Notice = std::function<void(std::string_view)>;

  // Listens when it returns; port 0 takes a free one. Borrows the witness. Throws std::system_error where the address cannot be had.
  WitnessServer(Witness& witness, const std::string& address, std::uint16_t port, Notice notice);
  ~WitnessServer();
  WitnessServer(const WitnessServer&) = delete;
  WitnessServer& operator=(const WitnessServer&) = delete;

  std::uint16_t port() const;
  // Serves until stop(); SIGTERM and SIGINT stop it too if `handles_signals`.
  void run(bool handles_signals);
  // From any thread.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
