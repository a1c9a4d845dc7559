// The Terms and Conditions: which version is current.
#pragma once

#include <string>
#include <vector>

#include "aggregates/canonical.h"
#include "events/record/record.h"

namespace muniment {

class Terms {
 public:
  void evolve(schema::Event::Reader event, Version version);

  Version version() const { return version_; }
  const std::string& current() const { return current_; }  // Empty: none was published, and nothing has to be accepted.
  const std::vector<std::string>& published() const { return published_; }

  void describe(Canonical& out) const;

 private:
  Version version_ = 0;
  std::string current_;
  std::vector<std::string> published_;
};

}  // namespace muniment
