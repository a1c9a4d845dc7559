// When accounts were locked, disabled or terminated: from when until when, by whom and why. Whoever unlocks or enables an account ends what
// locking or disabling it began; a termination has no end.
//
// Thread-safe. Throws view::Failed (projections/store/coding.h) when the views cannot be read.
#pragma once

#include "projections/access.h"

namespace muniment {

// The names are public, and those of the reasons why an account cannot be used.
enum class AccountStop { locked, disabled, terminated };
std::string_view name_of(AccountStop stop);
std::optional<AccountStop> account_stop_named(std::string_view name);

struct StateInterval {
  std::string username;
  AccountStop state{};
  AccessChange began;
  std::optional<AccessChange> ended = {};  // Nothing: it holds at the moment.
};

struct StateQuery {
  std::optional<ProviderId> provider{};  // Of whom was linked there while it lasted, or for a part of that.
  std::optional<Username> username{};
  std::optional<AccountStop> state{};
  Moment moment{};  // What had begun by then.
  std::size_t limit = page_size_default;
  std::string cursor{};
};

// In bytewise order of the usernames, and of each in the order in which they were recorded.
std::expected<Page<StateInterval>, BadCursor> state_intervals(const Views& views, const StateQuery& query);

}  // namespace muniment
