// Holds a signal back until somebody hears it: what comes meanwhile comes then, and ends no process.
#pragma once

namespace muniment {

class HeldSignal {
 public:
  // From now on, for this thread and those that it makes.
  explicit HeldSignal(int number);
  // As release().
  ~HeldSignal();
  HeldSignal(const HeldSignal&) = delete;
  HeldSignal& operator=(const HeldSignal&) = delete;

  // It comes to this thread again. Idempotent; on the thread that held it.
  void release();

 private:
  const int number_;
  bool is_held_ = false;  // By this, and not by whoever started the process.
};

}  // namespace muniment
