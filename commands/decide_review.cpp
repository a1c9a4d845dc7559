#include "commands/decide_review.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/review_rules.h"

namespace muniment {
namespace {

constexpr std::size_t items_max = 500;

Field<DecideReview::Item> read_item(request::ReviewItem::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(std::move(username.error()));
  if (in.getDecision() > schema::ReviewDecision::ASK) return std::unexpected(Malformed{"decision", "keep, revoke or ask"});
  auto services = services_field(in.getServices());
  if (!services) return std::unexpected(std::move(services.error()));
  if (!services->empty() && in.getDecision() != schema::ReviewDecision::REVOKE)
    return std::unexpected(Malformed{"services", "no services where nothing is revoked"});
  return DecideReview::Item{*provider, std::move(*username), in.getDecision(), std::move(*services)};
}

auto place_of(const DecideReview::Item& item) { return std::pair{item.provider, item.username.text()}; }

// An account that was linked to the provider when it was assigned, and is no more, has no part in the review there any more.
bool has_left(const Review::Assignment& assignment, const Request& request, Sight& sight) {
  if (request.actor.kind != schema::PrincipalKind::ACCOUNT) return false;
  const Account& self = *sight.account(request.actor.name);
  return self.link(assignment.provider) == nullptr && sight.was_linked(self, assignment.provider, assignment.assigned_at);
}

bool is_reviewed_by_actor(const DecideReview::Item& item, const Review& review, const Request& request, Sight& sight) {
  const std::string reviewer = request.actor.text();
  return std::ranges::any_of(review.assignments(), [&](const Review::Assignment& one) {
    return one.reviewer == reviewer && one.has(item.provider, item.username.text()) && !has_left(one, request, sight);
  });
}

std::optional<Refused> problem_with(const DecideReview::Item& item, const Review& review, const Request& request, Sight& sight) {
  const Account* account = sight.account(item.username);
  Target target;
  target.is_self = request.actor.kind == schema::PrincipalKind::ACCOUNT && request.actor.name == item.username.text();
  target.is_reviewed_by_actor = is_reviewed_by_actor(item, review, request, sight);
  const auto authority = authorize(Action::decide_review, Role::nobody, target);
  if (!authority) return Refused{authority.error(), {"items"}};
  for (const std::string_view service : item.services) {
    if (sight.catalogue().find(service) == nullptr) return Refused{Refusal::service_unknown, {"items"}};
  }
  if (!is_in_population(account, item.provider, review, sight)) return Refused{Refusal::not_in_review, {"items"}};
  return std::nullopt;
}

// Takes away what was decided on, and knows what it has taken away before.
class Revocation {
 public:
  Revocation(const Request& request, Sight& sight) : request_(request), sight_(sight) {}

  // The event that carries it out, by the actor's own right at the provider; nothing where the actor may not, or nothing is held any more.
  std::optional<DecidedEvent> of(const DecideReview::Item& item) {
    const Account& account = *sight_.account(item.username);
    const Account::Link* link = account.link(item.provider);
    const auto provider = open_provider(item.provider, sight_);
    const auto role = sight_.role_of(request_.actor, item.provider);
    if (link == nullptr || !provider || !role) return std::nullopt;
    Target target = sight_.target(request_.actor, &account, **provider);
    return item.services.empty() ? removal(item, account, *link, *role, target) : change(item, account, *link, *role, target);
  }

 private:
  std::optional<DecidedEvent> removal(const DecideReview::Item& item, const Account& account, const Account::Link& link, Role role,
                                      const Target& target) {
    const auto authority = authorize(Action::remove, role, target);
    if (!authority) return std::nullopt;
    std::vector<ProviderId>& ended = ended_[account.id()];
    fact::SubordinateRemoved removed{link.services.texts(sight_.service_names()), is_last_link(account, item.provider, sight_, ended)};
    ended.push_back(item.provider);
    DecidedEvent out = account_event(std::move(removed), account, item.provider, sight_);
    out.authority = *authority;
    return out;
  }

  std::optional<DecidedEvent> change(const DecideReview::Item& item, const Account& account, const Account::Link& link, Role role,
                                     Target target) {
    ServiceList kept = link.services.texts(sight_.service_names());
    std::erase_if(kept, [&](std::string_view held) { return std::ranges::find(item.services, held) != item.services.end(); });
    const ServiceChange change = service_change(&account, item.provider, kept, sight_);
    add_change(target, change, sight_);
    const auto authority = authorize(Action::assign, role, target);
    if (!authority || change.empty() || account.is_terminated()) return std::nullopt;
    DecidedEvent out =
        account_event(fact::ServicesAssigned{{}, change.revoked.texts(sight_.service_names())}, account, item.provider, sight_);
    out.authority = *authority;
    return out;
  }

  const Request& request_;
  Sight& sight_;
  std::map<AccountId, std::vector<ProviderId>> ended_;  // In this decision.
};

DecidedEvent decision_event(const DecideReview& decision, const DecideReview::Item& item, Sight& sight) {
  const Account& account = *sight.account(item.username);
  DecidedEvent out{.id = sight.next_event_id(),
                   .fact = fact::ReviewDecided{decision.review, item.decision, item.services,
                                               static_cast<std::uint32_t>(decision.items.size()), decision.seconds_spent},
                   .streams = {StreamName::account(account.id()), StreamName::review(decision.review)},
                   .provider = item.provider,
                   .username = std::string{account.username()}};
  return out;
}

}  // namespace

Field<DecideReview> DecideReview::read(request::DecideReview::Reader in) {
  auto review = review_field(in.getReview());
  if (!review) return std::unexpected(std::move(review.error()));
  const auto items = in.getItems();
  if (items.size() == 0 || items.size() > items_max) return std::unexpected(Malformed{"items", fmt::format("1 to {} people", items_max)});
  DecideReview out{std::move(*review), {}, in.getSecondsSpent()};
  for (unsigned i = 0; i < items.size(); ++i) {
    auto item = read_item(items[i]);
    if (!item) return std::unexpected(Malformed{fmt::format("items[{}].{}", i, item.error().field), item.error().expected});
    out.items.push_back(std::move(*item));
  }
  std::vector<std::pair<ProviderId, std::string>> places;
  for (const Item& item : out.items) places.push_back(place_of(item));
  std::ranges::sort(places);
  if (std::ranges::adjacent_find(places) != places.end()) return std::unexpected(Malformed{"items", "each person at a provider once"});
  return out;
}

Decision decide(const DecideReview& decision, const Request& request, Sight& sight) {
  const Review& review = sight.review(decision.review);
  if (!review.exists() || !review.is_reviewer(request.actor.text())) return refuse(Refusal::review_unknown, "review");
  if (review.is_closed()) return refuse(Refusal::review_closed, "review");
  for (const DecideReview::Item& item : decision.items) {
    if (auto problem = problem_with(item, review, request, sight)) return std::unexpected(std::move(*problem));
  }
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");

  Decided decided{.authority = schema::Authority::REVIEWER};
  Revocation revocation(request, sight);
  for (const DecideReview::Item& item : decision.items) {
    const std::size_t cause = decided.events.size();
    decided.events.push_back(decision_event(decision, item, sight));
    add_note(decided.events.back(), request);
    if (item.decision != schema::ReviewDecision::REVOKE) continue;
    if (auto taken_away = revocation.of(item)) {
      taken_away->cause = cause;
      decided.events.push_back(std::move(*taken_away));
    }
  }
  return decided;
}

}  // namespace muniment
