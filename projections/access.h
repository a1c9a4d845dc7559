// Who held what at a moment: provider, username, service, since when and by whom.
//
// `Held` is what was granted and not taken away. `Usable` is whether the account could make use of it: it was not locked, disabled or
// terminated, and had accepted the terms in force. It shows who could act, not who did.
//
// Thread-safe. Throws view::Failed (projections/store/coding.h) when the views cannot be read.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/record/principal.h"
#include "events/values/provider_id.h"
#include "events/values/username.h"
#include "projections/moment.h"
#include "projections/page.h"

namespace muniment {

class Views;

// The event that granted or ended something, and on whose word.
struct AccessChange {
  Position position = 0;
  Timestamp at;           // When it took effect.
  std::string_view type;  // Public name of the fact.
  Position imported_by = 0;
  schema::Authority authority = schema::Authority::NONE;
  Principal actor;
  std::string requested_by;
  std::string approved_by;
  std::string reason;
  std::string reference;

  bool operator==(const AccessChange&) const = default;
};

// Why an account cannot make use of what it holds. The names are public.
enum class Unusable { locked, disabled, terminated, terms_not_accepted };
std::string_view name_of(Unusable reason);

struct AccessRow {
  ProviderId provider;
  std::string username;
  std::string service;
  AccessChange granted;
  std::optional<AccessChange> ended;  // After the moment asked about, if that was known at its position.
  std::vector<Unusable> unusable;     // Empty: usable.

  bool usable() const { return unusable.empty(); }
};

enum class AccessDifference { gained, lost };

struct AccessDiffRow {
  AccessDifference difference;
  ProviderId provider;
  std::string username;
  std::string service;
  AccessChange granted;
  std::optional<AccessChange> ended;
};

struct AccessQuery {
  std::optional<ProviderId> provider{};
  std::optional<Username> username{};
  std::optional<std::string> service{};
  Moment moment{};
  std::size_t limit = page_size_default;  // At most page_size_max.
  std::string cursor{};                   // Of the page before; empty for the first one. The rest of the query must be the same.
};

// What was gained and lost between two moments of effective time, both known at one position. A service that was taken away and given back
// in between is neither.
struct AccessDiffQuery {
  Timestamp from;
  Timestamp to;
  std::optional<Position> position{};
  std::optional<ProviderId> provider{};
  std::optional<Username> username{};
  std::size_t limit = page_size_default;
  std::string cursor{};
};

struct AccountLink {
  ProviderId provider;
  AccessChange started;
  std::vector<std::string> services;  // In bytewise order; perhaps none.
};

// What one event did to a link: began it, granted and revoked services, or ended it.
struct LinkStep {
  enum class Kind { started, assigned, ended };
  Kind kind{};
  AccessChange change;
  std::vector<std::string> granted = {};
  std::vector<std::string> revoked = {};
};

// All that happened to an account's link at a provider, in the order in which it was recorded; perhaps it has ended.
struct LinkStory {
  ProviderId provider;
  std::vector<LinkStep> steps;
};

struct LinkStories {
  std::vector<LinkStory> links;  // In the order of the providers.
  Truth truth;
};

// An account at a moment.
struct AccountStatus {
  std::vector<AccountLink> links;  // In the order of the providers. None: it is unlinked, or does not exist.
  bool locked = false;
  bool disabled = false;
  bool terminated = false;
  std::string terms_current;   // The version in force; empty: none was published.
  bool terms_accepted = true;  // The one in force.
  std::vector<Unusable> unusable;
  Truth truth;
};

class Access {
 public:
  // The views must outlive it.
  explicit Access(const Views& views);
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;
  ~Access();

  // In bytewise order of provider, username, service.
  std::expected<Page<AccessRow>, BadCursor> as_of(const AccessQuery& query) const;
  std::expected<Page<AccessDiffRow>, BadCursor> diff(const AccessDiffQuery& query) const;
  AccountStatus account(const Username& username, const Moment& moment) const;
  // Of the account's links, or of the one at the provider: what was known and had taken effect at the moment.
  LinkStories stories(const Username& username, const std::optional<ProviderId>& provider, const Moment& moment) const;
  // As far as the view has come.
  Position position() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
