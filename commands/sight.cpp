#include "commands/sight.h"

#include <algorithm>

#include "commands/arriving.h"
#include "commands/tags.h"
#include "events/record/event_streams.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

StreamName single(schema::StreamKind kind) { return StreamName::single(kind); }

// Of streams that no aggregate folds, so that their versions are kept here.
bool is_plain(schema::StreamKind kind) {
  using enum schema::StreamKind;
  return kind == REFUSALS || kind == READS || kind == FINDING || kind == ERASURES;
}

}  // namespace

Sight::Sight(World& world, const EventLog& log, Vault& vault, Partition partition)
    : world_(world), log_(log), vault_(vault), partition_(partition) {
  read(single(schema::StreamKind::AGENCY));
  read(single(schema::StreamKind::CATALOGUE));
  read(single(schema::StreamKind::TERMS));
  load(single(schema::StreamKind::POLICY));
}

const Provider& Sight::provider(const ProviderId& id) {
  if (const Provider* here = world_.find_provider(id)) return *here;
  load(StreamName::provider(id));
  return world_.provider(id);
}

const Account* Sight::account(const Username& name) { return account(name.text()); }

const Account* Sight::account(std::string_view username) {
  const AccountId* holder = world_.find_claim(username);
  if (holder == nullptr) {
    // Most names that are not here are nobody's: that is cheaper to ask than to read.
    const StreamName claim{schema::StreamKind::USERNAME, bytes_of(username)};
    world_.begin(claim);
    if (log_.stream_version(partition_, claim) > 0 || has_forgotten_pending()) read(claim);
    holder = world_.find_claim(username);
  }
  return holder->is_zero() ? nullptr : &account(*holder);
}

const Account& Sight::account(const AccountId& id) {
  if (const Account* here = world_.find_account(id)) return *here;
  load(StreamName::account(id));
  return world_.account(id);
}

const Policy& Sight::policy_of(const std::optional<ProviderId>& provider) {
  const StreamName stream = provider ? StreamName::policy(*provider) : single(schema::StreamKind::POLICY);
  load(stream);
  return world_.policy(stream);
}

const Policy& Sight::policy(const ProviderId& provider) {
  const Policy& own = policy_of(provider);
  return own.is_set() ? own : policy_of(std::nullopt);
}

const Import& Sight::import(const EventId& id) {
  load(StreamName::import(id));
  return world_.import(id);
}

const Review& Sight::review(std::string_view name) {
  load(StreamName::review(name));
  return world_.review(name);
}

Account Sight::account_as_of(const Account& account, Position at) {
  Account then(account.id());
  read_behind(account, 0, [&](schema::Event::Reader event) {
    if (event.getPosition() > at) return false;
    then.evolve(event, then.version() + 1, world_.names());
    return true;
  });
  return then;
}

bool Sight::was_linked(const Account& account, const ProviderId& provider, Position at) {
  if (account.membership_position() <= at) return account.link(provider) != nullptr;
  return account_as_of(account, at).link(provider) != nullptr;
}

void Sight::read_behind(const Account& account, Version version, const std::function<bool(schema::Event::Reader)>& see) {
  read_behind(StreamName::account(account.id()), version,
              [&](schema::Event::Reader event) { return world_.passes_over().have_brought(event) || see(event); });
}

void Sight::read_behind(const StreamName& stream, Version version, const std::function<bool(schema::Event::Reader)>& see) {
  const Position head = log_.head(partition_).position;
  bool goes_on = true;
  log_.read_stream(partition_, stream, version + 1, [&](Position position, RecordWords words) {
    if (position > head) return false;
    RecordReader record(words);
    goes_on = see(record.event());
    return goes_on;
  });
  // What is behind the head may still be on its way into the log.
  const auto see_one = [&](RecordWords words) {
    RecordReader record(words);
    for (const StreamVersion& entry : streams_of(record.event())) {
      if (goes_on && entry.stream == stream && entry.version > version) goes_on = see(record.event());
    }
  };
  for (Position position = head + 1; goes_on && position <= decided_; ++position) {
    if (const RecordWords words = pending_ ? pending_(position) : RecordWords{}; !words.empty()) {
      see_one(words);
      continue;
    }
    log_.read(partition_, position, position, [&](Position, RecordWords durable) {
      see_one(durable);
      return false;
    });
  }
}

