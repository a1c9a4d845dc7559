#include "commands/report_departure.h"

#include "commands/rules.h"

namespace muniment {
namespace {

std::vector<ProviderId> open_links(const Account& account, Sight& sight) {
  std::vector<ProviderId> out;
  for (const Account::Link& link : account.links()) {
    if (!sight.provider(link.provider).is_closed() && !is_arriving(account, link.provider, sight)) out.push_back(link.provider);
  }
  return out;
}

// To each provider that has the person and is told for the first time, but the one that reports it; and where it is the Primary User, that
// nobody is in its place.
void add_notices(Decided& decided, const ReportDeparture& departure, const Account& account, Sight& sight) {
  const auto add = [&](schema::Notice notice, const ProviderId& provider) {
    decided.events.push_back({.id = sight.next_event_id(),
                              .fact = fact::NoticeGiven{notice, {}, departure.left_at},
                              .streams = {StreamName::provider(provider)},
                              .provider = provider,
                              .username = std::string{account.username()}});
  };
  for (const ProviderId& id : open_links(account, sight)) {
    if (account.departure_from(id) != nullptr) continue;
    if (departure.provider != std::optional{id}) add(schema::Notice::DEPARTURE, id);
    if (sight.provider(id).primary_user() == account.username()) add(schema::Notice::VACANCY, id);
  }
}

}  // namespace

Field<ReportDeparture> ReportDeparture::read(request::ReportDeparture::Reader in) {
  std::optional<ProviderId> provider;
  if (in.hasProvider()) {
    const auto named = provider_field(in.getProvider());
    if (!named) return std::unexpected(named.error());
    provider = *named;
  }
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  const auto left_at = time_field(in.getLeftAt(), "left_at");
  if (!left_at) return std::unexpected(left_at.error());
  return ReportDeparture{provider, std::move(*username), *left_at};
}

Decision decide(const ReportDeparture& departure, const Request& request, Sight& sight) {
  if (departure.provider) {
    const auto provider = open_provider(*departure.provider, sight);
    if (!provider) return std::unexpected(provider.error());
  }
  const auto authority = authority_at(Action::report_departure, request, departure.provider, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  const Account* account = sight.account(departure.username);
  if (departure.provider) {
    const auto link = link_on_roster(account, *departure.provider);
    if (!link) return std::unexpected(link.error());
  } else if (const auto existing = existing_account(departure.username, sight); !existing) {
    return std::unexpected(existing.error());
  }

  Decided decided{.authority = *authority};
  fact::DepartureReported reported{departure.left_at, open_links(*account, sight)};
  decided.events.push_back(departure.provider ? account_event(std::move(reported), *account, *departure.provider, sight)
                                              : account_event(std::move(reported), *account, sight));
  add_note(decided.events.back(), request);
  add_notices(decided, departure, *account, sight);
  return decided;
}

}  // namespace muniment
