// The policy of the agency, or of one provider. Decisions read delegation; findings read the rest from its events.
#pragma once

#include <string>
#include <vector>

#include "aggregates/canonical.h"
#include "events/record/record.h"

namespace muniment {

constexpr int retention_years_default = 10;  // As the schema's.

class Policy {
 public:
  void evolve(schema::Event::Reader event, Version version);

  Version version() const { return version_; }
  bool is_set() const { return version_ > 0; }
  // Whether a holder of Manage Subordinate Accounts may assign services, reset and remove.
  bool delegates() const { return delegates_; }
  // Whether the submitter (submitter:NAME) may name an account as the actor of its commands. Asked of the agency's policy.
  bool has_delegate(std::string_view submitter) const;
  // How long a person's data is kept after their last link has ended.
  int retention_years(bool was_primary_user) const { return was_primary_user ? primary_user_retention_years_ : retention_years_; }
  // Whether a policy with these very contents is the current one.
  bool equals(schema::Policy::Reader policy) const;

  void describe(Canonical& out) const;

 private:
  static std::string contents_of(schema::Policy::Reader policy);

  Version version_ = 0;
  bool delegates_ = false;
  std::vector<std::string> delegate_submitters_;
  int retention_years_ = retention_years_default;
  int primary_user_retention_years_ = retention_years_default;
  std::string contents_;
};

}  // namespace muniment