bool Sight::is_appointed(const Account& account, const Provider& provider) const {
  const auto& delegate = provider.delegate();
  return delegate && now_ < delegate->until && delegate->username == account.username() && !provider.is_closed();
}

bool Sight::is_importing(const Provider& provider) { return provider.latest_import() && import(*provider.latest_import()).is_open(); }

bool Sight::is_unlinked(const Account& account) {
  for (const Account::Link& link : account.links()) {
    if (!provider(link.provider).is_closed() && !is_arriving(account, link.provider, *this)) return false;
  }
  return true;
}

std::optional<Timestamp> Sight::left_at(const Account& account) {
  if (!is_unlinked(account)) return std::nullopt;
  auto out = account.last_removed_at();
  for (const Account::Link& link : account.links()) {
    if (const Provider& at = provider(link.provider); at.is_closed()) out = std::max(out.value_or(at.closed_at()), at.closed_at());
  }
  return out;
}

bool Sight::has_left_somewhere(const Account& account) {
  return std::ranges::any_of(account.departures(),
                             [this](const Account::Departure& one) { return !one.removed_at && !provider(one.provider).is_closed(); });
}

bool Sight::may_sign_in(const Account& account) {
  return !account.is_locked() && !account.is_disabled() && !account.is_terminated() && !is_unlinked(account);
}

bool Sight::is_usable(const Account& account) {
  return may_sign_in(account) && (terms().current().empty() || account.accepted_terms() == terms().current());
}

bool Sight::is_administrator(const Account& account, const Provider& provider) {
  if (provider.is_closed()) return false;
  if (provider.primary_user() == account.username() && !provider.primary_user().empty()) return true;
  if (is_appointed(account, provider)) return true;
  const Account::Link* link = account.link(provider.id());
  return link != nullptr && catalogue().has_administrator_service(link->services);
}

const Account* Sight::account_of(const Principal& actor) {
  if (!actor_ || actor_->name != actor.name) actor_ = Actor{actor.name, account(actor.name)};
  return actor_->account;
}

bool Sight::is_known(const Principal& actor) {
  switch (actor.kind) {
    case schema::PrincipalKind::OFFICER:
      return agency().has_officer(actor.name);
    case schema::PrincipalKind::ACCOUNT:
      return account_of(actor) != nullptr;
    case schema::PrincipalKind::SUBMITTER:  // Whoever lets commands in vouches for it.
    case schema::PrincipalKind::NODE:       // These two are made here and cannot be typed.
    case schema::PrincipalKind::OUTSIDER:
    case schema::PrincipalKind::AUDITOR:  // As with a submitter.
      return true;
    case schema::PrincipalKind::OPERATOR:
      break;
  }
  return false;
}

std::expected<Role, Refusal> Sight::role_of(const Principal& actor, const std::optional<ProviderId>& at) {
  switch (actor.kind) {
    case schema::PrincipalKind::OFFICER:
      if (agency().has_officer(actor.name)) return Role::officer;
      return std::unexpected(Refusal::actor_unknown);
    case schema::PrincipalKind::SUBMITTER:
      return Role::submitter;
    case schema::PrincipalKind::AUDITOR:
      return Role::auditor;
    case schema::PrincipalKind::ACCOUNT:
      break;
    case schema::PrincipalKind::NODE:
    case schema::PrincipalKind::OPERATOR:
    case schema::PrincipalKind::OUTSIDER:
      return std::unexpected(Refusal::actor_unknown);
  }
  const Account* self = account_of(actor);
  if (self == nullptr) return std::unexpected(Refusal::actor_unknown);
  if (!is_usable(*self)) return std::unexpected(Refusal::actor_not_usable);
  if (!at) return Role::nobody;
  const Provider& where = provider(*at);
  if (is_appointed(*self, where)) return Role::appointed_delegate;
  const Account::Link* link = self->link(*at);
  if (where.is_closed() || link == nullptr) return Role::nobody;
  if (where.primary_user() == self->username()) return Role::primary_user;
  if (catalogue().has_administrator_service(link->services)) return Role::backup;
  if (catalogue().has_delegate_service(link->services) && policy(*at).delegates()) return Role::delegate;
  return Role::nobody;
}

