// Stands between a log and its server, and keeps back what it is told to: a network that fails at a chosen moment.
#pragma once

#include <atomic>
#include <filesystem>
#include <list>
#include <mutex>
#include <thread>

namespace muniment {

class PostgresProxy {
 public:
  // Takes connections at a socket in `folder`, and goes on to the one in `server_folder`.
  PostgresProxy(std::filesystem::path folder, std::filesystem::path server_folder);
  ~PostgresProxy();
  PostgresProxy(const PostgresProxy&) = delete;
  PostgresProxy& operator=(const PostgresProxy&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  std::atomic<bool> swallows_requests = false;  // The server hears nothing more.
  std::atomic<bool> swallows_answers = false;   // It does, and is not heard.

 private:
  void take();
  void serve(int client);
  void pump(int from, int to, const std::atomic<bool>& swallows);

  const std::filesystem::path folder_;
  const std::filesystem::path server_folder_;
  std::atomic<bool> is_stopping_ = false;
  int listening_ = -1;
  std::mutex mutex_;
  std::list<std::thread> pumps_;
  std::thread taking_;  // Last: it uses the members above.
};

}  // namespace muniment
