#include "commands/remove_leaver.h"

#include <fmt/format.h>

#include "commands/rules.h"

namespace muniment {
namespace {

// Of one link, by the actor's right at its provider. Nothing where the actor has none, or the provider takes nothing now.
std::expected<std::optional<schema::Authority>, Refused> right_to_end(const Account::Link& link, const Account& account,
                                                                      const Request& request, Sight& sight) {
  const auto role = sight.role_of(request.actor, link.provider);
  if (!role) return refuse(role.error(), "actor");
  const auto provider = open_provider(link.provider, sight);
  if (!provider) return std::nullopt;
  const auto authority = authorize(Action::remove, *role, sight.target(request.actor, &account, **provider));
  return authority ? std::optional{*authority} : std::nullopt;
}

std::string hours_and_minutes(Timestamp from, Timestamp to) {
  const std::int64_t minutes = (to.ns - from.ns) / 60'000'000'000;
  if (minutes < 0) return "0 h 00 min";
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace

Field<RemoveLeaver> RemoveLeaver::read(request::Account::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(std::move(username.error()));
  return RemoveLeaver{std::move(*username)};
}

std::string removal_receipt(const Account& account, std::span<const ProviderId> providers, Timestamp now) {
  std::string out;
  for (const ProviderId& provider : providers) {
    const Account::Departure* departure = account.departure_from(provider);
    if (departure == nullptr) continue;
    const Timestamp removed_at = departure->removed_at.value_or(now);
    out += fmt::format("{}removed at {}: {} after leaving, {} after the report", out.empty() ? "" : "; ", provider.text(),
                       hours_and_minutes(departure->left_at, removed_at), hours_and_minutes(departure->reported_at, removed_at));
  }
  return out;
}

Decision decide(const RemoveLeaver& remove, const Request& request, Sight& sight) {
  const Account* account = sight.account(remove.username);
  if (account == nullptr) return refuse(Refusal::not_on_roster, "username");
  Decided decided;
  std::vector<ProviderId> ended;
  bool may_end_a_link = false;
  for (const Account::Link& link : account->links()) {
    const auto right = right_to_end(link, *account, request, sight);
    if (!right) return std::unexpected(right.error());
    if (!*right) continue;
    may_end_a_link = true;
    const Account::Departure* departure = account->departure_from(link.provider);
    if (departure == nullptr) continue;
    fact::SubordinateRemoved removed{link.services.texts(sight.service_names()), is_last_link(*account, link.provider, sight, ended)};
    ended.push_back(link.provider);
    decided.events.push_back(account_event(std::move(removed), *account, link.provider, sight));
    decided.events.back().authority = *right;
    decided.events.back().caused_by = departure->position;
    add_note(decided.events.back(), request);
  }
  if (!may_end_a_link) return refuse(Refusal::not_on_roster, "username");
  if (decided.events.empty()) return refuse(Refusal::departure_unknown, "username");
  decided.receipt = removal_receipt(*account, ended, sight.now());
  return decided;
}

}  // namespace muniment
