#include "commands/update_subordinate.h"

#include "commands/rules.h"
#include "commands/tags.h"

namespace muniment {
namespace {

// The particulars until now; empty where none were ever given, as for an imported account.
std::expected<Profile, Refused> profile_before(const Account& account, Sight& sight) {
  if (!sight.has_key(account.id())) return refuse(Refusal::personal_data_unavailable);
  if (account.profile_position() == 0) return Profile{};
  auto profile = sight.profile(account);
  if (!profile) return refuse(Refusal::personal_data_unavailable);
  return std::move(*profile);
}

struct PersonalChange {
  std::vector<schema::ProfileField> fields;
  bool pin = false;
  bool empty() const { return fields.empty() && !pin; }
};

void add_personal_events(const UpdateSubordinate& update, const PersonalChange& change, const std::string& pin_before,
                         const Account& account, Decided& decided, Sight& sight) {
  if (!change.fields.empty()) {
    decided.events.push_back(account_event(fact::ProfileChanged{change.fields}, account, update.provider, sight));
    decided.events.back().personal = Personal{update.profile, {}, {}};
  }
  if (change.pin) {
    decided.events.push_back(account_event(fact::PinChanged{}, account, update.provider, sight));
    decided.vault.put_pin(account.id(), decided.events.back().id, update.pin);
    decided.vault_after.drop_pin(account.id(), account.pin_event());
  }
  if (change.empty()) return;
  const std::string& pin = change.pin ? update.pin : pin_before;
  add_tags(decided.vault, account.id(), update.profile, pin);
  keep_tags(decided.tags_after, account.id(), update.profile, pin);
}

}  // namespace

Field<UpdateSubordinate> UpdateSubordinate::read(request::UpdateSubordinate::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  auto profile = Profile::read(in.getProfile());
  if (!profile) return std::unexpected(profile.error());
  std::string pin;
  if (in.getPin().size() > 0) {
    const auto typed = pin_field(in.getPin());
    if (!typed) return std::unexpected(typed.error());
    pin = *typed;
  }
  auto services = services_field(in.getServices());
  if (!services) return std::unexpected(services.error());
  return UpdateSubordinate{*provider, std::move(*username), std::move(*profile), std::move(pin), std::move(*services)};
}

Decision decide(const UpdateSubordinate& update, const Request& request, Sight& sight) {
  const auto provider = open_provider(update.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const Account* account = sight.account(update.username);
  const ServiceChange change = service_change(account, update.provider, update.services, sight);
  Target target = sight.target(request.actor, account, **provider);
  add_change(target, change, sight);
  const auto authority = authority_at(Action::assign, request, update.provider, target, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto link = link_on_roster(account, update.provider);
  if (!link) return std::unexpected(link.error());
  if (account->is_terminated()) return refuse(Refusal::account_terminated, "username");

  const auto before = profile_before(*account, sight);
  if (!before) return std::unexpected(before.error());
  const std::string pin_before = sight.vault().pin(account->id(), account->pin_event()).value_or("");
  const PersonalChange personal{changed_fields(*before, update.profile), !update.pin.empty() && update.pin != pin_before};
  // A typed PIN asks for the right even if it is the one that is set, and so does the profile of whoever works at a provider that only
  // links the account: else they could find it out by trying.
  const bool may_know = target.is_home_here || target.is_self || request.actor.kind == schema::PrincipalKind::OFFICER;
  if (!personal.empty() || !update.pin.empty() || !may_know) {
    const auto over_profile = authority_at(Action::update_profile, request, update.provider, target, sight);
    if (!over_profile) return std::unexpected(over_profile.error());
  }
  if (auto problem = problem_with_services(update.services, (*link)->services, false, sight)) return std::unexpected(std::move(*problem));

  Decided decided{.authority = *authority};
  add_personal_events(update, personal, pin_before, *account, decided, sight);
  if (!change.empty()) {
    decided.events.push_back(
        account_event(fact::ServicesAssigned{change.granted.texts(sight.service_names()), change.revoked.texts(sight.service_names())},
                      *account, update.provider, sight));
  }
  if (!decided.events.empty()) add_note(decided.events.front(), request);
  return decided;
}

}  // namespace muniment
