// The agency: its enrolment officers, and the format that the store has been upgraded to.
#pragma once

#include <set>
#include <string>

#include "aggregates/canonical.h"
#include "events/record/record.h"

namespace muniment {

class Agency {
 public:
  void evolve(schema::Event::Reader event, Version version);

  Version version() const { return version_; }
  const std::set<std::string, std::less<>>& officers() const { return officers_; }
  bool has_officer(std::string_view name) const { return officers_.contains(name); }
  std::uint32_t format() const { return format_; }
  // Generated usernames carry no letters of the person's name.
  bool has_neutral_usernames() const { return neutral_usernames_; }

  // Of the epoch key, as the last rotation recorded it; empty: there was none.
  const std::string& epoch() const { return epoch_; }
  // The log's verifier key, as the last rotation recorded it; empty: there was none.
  const std::string& log_key() const { return log_key_; }

  void describe(Canonical& out) const;

 private:
  Version version_ = 0;
  std::set<std::string, std::less<>> officers_;
  std::uint32_t format_ = 0;
  bool neutral_usernames_ = false;
  std::string epoch_;
  std::string log_key_;
};

}  // namespace muniment
