#include "tools/server/horizon.h"

#include <capnp/message.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "aggregates/world.h"
#include "projections/event_fields.h"
#include "projections/fact_type.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

Problem refused(Refusal refusal) { return Problem{name_of(refusal)}; }

std::expected<Horizon, Problem> horizon_of_officer(Node& node, const std::string& name) {
  if (!node.aggregates().has_officer(name)) return std::unexpected(refused(Refusal::actor_unknown));
  return Horizon{.is_everything = true};
}

// Where the agency has appointed the account and that holds still.
void add_appointed(Node& node, const Username& username, const AccountAt& account, std::vector<ProviderId>& out) {
  for (const ProviderId& id : account.appointed_at) {
    const Provider provider = node.aggregates().provider(id);
    const auto& delegate = provider.delegate();
    const bool holds = delegate && delegate->username == username.text() && node.now() < delegate->until;
    if (holds && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  }
}

// Administered is a provider whose Primary User the account is, or where it holds an administrator's service.
std::expected<Horizon, Problem> horizon_of_account(Node& node, const std::string& name, Position views_needed) {
  const auto username = Username::parse(name);
  if (!node.projector().wait_for(views_needed, std::chrono::milliseconds{0})) return std::unexpected(Problem{problem::not_caught_up});
  const auto account = username ? node.aggregates().account(*username, std::numeric_limits<Position>::max()) : std::nullopt;
  if (!account) return std::unexpected(refused(Refusal::actor_unknown));
  const AccountStatus status = node.access().account(*username, {});
  if (!status.unusable.empty() || status.links.empty()) return std::unexpected(refused(Refusal::actor_not_usable));
  World world;
  const Catalogue& catalogue = known_services(world, node.log());
  Horizon out{.self = username};
  for (const AccountLink& link : status.links) {
    const bool is_primary = std::find(account->primary_of.begin(), account->primary_of.end(), link.provider) != account->primary_of.end();
    const bool is_administrator = is_primary || std::any_of(link.services.begin(), link.services.end(), [&](const std::string& service) {
                                    const Service* known = catalogue.find(service);
                                    return known != nullptr && known->administrator;
                                  });
    if (is_administrator) out.providers.push_back(link.provider);
  }
  add_appointed(node, *username, *account, out.providers);
  return out;
}

// Each provider that the fact names may know of it, wherever it happened.
bool is_about_several(schema::Event::Fact::Reader fact) {
  return fact.isRelationshipStarted() || fact.isRelationshipEnded() || fact.isDepartureReported();
}

// What is the other provider's: itself, unless the fact is about it, how much has happened there, and who did it. Who acts for the agency
// is nobody's.
void hide_where(schema::Event::Builder event) {
  event.setProviderVersion(0);
  event.setCommandId("");
  event.disownContext();
  if (event.getFact().isDepartureReported()) {
    event.getProvider().setNumber(0);
    event.getProvider().setLetter(0);
  }
  const auto kind = event.getActor().getKind();
  if (kind == schema::PrincipalKind::OFFICER || kind == schema::PrincipalKind::NODE) return;
  event.getActor().setName("");
  event.setAuthority(schema::Authority::UNKNOWN);
}

}  // namespace

bool Horizon::has(const ProviderId& provider) const {
  return is_everything || std::find(providers.begin(), providers.end(), provider) != providers.end();
}

bool Horizon::covers(const Horizon& other) const {
  if (is_everything) return true;
  return !other.is_everything && self == other.self &&
         std::all_of(other.providers.begin(), other.providers.end(), [this](const ProviderId& provider) { return has(provider); });
}

std::expected<Horizon, Problem> horizon_of(Node& node, const Token& caller, Position views_needed) {
  switch (caller.role) {
    case TokenRole::OFFICER:
      return horizon_of_officer(node, caller.name);
    case TokenRole::ACCOUNT:
      return horizon_of_account(node, caller.name, views_needed);
    case TokenRole::AUDITOR:
      return Horizon{.is_everything = caller.providers.empty(), .providers = caller.providers};
    case TokenRole::OPERATOR:
      return Horizon{.is_everything = true};
    case TokenRole::SUBMITTER:
    case TokenRole::NODE:
      break;
  }
  return Horizon{};
}

bool RightToLook::holds() const {
  if (!node_.callers().is_valid(*caller_, session_)) return false;
  const auto horizon = horizon_of(node_, *caller_);
  return horizon && horizon->covers(horizon_);
}

std::expected<std::optional<ProviderId>, Problem> provider_within(const Horizon& horizon, const std::optional<ProviderId>& asked) {
  if (horizon.is_everything) return asked;
  if (asked && !horizon.has(*asked)) return std::unexpected(Problem{problem::outside_scope, {}, "provider"});
  if (asked) return asked;
  if (horizon.providers.empty()) return std::unexpected(Problem{problem::outside_scope});
  if (horizon.providers.size() > 1) return std::unexpected(Problem{problem::provider_required, {}, "provider"});
  return horizon.providers.front();
}

