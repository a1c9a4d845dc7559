#include "commands/rules.h"

#include <algorithm>
#include <utility>

#include "events/record/record.h"

namespace muniment {
namespace {

// Those that are in the catalogue.
ServiceSet services_of(const ServiceList& ids, Sight& sight) {
  ServiceSet out;
  for (const std::string_view id : ids) {
    if (const Service* service = sight.catalogue().find(id)) out.insert(service->id);
  }
  return out;
}

}  // namespace

std::expected<const Provider*, Refused> open_provider(const ProviderId& id, Sight& sight, std::string_view field) {
  const Provider& provider = sight.provider(id);
  if (!provider.is_registered()) return refuse(Refusal::provider_unknown, field);
  if (provider.is_closed()) return refuse(Refusal::provider_closed, field);
  if (sight.is_importing(provider)) return refuse(Refusal::import_in_progress, field);
  return &provider;
}

std::expected<schema::Authority, Refused> authority_at(Action action, const Request& request, const std::optional<ProviderId>& provider,
                                                       const Target& target, Sight& sight) {
  const auto role = sight.role_of(request.actor, provider);
  if (!role) return refuse(role.error(), "actor");
  const auto authority = authorize(action, *role, target);
  // The same answer, field and all, as for a name that nobody has.
  if (!authority && authority.error() == Refusal::username_unavailable) return refuse(authority.error(), "username");
  if (!authority) return refuse(authority.error());
  return *authority;
}

std::expected<schema::Authority, Refused> agency_authority(const Request& request, Sight& sight) {
  return authority_at(Action::agency, request, std::nullopt, {}, sight);
}

std::expected<AgencyOnAccount, Refused> agency_on_account(const Username& username, const Request& request, Sight& sight) {
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto account = existing_account(username, sight);
  if (!account) return std::unexpected(account.error());
  return AgencyOnAccount{*account, *authority};
}

std::expected<const Account*, Refused> existing_account(const Username& username, Sight& sight) {
  const Account* account = sight.account(username);
  if (account == nullptr) return refuse(Refusal::username_unavailable, "username");
  if (is_arriving(*account, sight)) return refuse(Refusal::import_in_progress, "username");
  return account;
}

std::expected<const Account::Link*, Refused> link_on_roster(const Account* account, const ProviderId& provider) {
  const Account::Link* link = account == nullptr ? nullptr : account->link(provider);
  if (link == nullptr) return refuse(Refusal::not_on_roster, "username");
  return link;
}

bool is_last_link(const Account& account, const ProviderId& provider, Sight& sight, std::span<const ProviderId> ended) {
  return std::ranges::none_of(account.links(), [&](const Account::Link& link) {
    if (link.provider == provider || std::ranges::find(ended, link.provider) != ended.end()) return false;
    return !sight.provider(link.provider).is_closed() && !is_arriving(account, link.provider, sight);
  });
}

std::optional<Refused> problem_with_services(const ServiceList& ids, const ServiceSet& held, bool at_least_one, Sight& sight) {
  if (at_least_one && ids.empty()) return Refused{Refusal::no_services_assigned, {"services"}};
  for (const std::string_view id : ids) {
    const Service* service = sight.catalogue().find(id);
    if (service == nullptr) return Refused{Refusal::service_unknown, {"services"}};
    if (service->retired && !held.contains(service->id)) return Refused{Refusal::service_retired, {"services"}};
  }
  return std::nullopt;
}

std::expected<ServiceSet, Refused> offered_services(const ServiceList& ids, const ServiceSet& held, bool at_least_one, Sight& sight) {
  if (auto problem = problem_with_services(ids, held, at_least_one, sight)) return std::unexpected(std::move(*problem));
  return services_of(ids, sight);
}

ServiceChange service_change(const Account* account, const ProviderId& provider, const ServiceList& wanted, Sight& sight) {
  const Account::Link* link = account == nullptr ? nullptr : account->link(provider);
  const ServiceSet held = link == nullptr ? ServiceSet{} : link->services;
  const ServiceSet asked = services_of(wanted, sight);
  return {ServiceSet::difference(asked, held), ServiceSet::difference(held, asked)};
}

void add_change(Target& target, const ServiceChange& change, Sight& sight) {
  target.services_change = !change.empty();
  target.administrator_service_granted = sight.catalogue().has_administrator_service(change.granted);
  target.administrator_service_revoked = sight.catalogue().has_administrator_service(change.revoked);
}

DecidedEvent account_event(Fact fact, const Account& account, const ProviderId& provider, Sight& sight) {
  return {.id = sight.next_event_id(),
          .fact = std::move(fact),
          .streams = {StreamName::account(account.id()), StreamName::provider(provider)},
          .provider = provider,
          .username = std::string{account.username()}};
}

DecidedEvent account_event(Fact fact, const Account& account, Sight& sight) {
  return {.id = sight.next_event_id(),
          .fact = std::move(fact),
          .streams = {StreamName::account(account.id())},
          .provider = {},
          .username = std::string{account.username()}};
}

std::vector<DecidedEvent> end_of_link(const Account& account, const Account::Link& link, bool is_last, Sight& sight) {
  // With room for what else is in a record; a note has up to a few thousand bytes.
  constexpr std::size_t service_bytes_max = record_bytes_max / 2;
  constexpr std::size_t bytes_beside_text = 16;  // A pointer, and up to a word after the text.
  std::vector<DecidedEvent> out;
  ServiceList now;
  std::size_t bytes = 0;
  for (const std::string_view service : link.services.texts(sight.service_names())) {
    bytes += service.size() + bytes_beside_text;
    if (bytes > service_bytes_max) {
      out.push_back(account_event(fact::ServicesAssigned{{}, std::exchange(now, {})}, account, link.provider, sight));
      bytes = service.size() + bytes_beside_text;
    }
    now.push_back(service);
  }
  out.push_back(account_event(fact::SubordinateRemoved{std::move(now), is_last}, account, link.provider, sight));
  return out;
}

void add_note(DecidedEvent& event, const Request& request) {
  if (request.note.empty()) return;
  if (!event.personal) event.personal.emplace();
  event.personal->note = request.note;
}

}  // namespace muniment
