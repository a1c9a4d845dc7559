#include "commands/decide_review.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "commands/review_rules.h"

namespace muniment {
namespace {

constexpr std::size_t items_max = 100;

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

// What the actor was assigned and still has.
std::vector<const Review::Assignment*> assignments_of(const Request& request, const Review& review, Sight& sight) {
  const std::string reviewer = request.actor.text();
  std::vector<const Review::Assignment*> out;
  for (const Review::Assignment& one : review.assignments()) {
    if (one.reviewer == reviewer && !has_left(one, request, sight)) out.push_back(&one);
  }
  return out;
}

// Whether all that was to be revoked was taken away since it was decided.
bool was_taken_away(const Review::Decision& decided, const Account& account, const ProviderId& provider, Sight& sight) {
  std::vector<std::string> left = decided.services;
  bool is_done = false;
  sight.read_behind(account, decided.account_version, [&](schema::Event::Reader event) {
    const auto fact = event.getFact();
    if (provider_of(event) != std::optional{provider}) return true;
    if (fact.isServicesAssigned()) {
      for (const auto revoked : fact.getServicesAssigned().getRevoked()) std::erase(left, text_of(revoked));
    }
    const bool is_former = fact.isPrimaryUserAssigned() && text_of(event.getUsername()) != account.username();
    is_done = fact.isSubordinateRemoved() || is_former || (!decided.services.empty() && left.empty());
    return !is_done;
  });
  return is_done;
}

// A revoke that was carried out stays what it is, whoever carried it out and whatever was granted since.
bool is_final(const Review::Decision& decided, const Account& account, const ProviderId& provider, Sight& sight) {
  if (decided.decision != schema::ReviewDecision::REVOKE || decided.revocation == schema::Revocation::GONE_BEFORE) return false;
  if (decided.revocation == schema::Revocation::CARRIED_OUT || account.link(provider) == nullptr) return true;
  return was_taken_away(decided, account, provider, sight);
}

// Whether the link is another one than that which the reviewer has seen. What an import has brought since took effect before it was
// recorded, so that times do not tell: then the link is compared with what it was.
bool has_changed_since_opening(const Account& account, const Account::Link& link, const Review& review, Sight& sight) {
  if (link.changed_at > review.opened_time()) return true;
  const auto& import = sight.provider(link.provider).latest_import();
  if (!import || sight.import(*import).position() <= review.opened_at()) return false;
  const Account then = sight.account_as_of(account, review.opened_at());
  const Account::Link* seen = then.link(link.provider);
  return seen == nullptr || seen->changed_at != link.changed_at || seen->services != link.services;
}

// Looks at everything that costs little, of all items, before the others.
std::optional<Refusal> problem_with_right(const DecideReview::Item& item, std::span<const Review::Assignment* const> assignments,
                                          const Review& review, const Request& request) {
  Target target;
  target.is_self = request.actor.kind == schema::PrincipalKind::ACCOUNT && request.actor.name == item.username.text();
  bool is_by_agency = false;
  for (const Review::Assignment* one : assignments) {
    if (!one->has(item.provider, item.username.text())) continue;
    target.is_reviewed_by_actor = true;
    is_by_agency |= one->is_by_agency;
  }
  const auto authority = authorize(Action::decide_review, Role::nobody, target);
  if (!authority) return authority.error();
  const Review::Decision* decided = review.decision_about(item.provider, item.username.text());
  if (decided != nullptr && decided->is_by_agency && !is_by_agency) return Refusal::decided_by_agency;
  return std::nullopt;
}

std::optional<Refusal> problem_with(const DecideReview::Item& item, const Review& review, Sight& sight) {
  const Account* account = sight.account(item.username);
  for (const std::string_view service : item.services) {
    if (sight.catalogue().find(service) == nullptr) return Refusal::service_unknown;
  }
  if (!is_in_population(account, item.provider, review, sight)) return Refusal::not_in_review;
  const Account::Link* link = account->link(item.provider);
  const Review::Decision* decided = review.decision_about(item.provider, item.username.text());
  if (decided != nullptr && is_final(*decided, *account, item.provider, sight)) return Refusal::already_revoked;
  for (const std::string_view service : item.services) {
    if (link != nullptr && !sight.holds(*link, service)) return Refusal::service_not_held;
  }
  return std::nullopt;
}

// What becomes of a revoke at once, and the event that carries it out.
struct Revoked {
  schema::Revocation outcome{};
  std::optional<Refusal> refusal = {};  // Of left_to_others: why.
  std::optional<DecidedEvent> event = {};
};

// Takes away what was decided on, by the actor's own right at the provider, and knows what it has taken away before.
class Revocation {
 public:
  Revocation(const Review& review, const Request& request, Sight& sight) : review_(review), request_(request), sight_(sight) {}

