#include "commands/import_history.h"

#include "commands/rules.h"

namespace muniment {
namespace {

StreamName catalogue_stream() { return StreamName::single(schema::StreamKind::CATALOGUE); }

DecidedEvent imported(Fact fact, const Streams& streams, const ImportRow& row, Sight& sight) {
  return {.id = sight.next_event_id(),
          .fact = std::move(fact),
          .streams = streams,
          .provider = row.provider,
          .username = row.username ? row.username->text() : std::string{},
          .occurred_at = row.at};
}

// What stands against any change of the account's links.
std::optional<Refused> problem_with(const Account& account, const ImportRow& row, Sight& sight) {
  const bool is_known = sight.import(row.import).has_same_usernames() || is_of_import(account, row.import, sight);
  if (!is_known) return Refused{Refusal::username_unavailable, {"username"}};
  if (is_arriving(account, sight) && !is_of_import(account, row.import, sight)) return Refused{Refusal::import_in_progress, {"username"}};
  const bool is_grant = row.kind == ImportRow::Kind::grant;
  if (is_grant && account.is_erased()) return Refused{Refusal::subject_erased, {"username"}};
  if (is_grant && account.is_terminated()) return Refused{Refusal::account_terminated, {"username"}};
  if (row.at < account.changed_at(*row.provider)) return Refused{Refusal::history_out_of_order, {"occurred_at"}};
  return std::nullopt;
}

Decision grant(const ImportRow& row, const Account* account, Decided decided, Sight& sight) {
  const StreamName provider = StreamName::provider(*row.provider);
  if (account == nullptr) {
    const StreamName created = StreamName::account(sight.new_account());
    decided.events.push_back(
        imported(fact::SubordinateCreated{{row.service}}, {created, provider, StreamName::username(*row.username)}, row, sight));
    return decided;
  }
  const StreamName stream = StreamName::account(account->id());
  const Account::Link* link = account->link(*row.provider);
  if (link == nullptr) {
    decided.events.push_back(imported(fact::SubordinateLinked{{row.service}}, {stream, provider}, row, sight));
  } else if (!sight.holds(*link, row.service)) {
    decided.events.push_back(imported(fact::ServicesAssigned{{row.service}, {}}, {stream, provider}, row, sight));
  }
  return decided;
}

Decision revoke(const ImportRow& row, const Account* account, Decided decided, Sight& sight) {
  const Account::Link* link = account == nullptr ? nullptr : account->link(*row.provider);
  if (link == nullptr || !sight.holds(*link, row.service)) return refuse(Refusal::link_unknown, "service");
  decided.events.push_back(imported(fact::ServicesAssigned{{}, {row.service}},
                                    {StreamName::account(account->id()), StreamName::provider(*row.provider)}, row, sight));
  return decided;
}

// The agency's officers import history. That rows which are commands of their own came together is for the node to say, and gives nobody
// anything.
std::expected<schema::Authority, Refused> import_authority(const Request& request, bool is_of_providers, Sight& sight) {
  if (!is_of_providers && request.actor.kind == schema::PrincipalKind::NODE) return schema::Authority::NODE;
  return agency_authority(request, sight);
}

}  // namespace

bool is_of_import(const Account& account, const EventId& import, Sight& sight) {
  return account.home() && sight.provider(*account.home()).latest_import() == import;
}

Decision decide(const StartImport& start, const Request& request, Sight& sight) {
  const auto authority = import_authority(request, !start.providers.empty(), sight);
  if (!authority) return std::unexpected(authority.error());
  for (const ProviderId& id : start.providers) {
    const Provider& provider = sight.provider(id);
    if (provider.is_closed()) return refuse(Refusal::provider_closed, "provider");
    if (sight.is_importing(provider)) return refuse(Refusal::import_in_progress, "provider");
  }
  const EventId id = sight.next_event_id();
  const StreamName import = StreamName::import(id);
  Decided decided{.authority = *authority};
  Texts administrator_services{start.administrator_services.begin(), start.administrator_services.end()};
  decided.events.push_back(
      {.id = id, .fact = fact::ImportStarted{start.rows, std::move(administrator_services), start.same_usernames}, .streams = {import}});
  for (const ProviderId& provider : start.providers) {
    decided.events.push_back({.id = sight.next_event_id(),
                              .fact = fact::ProviderImportStarted{},
                              .streams = {StreamName::provider(provider), import},
                              .provider = provider});
  }
  return decided;
}

Decision decide(const ImportRow& row, const Request&, Sight& sight) {
  if (!sight.import(row.import).is_open()) return refuse(Refusal::import_not_open);
  Decided decided{.authority = schema::Authority::UNKNOWN, .imported_by = sight.import(row.import).position()};
  switch (row.kind) {
    case ImportRow::Kind::register_provider:
      if (sight.provider(*row.provider).is_registered()) return decided;
      decided.events.push_back(imported(fact::ProviderRegistered{schema::ProviderKind::PROVIDER, row.organization, row.name},
                                        {StreamName::provider(*row.provider)}, row, sight));
      return decided;
    case ImportRow::Kind::define_service:
      if (sight.catalogue().find(row.service) != nullptr) return decided;
      decided.events.push_back(imported(fact::ServiceDefined{row.service, row.service}, {catalogue_stream()}, row, sight));
      return decided;
    case ImportRow::Kind::grant:
    case ImportRow::Kind::revoke:
      break;
  }
  const Account* account = sight.account(*row.username);
  if (account != nullptr) {
    if (auto problem = problem_with(*account, row, sight)) return std::unexpected(std::move(*problem));
  }
  return row.kind == ImportRow::Kind::grant ? grant(row, account, std::move(decided), sight)
                                            : revoke(row, account, std::move(decided), sight);
}

Decision decide(const CompleteImport& complete, const Request& request, Sight& sight) {
  const auto authority = import_authority(request, false, sight);
  if (!authority) return std::unexpected(authority.error());
  Decided decided{.authority = *authority};
  const Import& import = sight.import(complete.import);
  if (import.is_complete()) return decided;
  if (!import.is_open()) return refuse(Refusal::import_not_open);
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::ImportCompleted{import.position(), complete.rows},
                            .streams = {StreamName::import(complete.import)}});
  return decided;
}

Decision decide(const AbandonImport& abandon, const Request& request, Sight& sight) {
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  Decided decided{.authority = *authority};
  const Import& import = sight.import(abandon.import);
  if (import.is_abandoned()) return decided;
  if (!import.is_open()) return refuse(Refusal::import_not_open);
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::ImportAbandoned{import.position(), abandon.rows},
                            .streams = {StreamName::import(abandon.import), StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