Target Sight::target(const Principal& actor, const Account* account, const Provider& where) {
  Target out;
  if (account == nullptr) return out;
  out.is_self = actor.kind == schema::PrincipalKind::ACCOUNT && actor.name == account->username();
  out.is_primary_user_here = where.primary_user() == account->username();
  for (const ProviderId& id : account->primary_of()) out.is_primary_user_anywhere |= !provider(id).is_closed();
  out.is_administrator_here = is_administrator(*account, where);
  out.is_administrator_anywhere = out.is_primary_user_anywhere;
  for (const ProviderId& id : account->appointed_at()) out.is_administrator_anywhere |= is_appointed(*account, provider(id));
  out.is_unlinked = true;
  for (const Account::Link& link : account->links()) {
    if (provider(link.provider).is_closed() || is_arriving(*account, link.provider, *this)) continue;
    out.is_unlinked = false;
    out.is_administrator_anywhere |= catalogue().has_administrator_service(link.services);
  }
  out.is_home_here = account->home() == where.id();
  out.is_without_home = account->home() && provider(*account->home()).is_closed();
  out.is_left_by_home = account->home() && !out.is_without_home && !out.is_unlinked && account->link(*account->home()) == nullptr;
  return out;
}

std::optional<Profile> Sight::profile(const Account& account) {
  if (account.profile_position() == 0) return std::nullopt;
  const auto key = vault_.account_key(account.id());
  if (!key) return std::nullopt;
  if (const ByteSpan pending = pending_personal_ ? pending_personal_(account.profile_position()) : ByteSpan{}; !pending.empty()) {
    return Personal::from_bytes(pending).profile;
  }
  std::optional<Profile> out;
  log_.read(partition_, account.profile_position(), account.profile_position(), [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto opened = sealer_.open(*key, account.id(), event_id_of(record.event()), bytes_of(record.event().getSealed()));
    if (opened) out = Personal::from_bytes(*opened).profile;
    return false;
  });
  return out;
}

bool Sight::has_duplicate(const ProviderId& at, const Profile& profile, const AccountId* except) {
  // A tag may be ahead of the log or behind it, so the log decides: what it holds now is compared.
  const std::string key = duplicate_key(profile);
  for (const AccountId& id : vault_.accounts_with_tag(tag_same_person, {}, bytes_of(key))) {
    if (except != nullptr && id == *except) continue;
    const Account& other = account(id);
    if (other.link(at) == nullptr) continue;
    const auto now = this->profile(other);
    if (now && duplicate_key(*now) == key) return true;
  }
  return false;
}

AccountId Sight::new_account() {
  const AccountId id = vault_.take_account().id;
  world_.account(id);  // Nobody has written to it yet.
  return id;
}

Username Sight::new_username(const Profile& profile) {
  return free_username(agency().has_neutral_usernames() ? "user" : username_stem(profile.first_name, profile.last_name));
}

