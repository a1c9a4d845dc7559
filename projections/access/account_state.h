// What the changes of an account come to at a moment: whether it could be used.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "projections/access/change.h"
#include "projections/as_of.h"
#include "projections/event_fields.h"

namespace muniment::view {

// Values of account_change and terms rows.
void put_account_change(std::string& out, schema::Event::Reader event, std::string_view terms_version);

struct AccountChange {
  EventRef event;
  FactNumber fact;
  std::string_view terms_version;  // Of terms that were accepted or published. It and the next one point into the row.
  std::string_view details;        // Of others.

  // Precondition: it is not about terms.
  AccessChange describe() const { return take_details(event, details); }
};
AccountChange take_account_change(Position position, std::string_view value);

struct AccountState {
  bool locked = false;
  bool disabled = false;
  bool terminated = false;
  bool terms_accepted = true;

  std::vector<Unusable> unusable() const;
};

// Looks accounts up for one question. One thread at a time.
class AccountStates {
 public:
  AccountStates(const Snapshot& snapshot, const Table& table, const AsOf& as_of);
  // Valid until the next call.
  const AccountState& of(const std::string& username);
  const std::string& terms_current() const { return terms_; }

 private:
  AccountState read(std::string_view username);

  const AsOf& as_of_;
  Rows rows_;
  std::string terms_;  // The version in force at the moment; empty: none.
  std::string username_;
  AccountState state_;  // Of username_: rows of one account come one after another.
};

}  // namespace muniment::view
