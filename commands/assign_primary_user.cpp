#include "commands/assign_primary_user.h"

#include "commands/appoint_delegate.h"
#include "commands/rules.h"
#include "commands/tags.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

// Everything that the Primary User will hold at the provider. A Primary User has the role whether or not the administrator's service is
// still to be had.
std::expected<ServiceSet, Refused> services_of_primary_user(const AssignPrimaryUser& assign, const Account* account, Sight& sight) {
  const Account::Link* link = account == nullptr ? nullptr : account->link(assign.provider);
  ServiceSet all = link == nullptr ? ServiceSet{} : link->services;
  const auto asked = offered_services(assign.services, all, false, sight);
  if (!asked) return std::unexpected(asked.error());
  for (const ServiceId service : asked->sorted(sight.service_names())) all.insert(service);
  const auto administrator = sight.catalogue().administrator_service();
  if (administrator && !sight.catalogue().find(*administrator)->retired) all.insert(*administrator);
  return all;
}

// The same person stays: only what is not held yet is granted.
Decision grant_missing(const ServiceSet& services, const Account& account, const ProviderId& provider, const Request& request,
                       Decided decided, Sight& sight) {
  const ServiceSet missing = ServiceSet::difference(services, account.link(provider)->services);
  if (missing.empty()) return decided;
  decided.events.push_back(account_event(fact::ServicesAssigned{missing.texts(sight.service_names()), {}}, account, provider, sight));
  add_note(decided.events.back(), request);
  return decided;
}

// The new account's first event, its PIN and its tags.
DecidedEvent create_account(const AssignPrimaryUser& assign, const Request& request, Decided& decided, Sight& sight) {
  const AccountId id = sight.new_account();
  const Username username = sight.new_username(*assign.profile);
  const EventId event_id = sight.next_event_id();
  decided.username = username.text();
  decided.vault.put_pin(id, event_id, assign.pin);
  add_tags(decided.vault, id, *assign.profile, assign.pin);
  return {.id = event_id,
          .fact = fact::AccountCreated{},
          .streams = {StreamName::account(id), StreamName::provider(assign.provider), StreamName::username(username)},
          .provider = assign.provider,
          .username = username.text(),
          .personal = Personal{*assign.profile, request.note, {}}};
}

DecidedEvent assignment(const Provider& provider, const ServiceSet& services, const StreamName& account, std::string username,
                        Sight& sight) {
  const bool is_same = provider.primary_user() == username;
  fact::PrimaryUserAssigned assigned{.services = services.texts(sight.service_names()),
                                     .former = is_same ? std::string_view{} : provider.primary_user()};
  Streams streams{account, StreamName::provider(provider.id())};
  if (!assigned.former.empty()) {
    const Account* former = sight.account(assigned.former);
    MUNIMENT_ASSERT(former != nullptr);
    assigned.former_unlinked = is_last_link(*former, provider.id(), sight);
    streams.push_back(StreamName::account(former->id()));
  }
  return {.id = sight.next_event_id(),
          .fact = std::move(assigned),
          .streams = streams,
          .provider = provider.id(),
          .username = std::move(username)};
}

}  // namespace

Field<AssignPrimaryUser> AssignPrimaryUser::read(request::AssignPrimaryUser::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  AssignPrimaryUser out{*provider, {}, {}, {}, {}};
  if (in.hasUsername()) {
    auto username = username_field(in.getUsername());
    if (!username) return std::unexpected(username.error());
    out.username = std::move(*username);
  }
  if (in.hasProfile()) {
    auto profile = Profile::read(in.getProfile());
    if (!profile) return std::unexpected(Malformed{"profile." + profile.error().field, profile.error().expected});
    out.profile = std::move(*profile);
    const auto pin = pin_field(in.getPin());
    if (!pin) return std::unexpected(pin.error());
    out.pin = *pin;
  } else if (in.hasPin()) {
    return std::unexpected(Malformed{"pin", "no PIN without the profile of a new account"});
  }
  auto services = services_field(in.getServices());
  if (!services) return std::unexpected(services.error());
  out.services = std::move(*services);
  return out;
}

Decision decide(const AssignPrimaryUser& assign, const Request& request, Sight& sight) {
  const auto provider = open_provider(assign.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  if (assign.username.has_value() == assign.profile.has_value()) return refuse(Refusal::profile_required, "profile");
  const Account* account = assign.username ? sight.account(*assign.username) : nullptr;
  if (assign.username && (account == nullptr || account->is_terminated())) return refuse(Refusal::username_unavailable, "username");
  if (account != nullptr && is_arriving(*account, sight)) return refuse(Refusal::import_in_progress, "username");
  if (account != nullptr && account->is_erased()) return refuse(Refusal::subject_erased, "username");
  const auto services = services_of_primary_user(assign, account, sight);
  if (!services) return std::unexpected(services.error());

  Decided decided{.authority = *authority};
  if (account == nullptr) {
    decided.events.push_back(create_account(assign, request, decided, sight));
    const DecidedEvent& created = decided.events.back();
    decided.events.push_back(assignment(**provider, *services, created.streams.front(), created.username, sight));
    add_end_of_delegate(decided, **provider, {}, sight);
    return decided;
  }
  // Of one who was reported as having left, the assignment says that it is not so.
  const bool is_in_office = (*provider)->primary_user() == account->username() && account->departure_from(assign.provider) == nullptr;
  if (is_in_office) return grant_missing(*services, *account, assign.provider, request, std::move(decided), sight);
  decided.events.push_back(assignment(**provider, *services, StreamName::account(account->id()), std::string{account->username()}, sight));
  add_note(decided.events.back(), request);
  add_end_of_delegate(decided, **provider, {}, sight);
  return decided;
}

}  // namespace muniment