  Revoked of(const DecideReview::Item& item) {
    const Account& account = *sight_.account(item.username);
    const Account::Link* link = account.link(item.provider);
    if (link == nullptr || sight_.provider(item.provider).is_closed()) return {schema::Revocation::GONE_BEFORE};
    if (has_changed_since_opening(account, *link, review_, sight_)) return {schema::Revocation::CHANGED_SINCE};
    const auto provider = open_provider(item.provider, sight_);
    if (!provider) return left_to_others(provider.error().refusal);
    const auto role = sight_.role_of(request_.actor, item.provider);
    if (!role) return left_to_others(role.error());
    Target target = sight_.target(request_.actor, &account, **provider);
    return item.services.empty() ? removal(item, account, *link, *role, target) : change(item, account, *link, *role, target);
  }

 private:
  static Revoked left_to_others(Refusal refusal) { return {schema::Revocation::LEFT_TO_OTHERS, refusal, {}}; }
  static Revoked carried_out(DecidedEvent event, schema::Authority authority) {
    event.authority = authority;
    return {schema::Revocation::CARRIED_OUT, {}, std::move(event)};
  }

  Revoked removal(const DecideReview::Item& item, const Account& account, const Account::Link& link, Role role, const Target& target) {
    const auto authority = authorize(Action::remove, role, target);
    if (!authority) return left_to_others(authority.error());
    std::vector<ProviderId>& ended = ended_[account.id()];
    fact::SubordinateRemoved removed{link.services.texts(sight_.service_names()), is_last_link(account, item.provider, sight_, ended)};
    ended.push_back(item.provider);
    return carried_out(account_event(std::move(removed), account, item.provider, sight_), *authority);
  }

  Revoked change(const DecideReview::Item& item, const Account& account, const Account::Link& link, Role role, Target target) {
    ServiceList kept = link.services.texts(sight_.service_names());
    std::erase_if(kept, [&](std::string_view held) { return std::ranges::find(item.services, held) != item.services.end(); });
    const ServiceChange change = service_change(&account, item.provider, kept, sight_);
    add_change(target, change, sight_);
    const auto authority = authorize(Action::assign, role, target);
    if (!authority) return left_to_others(authority.error());
    if (account.is_terminated()) return left_to_others(Refusal::account_terminated);
    fact::ServicesAssigned assigned{{}, change.revoked.texts(sight_.service_names())};
    return carried_out(account_event(std::move(assigned), account, item.provider, sight_), *authority);
  }

  const Review& review_;
  const Request& request_;
  Sight& sight_;
  std::map<AccountId, std::vector<ProviderId>> ended_;  // In this decision.
};

DecidedEvent decision_event(const DecideReview& decision, const DecideReview::Item& item, const Revoked& revoked, Sight& sight) {
  const Account& account = *sight.account(item.username);
  return {.id = sight.next_event_id(),
          .fact = fact::ReviewDecided{.review = decision.review,
                                      .decision = item.decision,
                                      .services = item.services,
                                      .decided_together = static_cast<std::uint32_t>(decision.items.size()),
                                      .seconds_spent = decision.seconds_spent,
                                      .revocation = revoked.outcome,
                                      .refusal = revoked.refusal ? name_of(*revoked.refusal) : std::string_view{}},
          .streams = {StreamName::account(account.id()), StreamName::review(decision.review)},
          .provider = item.provider,
          .username = std::string{account.username()}};
}

// Says of each revoke that took nothing away why; empty: there was none.
std::string receipt_line(const DecideReview::Item& item, const Revoked& revoked) {
  switch (revoked.outcome) {
    case schema::Revocation::LEFT_TO_OTHERS:
      return fmt::format("{} at {}: {}", item.username.text(), item.provider.text(), name_of(*revoked.refusal));
    case schema::Revocation::CHANGED_SINCE:
      return fmt::format("{} at {}: changed_since", item.username.text(), item.provider.text());
    case schema::Revocation::GONE_BEFORE:
      return fmt::format("{} at {}: gone_before", item.username.text(), item.provider.text());
    case schema::Revocation::NONE:
    case schema::Revocation::CARRIED_OUT:
      break;
  }
  return {};
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
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");
  const auto assignments = assignments_of(request, review, sight);
  for (std::size_t i = 0; i < decision.items.size(); ++i) {
    if (const auto problem = problem_with_right(decision.items[i], assignments, review, request)) return refuse(*problem, "items", i);
  }
  for (std::size_t i = 0; i < decision.items.size(); ++i) {
    if (const auto problem = problem_with(decision.items[i], review, sight)) return refuse(*problem, "items", i);
  }

  Decided decided{.authority = schema::Authority::REVIEWER};
  Revocation revocation(review, request, sight);
  std::string left;
  for (const DecideReview::Item& item : decision.items) {
    Revoked revoked = item.decision == schema::ReviewDecision::REVOKE ? revocation.of(item) : Revoked{};
    const std::size_t cause = decided.events.size();
    decided.events.push_back(decision_event(decision, item, revoked, sight));
    if (!sight.account(item.username)->is_erased()) add_note(decided.events.back(), request);
    if (const std::string line = receipt_line(item, revoked); !line.empty()) left += (left.empty() ? "" : ", ") + line;
    if (!revoked.event) continue;
    revoked.event->cause = cause;
    decided.events.push_back(std::move(*revoked.event));
  }
  if (!left.empty()) decided.receipt = "not carried out: " + left;
  return decided;
}

}  // namespace muniment
