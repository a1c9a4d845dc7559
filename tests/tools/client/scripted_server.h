// A server that says what it was told to, whatever it is asked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace muniment {

class ScriptedServer {
 public:
  // One connection after another: each reads until the end of a request's header, sends its text and closes. The last one is used again.
  explicit ScriptedServer(std::vector<std::string> answers);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  // What was asked; call it when the server is done with it.
  std::string request(std::size_t connection);

 private:
  void serve();

  std::vector<std::string> answers_;
  std::vector<std::string> requests_;
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace muniment
