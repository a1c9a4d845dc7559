#include "commands/create_subordinate.h"

#include "commands/rules.h"
#include "commands/tags.h"

namespace muniment {

Field<CreateSubordinate> CreateSubordinate::read(request::CreateSubordinate::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto profile = Profile::read(in.getProfile());
  if (!profile) return std::unexpected(profile.error());
  const auto pin = pin_field(in.getPin());
  if (!pin) return std::unexpected(pin.error());
  auto services = services_field(in.getServices());
  if (!services) return std::unexpected(services.error());
  return CreateSubordinate{*provider, std::move(*profile), std::string{*pin}, std::move(*services), in.getAllowDuplicate()};
}

Decision decide(const CreateSubordinate& create, const Request& request, Sight& sight) {
  const auto provider = open_provider(create.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto authority = authority_at(Action::create, request, create.provider, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto services = offered_services(create.services, {}, true, sight);
  if (!services) return std::unexpected(services.error());
  const bool is_duplicate = sight.has_duplicate(create.provider, create.profile);
  if (is_duplicate) {
    if (!create.allow_duplicate) return refuse(Refusal::possible_duplicate);
    if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");
  }

  const AccountId id = sight.new_account();
  const Username username = sight.new_username(create.profile);
  const EventId event_id = sight.next_event_id();
  Decided decided{.authority = *authority, .username = username.text()};
  decided.vault.put_pin(id, event_id, create.pin);
  add_tags(decided.vault, id, create.profile, create.pin);
  decided.events.push_back({.id = event_id,
                            .fact = fact::SubordinateCreated{services->texts(sight.service_names()), is_duplicate},
                            .streams = {StreamName::account(id), StreamName::provider(create.provider), StreamName::username(username)},
                            .provider = create.provider,
                            .username = username.text(),
                            .personal = Personal{create.profile, request.note, {}}});
  return decided;
}

}  // namespace muniment
