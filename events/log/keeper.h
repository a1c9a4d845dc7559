// A thread that does a job whenever it is asked to, and gives way to the others of the process meanwhile.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace muniment {

class Keeper {
 public:
  // The job must not throw.
  explicit Keeper(std::function<void()> job);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // The job runs once more, from now or after the run that is under way. Any thread.
  void wake();
  // Returns when the job is not running and will not run again. Idempotent.
  void stop();

 private:
  void run();

  std::function<void()> job_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
