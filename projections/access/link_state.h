// What a link's changes come to at a moment.
#pragma once

#include "projections/access/change.h"
#include "projections/as_of.h"

namespace muniment::view {

struct HeldService {
  ServiceNumber service;
  const LinkChange* granted;
};

// Points into the history it was folded from.
struct LinkState {
  const LinkChange* started = nullptr;  // None: not linked.
  const LinkChange* last = nullptr;     // The latest change that counted.
  std::vector<HeldService> held;        // In the order of the grants.

  bool linked() const { return started != nullptr; }
};

// What had taken effect by `at`. Fills `out` anew.
void fold(const LinkHistory& history, const AsOf& as_of, Timestamp at, LinkState& out);

// What ended, after `at`, the service that was held then. Nothing while it is still held as far as the moment's position knows.
const LinkChange* ending(const LinkHistory& history, const AsOf& as_of, Timestamp at, ServiceNumber service);

}  // namespace muniment::view
