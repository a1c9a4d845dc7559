// The same day and time so many years later.
#pragma once

#include "events/values/timestamp.h"

namespace muniment {

// From February 29 on that month's last day; beyond what nanoseconds reach the last moment that they have. Precondition: years >= 0.
Timestamp years_after(Timestamp at, int years);

}  // namespace muniment
