// Callers of a store that send commands, note what they were told in files that no fault touches, and send again what they were not told
// about. A round is one life of the store.
#pragma once

#include <atomic>
#include <filesystem>
#include <semaphore>
#include <string>
#include <vector>

#include "tools/store/store.h"

namespace muniment::faults {

class Clients {
 public:
  // Reads what former rounds noted in the folder. `window`: so many commands at once are under way.
  Clients(const std::filesystem::path& notes, Store& store, int round, int window);
  ~Clients();

  static std::vector<std::string> acknowledged(const std::filesystem::path& notes);

  // Sends the former rounds' commands that nobody was told about, first those that all others rest on, and then new ones, so many or until
  // the store fails. Returns when all are answered. What must not happen ends the process with a word on the standard error.
  void run(int commands);
  // Whether the store has answered `failed`. Then whatever was sent after that was answered so as well.
  bool saw_failure() const { return saw_failure_; }

 private:
  void send(const std::string& id);
  void answered(const std::string& id, bool sent_after_failure, const Answer& answer);

  Store& store_;
  const int round_;
  const int window_;
  int sent_file_;
  int acknowledged_file_;
  std::vector<std::string> unanswered_;
  std::counting_semaphore<> room_;
  std::atomic<bool> saw_failure_ = false;
};

}  // namespace muniment::faults
