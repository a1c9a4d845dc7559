#include "tests/commands/sequences/deed.h"

#include <fmt/format.h>

#include <array>

namespace muniment::sequences {
namespace {

constexpr std::array<std::string_view, services> service_names{"primary_portal_user", "manage_subordinate_accounts",
                                                               "claims_submission_and_status", "view_provider_reports"};
constexpr std::array<std::string_view, people> last_names{"Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir"};
constexpr std::array<std::string_view, kinds> types{"register_provider",  "close_provider",   "assign_primary_user", "assign_primary_user",
                                                    "create_subordinate", "link_subordinate", "assign_services",     "reset_password",
                                                    "remove_subordinate", "lock_account",     "unlock_account",      "disable_account",
                                                    "enable_account",     "terminate_account"};

std::string_view type_of(const Deed& deed) { return types[static_cast<std::size_t>(deed.kind)]; }

ServiceList services_of(const Deed& deed) {
  ServiceList out;
  for (unsigned bit = 0; bit < services; ++bit) {
    if ((deed.services >> bit & 1U) != 0) out.push_back(service_names[bit]);
  }
  return out;
}

Profile profile_of(const Deed& deed, std::uint64_t run) {
  const std::string_view last = last_names[deed.person()];
  return {std::string{last}, "Quinn", "", "07/04", fmt::format("{}{}@clinic.example", last, run), "02302"};
}

CommandBody body_of(const Deed& deed, std::uint64_t run) {
  const ProviderId at = provider_id(deed.provider);
  const Username whom = Username::parse(username_of(deed.account)).value();
  switch (deed.kind) {
    case Kind::register_provider: {
      // The lowest bit tells two registrations of one provider apart.
      const std::string name = fmt::format("Clinic {}", deed.services & 1U);
      return RegisterProvider{at, schema::ProviderKind::PROVIDER, name, name};
    }
    case Kind::close_provider:
      return CloseProvider{at};
    case Kind::assign_new_primary_user:
      return AssignPrimaryUser{at, {}, profile_of(deed, run), "8642", services_of(deed)};
    case Kind::assign_primary_user:
      return AssignPrimaryUser{at, whom, {}, {}, services_of(deed)};
    case Kind::create:
      return CreateSubordinate{at, profile_of(deed, run), "8642", services_of(deed), false};
    case Kind::link:
      return LinkSubordinate{at, whom, services_of(deed)};
    case Kind::assign:
      return AssignServices{at, whom, services_of(deed)};
    case Kind::reset:
      return ResetPassword{at, whom};
    case Kind::remove:
      return RemoveSubordinate{at, whom};
    case Kind::lock:
      return LockAccount{whom};
    case Kind::unlock:
      return UnlockAccount{whom};
    case Kind::disable:
      return DisableAccount{whom};
    case Kind::enable:
      return EnableAccount{whom};
    case Kind::terminate:
      return TerminateAccount{whom};
  }
  return CloseProvider{at};
}

Principal actor_of(const Deed& deed) {
  if (deed.actor < accounts) return Principal::account(username_of(deed.actor));
  if (deed.actor == officer) return Principal::officer("rkelly");
  if (deed.actor == portal) return Principal::submitter("portal");
  return Principal::officer("nobody");
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Deed& deed) {
  return out << actor_of(deed).text() << ' ' << type_of(deed) << ' ' << provider_id(deed.provider).text() << ' '
             << username_of(deed.account) << " services " << int{deed.services};
}

std::vector<Deed> deeds_of(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t deed_bytes = 5;
  std::vector<Deed> out;
  for (; bytes.size() >= deed_bytes; bytes = bytes.subspan(deed_bytes)) {
    out.push_back({.kind = static_cast<Kind>(bytes[0] % kinds),
                   .actor = static_cast<std::uint8_t>(bytes[1] % actors),
                   .provider = static_cast<std::uint8_t>(bytes[2] % providers),
                   .account = static_cast<std::uint8_t>(bytes[3] % accounts),
                   .services = static_cast<std::uint8_t>(bytes[4] % service_sets)});
  }
  return out;
}

std::string_view service_name(unsigned bit) { return service_names[bit]; }

ProviderId provider_id(unsigned number) { return ProviderId::from(110'100'000 + number, 'A').value(); }

std::string username_of(unsigned account) {
  std::string out = fmt::format("q{}{}", last_names[account / 2], 1 + account % 2);
  out[1] = static_cast<char>(out[1] - 'A' + 'a');
  return out;
}

std::optional<unsigned> account_of(std::string_view username) {
  for (unsigned account = 0; account < accounts; ++account) {
    if (username_of(account) == username) return account;
  }
  return std::nullopt;
}

Command command_of(const Deed& deed, const std::string& id, std::uint64_t run) {
  const std::string_view type = type_of(deed);
  Command command{.body = body_of(deed, run), .type = type};
  command.is_personal = deed.kind == Kind::create || deed.kind == Kind::assign_new_primary_user;
  command.request.command_id = id;
  command.request.actor = actor_of(deed);
  command.request.reason = "drill";
  const std::string content = fmt::format("{} {} {} {}", type, deed.provider, deed.account, deed.services);
  command.content.assign(content.begin(), content.end());
  command.content_without_person = command.content;
  return command;
}

}  // namespace muniment::sequences
