// Imports that were abandoned before they completed (ImportAbandoned). Nothing that they recorded was ever visible, and none of it counts:
// whoever folds the log passes over it, wherever it stands. So they have to be known before what they recorded is folded.
#pragma once

#include <span>
#include <vector>

#include "events/record/record.h"

namespace muniment {

class AbandonedImports {
 public:
  struct One {
    Position started;    // Of its ImportStarted.
    Position abandoned;  // Of its ImportAbandoned.
    EventId id;
  };

  // Takes note of the event where it says that an import was abandoned. Once is enough.
  void note(schema::Event::Reader event);

  bool empty() const { return all_.empty(); }
  std::span<const One> all() const { return all_; }
  bool contain(Position started) const;
  // Whether the event is one that counts no more: a row, or that a provider was told to wait for rows. Definitions of services count: the
  // catalogue is everybody's, and whoever came meanwhile may rely on them.
  bool have_brought(schema::Event::Reader event) const;

 private:
  std::vector<One> all_;  // They are few.
};

}  // namespace muniment
