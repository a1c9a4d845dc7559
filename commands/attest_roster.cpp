#include "commands/attest_roster.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/review_rules.h"

namespace muniment {
namespace {

constexpr std::size_t attested_people_max = 100;

std::optional<Refused> problem_with_people(const std::vector<Username>& people, std::string_view field, const AttestRoster& attest,
                                           const Request& request, Sight& sight) {
  for (std::size_t i = 0; i < people.size(); ++i) {
    const auto problem = [&](Refusal refusal) { return Refused{.refusal = refusal, .fields = {field}, .index = i}; };
    if (people[i].text() == request.actor.name) return problem(Refusal::own_review);
    const Account* account = sight.account(people[i]);
    if (account == nullptr || !sight.was_linked(*account, attest.provider, attest.as_of)) return problem(Refusal::not_on_roster);
  }
  return std::nullopt;
}

// A sheet has nothing of an import that had not completed then.
bool is_before_an_import(const AttestRoster& attest, const Provider& provider, Sight& sight) {
  return provider.latest_import() && attest.as_of < sight.import(*provider.latest_import()).completed_position();
}

}  // namespace

Field<AttestRoster> AttestRoster::read(request::AttestRoster::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  if (in.getAsOf() == 0) return std::unexpected(Malformed{"as_of", "the position of the roster that was looked at"});
  auto confirmed = usernames_field(in.getConfirmed(), "confirmed", attested_people_max);
  if (!confirmed) return std::unexpected(std::move(confirmed.error()));
  auto rejected = usernames_field(in.getRejected(), "rejected", attested_people_max);
  if (!rejected) return std::unexpected(std::move(rejected.error()));
  if (confirmed->empty() && rejected->empty()) return std::unexpected(Malformed{"confirmed", "at least one username, here or in rejected"});
  const bool has_both = std::ranges::any_of(*rejected, [&](const Username& one) {
    return std::ranges::any_of(*confirmed, [&](const Username& other) { return one.text() == other.text(); });
  });
  if (has_both) return std::unexpected(Malformed{"rejected", "nobody who is confirmed too"});
  return AttestRoster{*provider, in.getAsOf(), std::move(*confirmed), std::move(*rejected)};
}

Decision decide(const AttestRoster& attest, const Request& request, Sight& sight) {
  const auto provider = open_provider(attest.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto authority = authority_at(Action::attest_roster, request, attest.provider, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  if (attest.as_of > sight.decided() || is_before_an_import(attest, **provider, sight)) return refuse(Refusal::position_unknown, "as_of");
  if (auto problem = problem_with_people(attest.confirmed, "confirmed", attest, request, sight))
    return std::unexpected(std::move(*problem));
  if (auto problem = problem_with_people(attest.rejected, "rejected", attest, request, sight)) return std::unexpected(std::move(*problem));

  Decided decided{.authority = *authority};
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::RosterAttested{attest.as_of, texts_of(attest.confirmed), texts_of(attest.rejected)},
                            .streams = {StreamName::provider(attest.provider)},
                            .provider = attest.provider});
  return decided;
}

}  // namespace muniment
