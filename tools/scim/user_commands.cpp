#include "tools/scim/user_commands.h"

#include <capnp/message.h>

#include <algorithm>
#include <array>

#include "tools/scim/names.h"
#include "tools/wire/command_reader.h"

namespace muniment::scim {
namespace {

// A message being filled.
struct Draft {
  std::shared_ptr<capnp::MallocMessageBuilder> message = std::make_shared<capnp::MallocMessageBuilder>();
  request::Command::Builder root = message->initRoot<request::Command>();

  explicit Draft(const Envelope& envelope) {
    root.setCommandId(envelope.command_id);
    root.setActor(envelope.actor);
    if (envelope.expected_version) root.setExpectedVersion(*envelope.expected_version);
  }
};

// How SCIM calls the fields of commands.
std::string attribute_of(std::string_view field) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> names{{{"last_name", "name.familyName"},
                                                                                {"first_name", "name.givenName"},
                                                                                {"middle_initial", "name.middleName"},
                                                                                {"email", "emails"},
                                                                                {"birth_day", "birthDay"},
                                                                                {"username", "userName"}}};
  for (const auto& [name, attribute] : names) {
    if (name == field) return std::string{attribute};
  }
  return std::string{field};
}

std::expected<Command, Error> checked(const Draft& draft, const Envelope& envelope) {
  auto command = read_checked(draft.root.asReader(), draft.message, envelope.submitted_by);
  if (command) return std::move(*command);
  return std::unexpected(invalid_value(attribute_of(command.error().path) + ": " + command.error().problem));
}

template <typename Builder>
void set_services(Builder builder, const std::vector<std::string>& services) {
  auto list = builder.initServices(static_cast<unsigned>(services.size()));
  for (unsigned i = 0; i < services.size(); ++i) list.set(i, services[i]);
}

void set_profile(request::Profile::Builder out, const Profile& profile) {
  out.setLastName(profile.last_name);
  out.setFirstName(profile.first_name);
  if (!profile.middle_initial.empty()) out.setMiddleInitial(profile.middle_initial);
  out.setBirthDay(profile.birth_day);
  out.setEmail(profile.email);
  out.setZip(profile.zip);
}

// The first character: muniment keeps an initial.
std::string initial_of(const std::string& name) {
  std::size_t end = name.empty() ? 0 : 1;
  while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xc0U) == 0x80) ++end;
  return name.substr(0, end);
}

Profile merged(Profile profile, const UserWanted& wanted) {
  const auto take = [](std::string& out, const std::optional<std::string>& from) {
    if (from) out = *from;
  };
  take(profile.last_name, wanted.family_name);
  take(profile.first_name, wanted.given_name);
  if (wanted.middle_name) profile.middle_initial = initial_of(*wanted.middle_name);
  take(profile.email, wanted.email);
  take(profile.birth_day, wanted.birth_day);
  take(profile.zip, wanted.zip);
  return profile;
}

std::optional<Error> missing(const UserWanted& wanted) {
  const std::array<std::pair<std::string_view, bool>, 8> needed{{{"userName", wanted.user_name.has_value()},
                                                                 {"name.familyName", wanted.family_name.has_value()},
                                                                 {"name.givenName", wanted.given_name.has_value()},
                                                                 {"emails", wanted.email.has_value()},
                                                                 {"birthDay", wanted.birth_day.has_value()},
                                                                 {"zip", wanted.zip.has_value()},
                                                                 {"pin", wanted.pin.has_value()},
                                                                 {"services", wanted.services.has_value()}}};
  for (const auto& [name, is_there] : needed) {
    if (is_there) continue;
    const bool is_ours = name == "birthDay" || name == "zip" || name == "pin" || name == "services";
    return invalid_value((is_ours ? std::string{schema_urn::person} + ":" : std::string{}) + std::string{name} + ": is missing");
  }
  return std::nullopt;
}

// A username is made here and kept. Identity providers know people by their address, so that does as well.
bool is_name_of(const User& user, const UserWanted& wanted) {
  if (!wanted.user_name || is_same_name(*wanted.user_name, user.username)) return true;
  if (!user.shows_particulars) return false;
  return is_same_name(*wanted.user_name, user.profile.email) || (wanted.email && is_same_name(*wanted.user_name, *wanted.email));
}

bool differ(std::vector<std::string> a, std::vector<std::string> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a != b;
}

// What of it is not so yet.
struct Changes {
  bool in_profile = false;
  bool in_services = false;
  bool in_state = false;
};