bool was_on_roster(const Node& node, const ProviderId& provider, const Username& username) {
  constexpr std::array<std::string_view, 4> types{"subordinate_created", "subordinate_linked", "primary_user_assigned",
                                                  "services_assigned"};
  return std::any_of(types.begin(), types.end(), [&](std::string_view type) {
    const auto page = node.trail().search({.username = username, .provider = provider, .type = fact_number(type), .limit = 1});
    return page && !page->rows.empty();
  });
}

bool EventView::happened_elsewhere(schema::Event::Reader event) const {
  const auto provider = provider_of(event);
  return has_provider(event) && !(provider && horizon_.has(*provider));
}

bool EventView::comes_from_elsewhere(schema::Event::Reader event) const {
  if (happened_elsewhere(event)) return true;
  const Position cause = event.hasContext() ? event.getContext().getCausedBy() : 0;
  bool out = false;
  if (cause > 0 && cause < event.getPosition()) {
    node_.log().read(0, cause, cause, [&](Position, RecordWords words) {
      RecordReader record(words);
      out = happened_elsewhere(record.event());
      return false;
    });
  }
  return out;
}

bool EventView::show(schema::Event::Reader event, const std::function<void(schema::Event::Reader)>& show) const {
  if (horizon_.is_everything) {
    show(event);
    return true;
  }
  if (!is_visible(event)) return false;
  capnp::MallocMessageBuilder message;
  message.setRoot(event);
  auto copy = message.getRoot<schema::Event>();
  redact(copy);
  show(copy.asReader());
  return true;
}

bool EventView::write(schema::Event::Reader event, std::string& out) const {
  return show(event, [&](schema::Event::Reader shown) { node_.event_writer().write(shown, out); });
}

// What happened at a provider is its own affair, but for facts that are about several. An event of which the parties cannot be told is not
// shown.
bool EventView::is_visible(schema::Event::Reader event) const {
  // Who is looked at need not know by whom.
  if (is_about_reads(static_cast<FactNumber>(event.getFact().which()))) return false;
  try {
    const auto parties = view::parties_of(event);
    if (happened_elsewhere(event) && !is_about_several(event.getFact())) return false;
    return std::any_of(horizon_.providers.begin(), horizon_.providers.end(), [&](const ProviderId& provider) {
      return std::find(parties.providers.begin(), parties.providers.end(), view::pack_provider(provider)) != parties.providers.end();
    });
  } catch (const view::BrokenEvent&) {
    return false;
  }
}

// Of providers that a fact names, those that the caller sees.
std::vector<std::string> EventView::seen_of(capnp::List<capnp::Text>::Reader providers) const {
  std::vector<std::string> out;
  for (const auto text : providers) {
    const auto provider = ProviderId::parse(text_of(text));
    if (provider && horizon_.has(*provider)) out.push_back(provider->text());
  }
  return out;
}

void EventView::redact(schema::Event::Builder event) const {
  if (comes_from_elsewhere(event.asReader())) hide_where(event);
  event.setAccountVersion(0);
  event.disownSealed();
  event.getFingerprint().setFirst(0);
  event.getFingerprint().setLast(0);
  if (event.hasContext()) {
    event.getContext().disownMoreStreams();
    event.getContext().disownAddress();
    event.getContext().disownTokenId();
  }
  auto fact = event.getFact();
  if (fact.isPrimaryUserAssigned()) fact.getPrimaryUserAssigned().setFormerUnlinked(false);
  if (fact.isSubordinateRemoved()) fact.getSubordinateRemoved().setUnlinked(false);
  if (fact.isDepartureReported()) {
    const auto seen = seen_of(fact.getDepartureReported().getLinks().asReader());
    auto links = fact.getDepartureReported().initLinks(static_cast<unsigned>(seen.size()));
    for (unsigned i = 0; i < links.size(); ++i) links.set(i, seen[i]);
  }
  if (fact.isReviewOpened()) {
    const auto seen = seen_of(fact.getReviewOpened().getProviders().asReader());
    auto providers = fact.getReviewOpened().initProviders(static_cast<unsigned>(seen.size()));
    for (unsigned i = 0; i < providers.size(); ++i) providers.set(i, seen[i]);
  }
  if (!fact.isCommandRefused()) return;
  constexpr std::uint64_t absent = ~std::uint64_t{0};
  fact.getCommandRefused().setExpectedVersion(absent);
  fact.getCommandRefused().setActualVersion(absent);
  const auto provider = provider_of(event.asReader());
  const auto username = Username::parse(text_of(event.getUsername().asReader()));
  if (!provider || !username || was_on_roster(node_, *provider, *username)) return;
  event.disownUsername();
  event.getAccount().setFirst(0);
  event.getAccount().setLast(0);
}

}  // namespace muniment
