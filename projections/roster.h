// A provider's subordinates at a moment, searched by name without regard to case and accents.
//
// Names are opened from the sealed events when the view is built; one that could not be opened (the vault has no key), or was erased,
// leaves a row without a name. Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/values/id.h"
#include "events/values/provider_id.h"
#include "projections/access.h"
#include "projections/moment.h"
#include "projections/page.h"

namespace muniment {

enum class NameState {
  known,
  none,         // No event gave one, as with imported accounts.
  unavailable,  // It is sealed, and could not be opened when this view was built: the vault did not have its key.
  erased,       // It was sealed, and its key was destroyed: the person was erased, at whatever moment one asks about.
};

struct RosterRow {
  ProviderId provider;
  std::string username;
  AccountId account;
  NameState name = NameState::none;
  std::string last_name;
  std::string first_name;
  std::string middle_initial;
  Position linked_position = 0;
  Timestamp linked_at;
  Position changed_position = 0;  // The latest change of the link, its services or its name that counts at the moment.
  Timestamp changed_at;
  std::vector<std::string> services;  // Held at the moment, in bytewise order; perhaps none.
  std::vector<Unusable> unusable;     // Empty: the account could be used.

  bool usable() const { return unusable.empty(); }
};

struct RosterQuery {
  ProviderId provider;
  std::string last_name{};   // What the name begins with, as typed; empty: any.
  std::string first_name{};  // The same.
  Moment moment{};
  std::size_t limit = page_size_default;  // At most page_size_max.
  std::string cursor{};                   // Of the page before; empty for the first one. The rest of the query must be the same.
};

class Roster {
 public:
  // The views must outlive it.
  explicit Roster(const Views& views);
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;
  ~Roster();

  // Ordered by last name, first name, username; by first name, last name, username if only the first name is asked for. Accounts without a
  // name come last, by username, and only when both are empty. A text that is no NFC-able UTF-8 begins no name.
  std::expected<Page<RosterRow>, BadCursor> search(const RosterQuery& query) const;
  // As far as the view has come, and the one of access, of which it takes what is held.
  Position position() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