std::expected<Changes, Error> changes_of(const User& user, const UserWanted& wanted) {
  if (!is_name_of(user, wanted)) return std::unexpected(mutability("userName never changes"));
  const bool is_elsewhere = wanted.provider && (!user.provider || *wanted.provider != *user.provider);
  if (is_elsewhere) return std::unexpected(mutability("provider: membership in a Group links an account to another provider"));
  Changes out;
  const bool has_pin = wanted.pin && !wanted.pin->empty();
  out.in_profile = has_pin || merged(user.profile, wanted) != user.profile;
  // Else whoever may not see a particular could find it out by trying.
  if (!user.shows_particulars && (out.in_profile || wanted.email || wanted.birth_day || wanted.zip))
    return std::unexpected(
        Error{403, error_type::none, "home_only: only administrators of the account's home change a person's particulars", "home_only"});
  const UserLink* here = user.link_here();
  if (wanted.services && here == nullptr)
    return std::unexpected(invalid_value("services: at which provider is not clear; say it with ?provider="));
  out.in_services = wanted.services && differ(*wanted.services, here->services);
  out.in_state = wanted.is_active && *wanted.is_active != user.is_active;
  if (out.in_state && (out.in_profile || out.in_services))
    return std::unexpected(invalid_value("active: it changes in a request of its own, since nothing is to be done by half"));
  return out;
}

// The provider at which the particulars are changed: the home, where it is linked there.
const UserLink* link_for_profile(const User& user, bool has_services) {
  const UserLink* at_home = user.home ? user.link(*user.home) : nullptr;
  return has_services || at_home == nullptr ? user.link_here() : at_home;
}

std::expected<Command, Error> update(const User& user, const UserWanted& wanted, bool has_services, const Envelope& envelope) {
  const UserLink* link = link_for_profile(user, has_services);
  if (link == nullptr) return std::unexpected(invalid_value("provider: at which one is not clear; say it with ?provider="));
  Draft draft(envelope);
  auto body = draft.root.getBody().initUpdateSubordinate();
  body.setProvider(link->provider.text());
  body.setUsername(user.username);
  set_profile(body.initProfile(), merged(user.profile, wanted));
  if (wanted.pin && !wanted.pin->empty()) body.setPin(*wanted.pin);
  set_services(body, has_services ? *wanted.services : link->services);
  return checked(draft, envelope);
}

std::expected<Command, Error> set_active(const User& user, bool is_active, const Envelope& envelope) {
  Draft draft(envelope);
  draft.root.setReason(std::string{reason_code});
  auto account = is_active ? draft.root.getBody().initEnableAccount() : draft.root.getBody().initDisableAccount();
  account.setUsername(user.username);
  return checked(draft, envelope);
}

}  // namespace

std::expected<Command, Error> create_user(const UserWanted& wanted, const std::optional<ProviderId>& provider, const Envelope& envelope) {
  if (auto error = missing(wanted)) return std::unexpected(std::move(*error));
  const auto at = wanted.provider ? wanted.provider : provider;
  if (!at) return std::unexpected(invalid_value(std::string{schema_urn::person} + ":provider: is missing"));
  if (wanted.is_active == false) return std::unexpected(invalid_value("active: an account is active when it is made"));
  Draft draft(envelope);
  auto body = draft.root.getBody().initCreateSubordinate();
  body.setProvider(at->text());
  set_profile(body.initProfile(), merged({}, wanted));
  body.setPin(*wanted.pin);
  set_services(body, *wanted.services);
  return checked(draft, envelope);
}

std::expected<std::optional<Command>, Error> change_user(const User& user, const UserWanted& wanted, const Envelope& envelope) {
  const auto changes = changes_of(user, wanted);
  if (!changes) return std::unexpected(changes.error());
  if (!changes->in_profile && !changes->in_services && !changes->in_state) return std::nullopt;
  auto out = changes->in_profile    ? update(user, wanted, changes->in_services, envelope)
             : changes->in_services ? hold_services(user.username, *user.provider, *wanted.services, true, envelope)
                                    : set_active(user, *wanted.is_active, envelope);
  if (!out) return std::unexpected(std::move(out.error()));
  return std::optional<Command>{std::move(*out)};
}

std::expected<Command, Error> remove_user(const std::string& username, const ProviderId& provider, const Envelope& envelope) {
  Draft draft(envelope);
  auto body = draft.root.getBody().initRemoveSubordinate();
  body.setProvider(provider.text());
  body.setUsername(username);
  return checked(draft, envelope);
}

std::expected<Command, Error> hold_services(const std::string& username, const ProviderId& provider,
                                            const std::vector<std::string>& services, bool is_linked, const Envelope& envelope) {
  Draft draft(envelope);
  auto body = is_linked ? draft.root.getBody().initAssignServices() : draft.root.getBody().initLinkSubordinate();
  body.setProvider(provider.text());
  body.setUsername(username);
  set_services(body, services);
  return checked(draft, envelope);
}

}  // namespace muniment::scim
