#include "tools/server/held_signal.h"

#include <csignal>
#include <utility>

namespace muniment {
namespace {

sigset_t set_of(int number) {
  sigset_t out;
  ::sigemptyset(&out);
  ::sigaddset(&out, number);
  return out;
}

}  // namespace

HeldSignal::HeldSignal(int number) : number_(number) {
  const sigset_t only = set_of(number);
  sigset_t before;
  is_held_ = ::pthread_sigmask(SIG_BLOCK, &only, &before) == 0 && ::sigismember(&before, number) == 0;
}

HeldSignal::~HeldSignal() { release(); }

void HeldSignal::release() {
  if (!std::exchange(is_held_, false)) return;
  const sigset_t only = set_of(number_);
  ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
}

}  // namespace muniment
