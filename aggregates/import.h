// One import of an organization's history. Until it completes its events are invisible to questions and its providers accept nothing else.
#pragma once

#include "aggregates/canonical.h"
#include "events/record/record.h"

namespace muniment {

class Import {
 public:
  void evolve(schema::Event::Reader event, Version version);

  Version version() const { return version_; }
  Position position() const { return position_; }  // Of its ImportStarted.
  bool is_complete() const { return complete_; }
  const std::vector<ProviderId>& providers() const { return providers_; }

  void describe(Canonical& out) const;

 private:
  Version version_ = 0;
  Position position_ = 0;
  bool complete_ = false;
  std::vector<ProviderId> providers_;
};

}  // namespace muniment
