// `muniment serve` as a process, on a free port unless its flags say otherwise.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace muniment {

class Served {
 public:
  // Its log goes to the store's name with .log behind it.
  // `early` is called with the process before anything is waited for.
  explicit Served(const std::filesystem::path& store, const std::vector<std::string>& flags = {"--listen", "127.0.0.1:0"},
                  const std::function<void(pid_t)>& early = {});
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  pid_t process() const { return process_; }
  // Its exit code; -1: a signal ended it.
  int wait();
  // Bytes of its memory that are in use, and the most that ever were.
  std::size_t resident_bytes() const;
  std::size_t peak_bytes() const;
  std::size_t open_files() const;

  std::uint16_t port = 0;  // 0: it did not serve.

 private:
  pid_t process_ = 0;
  int code_ = 0;
};

}  // namespace muniment