Username Sight::free_username(std::string_view stem) {
  const auto name_of = [&](std::uint64_t number) { return Username::parse(std::string{stem} + std::to_string(number)).value(); };
  // One that an abandoned import claimed stays in evidence as somebody else's: only another import brings it again.
  const auto is_free = [&](std::uint64_t number) { return version_of(StreamName::username(name_of(number))) == 0; };
  const auto hint = last_number_.find(stem);
  std::uint64_t number = 1;
  if (hint != last_number_.end()) {
    number = hint->second + 1;
    while (!is_free(number)) ++number;
  } else if (!is_free(number)) {
    // A name in use below, a free one above: halve the range. Few steps, however many people are called the same.
    std::uint64_t used = 1;
    std::uint64_t free = 2;
    while (!is_free(free)) {
      used = free;
      free *= 2;
    }
    while (free - used > 1) {
      const std::uint64_t middle = used + (free - used) / 2;
      (is_free(middle) ? free : used) = middle;
    }
    number = free;
  }
  const Username name = name_of(number);
  offered_ = {name.text(), std::string{stem}, number};
  return name;
}

// Only what is recorded moves the hint: a name that was offered to a refused attempt is offered again.
void Sight::note_claim(std::string_view username) {
  if (username == offered_.name) last_number_.insert_or_assign(offered_.stem, offered_.number);
}

Version Sight::version_of(const StreamName& stream) {
  switch (stream.kind()) {
    case schema::StreamKind::ACCOUNT:
      return account(AccountId::from(stream.key()).value()).version();
    case schema::StreamKind::PROVIDER:
      return provider(StreamName::provider_of(stream.key()).value()).version();
    case schema::StreamKind::USERNAME:
      return claims_of(stream);
    case schema::StreamKind::CATALOGUE:
      return world_.catalogue().version();
    case schema::StreamKind::TERMS:
      return world_.terms().version();
    case schema::StreamKind::AGENCY:
      return world_.agency().version();
    case schema::StreamKind::POLICY:
      load(stream);
      return world_.policy(stream).version();
    case schema::StreamKind::IMPORT:
      return import(EventId::from(stream.key()).value()).version();
    case schema::StreamKind::REVIEW:
      return review(text_of(stream.key())).version();
    case schema::StreamKind::REFUSALS:
    case schema::StreamKind::READS:
    case schema::StreamKind::FINDING:
    case schema::StreamKind::ERASURES:
      break;
  }
  const auto [kept, is_new] = plain_versions_.try_emplace(stream, 0);
  if (is_new) kept->second = log_.stream_version(partition_, stream);
  return kept->second;
}

// A name is claimed once, and again only where an import that had claimed it was abandoned.
Version Sight::claims_of(const StreamName& claim) {
  if (account(text_of(claim.key())) != nullptr) return 1;  // Nothing follows.
  if (world_.passes_over().empty()) return 0;
  if (!has_forgotten_pending()) return log_.stream_version(partition_, claim);
  Version out = 0;
  read_behind(claim, 0, [&](schema::Event::Reader) {
    ++out;
    return true;
  });
  return out;
}

void Sight::evolve(schema::Event::Reader event) {
  world_.evolve(event);
  if (event.getFact().isImportAbandoned()) forget_streams(event.getPosition());
  if (event.getClaimsUsername()) note_claim(text_of(event.getUsername()));
  for (const auto stream : event.getContext().getMoreStreams()) {
    if (is_plain(stream.getKind())) plain_versions_.insert_or_assign(stream_of(stream), stream.getVersion());
  }
}

void Sight::age() {
  actor_.reset();
  world_.age();
  last_number_.clear();
}

void Sight::load(const StreamName& stream) {
  if (world_.knows(stream)) return;
  world_.begin(stream);
  read(stream);
}

// What could not be read whole is not kept: the next decision would rest on a part.
void Sight::read(const StreamName& stream) {
  const auto take = [&](schema::Event::Reader event) {
    world_.evolve(stream, event);
    return true;
  };
  try {
    if (has_forgotten_pending()) return read_behind(stream, 0, take);
    log_.read_stream(partition_, stream, 1, [&](Position, RecordWords words) {
      const RecordReader record(words);
      return take(record.event());
    });
  } catch (...) {
    actor_.reset();
    world_.forget(stream);
    throw;
  }
}

// What is here was folded with what the import recorded.
void Sight::forget_streams(Position position) {
  actor_.reset();
  last_number_.clear();
  world_.forget_streams();
  forgotten_at_ = position;
}

}  // namespace muniment
