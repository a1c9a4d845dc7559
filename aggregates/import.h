// One import of an organization's history. Until it completes its events are invisible to questions and its providers accept nothing else;
// where it is abandoned they stay invisible, and its providers are free.
#pragma once

#include <string>
#include <vector>

#include "aggregates/canonical.h"
#include "events/record/record.h"

namespace muniment {

class Import {
 public:
  void evolve(schema::Event::Reader event, Version version);

  Version version() const { return version_; }
  Position position() const { return position_; }  // Of its ImportStarted.
  bool is_complete() const { return completed_position_ != 0; }
  // What it recorded counts for nothing, and nothing follows.
  bool is_abandoned() const { return abandoned_position_ != 0; }
  // Begun, and neither complete nor abandoned.
  bool is_open() const { return position_ != 0 && !is_complete() && !is_abandoned(); }
  Position abandoned_position() const { return abandoned_position_; }
  Position completed_position() const { return completed_position_; }
  // Which services meant administrator in that history, as it was said.
  const std::vector<std::string>& administrator_services() const { return administrator_services_; }
  // Usernames of accounts whose home is none of its providers are said to be the same people's.
  bool has_same_usernames() const { return same_usernames_; }

  void describe(Canonical& out) const;

 private:
  Version version_ = 0;
  Position position_ = 0;
  Position completed_position_ = 0;
  Position abandoned_position_ = 0;
  bool same_usernames_ = false;
  std::vector<std::string> administrator_services_;
};

}  // namespace muniment
