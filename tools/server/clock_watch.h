// Compares the machine's clock with one that only counts: a step of the one against the other means that times can no longer be trusted,
// until somebody who knows says so. A clock that is slewed into step, at most a thousandth fast or slow, is followed.
//
// Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "tools/store/clock_step.h"

namespace muniment {

struct Clocks {
  std::function<Timestamp()> wall;
  std::function<std::chrono::nanoseconds()> counting;  // Since some moment, through a suspension of the machine too.
};
Clocks machine_clocks();

class ClockWatch {
 public:
  // `since_last_run`: a step that was found before, and not accepted.
  ClockWatch(Clocks clocks, std::optional<ClockStep> since_last_run);

  // Looks at both clocks; says whether there was a step that nobody has accepted. About 0.2 us.
  bool look();
  bool is_stepped() const { return is_stepped_; }
  // The step, with what the clock says now. Nothing where there is none.
  std::optional<ClockStep> step() const;
  // From now on the clock is right as it is: somebody has accepted it, and that is recorded; or nothing has its time.
  void accept();

 private:
  Timestamp expected(std::chrono::nanoseconds counted) const;

  const Clocks clocks_;
  mutable std::mutex mutex_;
  // Where both stood when they were last taken to agree.
  Timestamp wall_;
  std::chrono::nanoseconds counted_;
  std::atomic<bool> is_stepped_;
};

}  // namespace muniment
