#include "tools/bench/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "events/values/assert.h"

namespace muniment {
namespace {

// None of them makes an administrator.
constexpr std::array<std::string_view, 8> services{"batch_file_submit_and_download",
                                                   "claims_submission_and_status",
                                                   "manage_member_eligibility",
                                                   "manage_provider_profile_information",
                                                   "manage_referrals",
                                                   "manage_subordinate_accounts",
                                                   "view_provider_contracts",
                                                   "view_provider_reports"};

ServiceList services_of(std::uint32_t bits) {
  ServiceList out;
  for (std::size_t i = 0; i < services.size(); ++i) {
    if ((bits >> i & 1U) != 0) out.push_back(services[i]);
  }
  return out;
}

// Letters alone, so that no two people share the stem of a username.
std::string letters(std::uint32_t number) {
  std::string out;
  do {
    out.push_back(static_cast<char>('a' + number % 26));
    number /= 26;
  } while (number != 0);
  return out;
}

std::string username_of(std::uint32_t person) { return "q" + letters(person) + "1"; }
std::string primary_of(std::uint32_t provider) { return "p" + letters(provider) + "1"; }

Profile profile_of(std::string first, std::uint32_t number) {
  const std::string last = letters(number);
  return {last,
          std::move(first),
          "",
          fmt::format("{:02}/{:02}", number % 12 + 1, number % 28 + 1),
          last + "@example.org",
          fmt::format("{:05}", number % 100'000)};
}

}  // namespace

Load::Load(const LoadOptions& options) : people_max_(options.people_max), random_(options.seed) {
  for (std::size_t i = 0; i < options.providers; ++i)
    providers_.push_back(ProviderId::parse(fmt::format("{:09}A", 110'000'001 + i)).value());
}

std::vector<Submission> Load::prepare() {
  std::vector<Submission> out;
  for (std::uint32_t i = 0; i < providers_.size(); ++i) {
    const auto by_officer = [&](std::string_view type, CommandBody body, bool is_personal) {
      Submission submission = command(type, i, std::move(body), is_personal);
      submission.command.request.actor = Principal::officer("bench");
      out.push_back(std::move(submission));
    };
    const std::string name = fmt::format("Practice {}", i);
    by_officer("register_provider", RegisterProvider{providers_[i], schema::ProviderKind::PROVIDER, name, name}, false);
    Profile primary = profile_of("P", i);
    by_officer("assign_primary_user", AssignPrimaryUser{providers_[i], std::nullopt, std::move(primary), "1234", {}}, true);
  }
  return out;
}

std::vector<Submission> Load::next(std::size_t count) {
  std::vector<Submission> out;
  out.reserve(count);
  while (out.size() < count) {
    const auto dice = random_() % 100;
    const bool has_room = people_max_ == 0 || people_.size() < people_max_;
    if (has_room && (people_.size() < 1000 || dice < 20)) {
      out.push_back(create());
      continue;
    }
    Person& person = people_[random_() % people_.size()];
    if (dice < 30 && person.links.size() < 4) {
      out.push_back(link(person));
    } else if (dice < 80 || person.links.size() < 2) {
      out.push_back(assign(person));
    } else if (dice < 90) {
      out.push_back(reset(person));
    } else {
      out.push_back(remove(person));
    }
  }
  return out;
}

std::vector<Submission> Load::reports(std::size_t count) {
  std::vector<Submission> out;
  out.reserve(count + 1);
  while (out.size() < count) {
    Person& person = people_[random_() % people_.size()];
    const Username username = Username::parse(username_of(person.number)).value();
    const auto dice = random_() % 100;
    if (dice < 70) {
      out.push_back(by(Principal::submitter("bench"), "record_sign_in", RecordSignIn{username, system_now(), dice < 65, ""}));
    } else if (dice < 94) {
      out.push_back(by(Principal::submitter("bench"), "record_service_use",
                       RecordServiceUse{providers_[person.home], username, services[random_() % services.size()], system_now()}));
    } else if (dice < 99 || person.has_left) {
      out.push_back(by(Principal::officer("bench"), "lock_account", LockAccount{username}));
      out.push_back(by(Principal::officer("bench"), "unlock_account", UnlockAccount{username}));
    } else {
      person.has_left = true;
      out.push_back(by(Principal::submitter("bench"), "report_departure", ReportDeparture{std::nullopt, username, system_now()}));
    }
  }
  return out;
}

std::vector<Submission> Load::of_agency() {
  constexpr std::size_t accepting = 1000;
  constexpr std::size_t held = 20;
  constexpr std::size_t reviews = 5;
  std::vector<Submission> out{by(Principal::officer("bench"), "publish_terms", PublishTerms{"bench-1"})};
  for (std::size_t i = 0; i < std::min(accepting, people_.size()); ++i) {
    const Username username = Username::parse(username_of(people_[i].number)).value();
    out.push_back(by(Principal::account(username.text()), "accept_terms", AcceptTerms{username, "bench-1"}));
    if (i < held) out.push_back(by(Principal::officer("bench"), "place_hold", PlaceHold{username, "bench"}));
  }
  for (std::size_t i = 0; i < reviews; ++i) {
    const Timestamp due{system_now().ns + 86'400'000'000'000};
    out.push_back(by(Principal::officer("bench"), "open_review", OpenReview{fmt::format("bench-{}", i), {providers_[i * 100]}, due}));
  }
  return out;
}

std::string Load::random_username() { return username_of(people_[random_() % people_.size()].number); }
ProviderId Load::random_provider() { return providers_[pick_provider()]; }

// A cube of a uniform number: one provider in a thousand has a tenth of the people.
std::uint32_t Load::pick_provider() {
  const double uniform = static_cast<double>(random_() >> 11) * 0x1p-53;
  return static_cast<std::uint32_t>(std::pow(uniform, 3) * static_cast<double>(providers_.size()));
}

std::uint32_t Load::pick_services() {
  const auto one = static_cast<std::uint32_t>(1U << (random_() % services.size()));
  return one | static_cast<std::uint32_t>(1U << (random_() % services.size()));
}

Submission Load::create() {
  const std::uint32_t provider = pick_provider();
  const std::uint32_t bits = pick_services();
  Profile profile = profile_of("Q", people_made_);
  people_.push_back({people_made_++, provider, {{provider, bits}}});
  return command("create_subordinate", provider,
                 CreateSubordinate{providers_[provider], std::move(profile), "0123", services_of(bits), false}, true);
}

Submission Load::link(Person& person) {
  std::uint32_t provider = pick_provider();
  while (std::any_of(person.links.begin(), person.links.end(), [&](const Link& held) { return held.provider == provider; })) {
    provider = static_cast<std::uint32_t>(random_() % providers_.size());
  }
  const std::uint32_t bits = pick_services();
  person.links.push_back({provider, bits});
  return command("link_subordinate", provider,
                 LinkSubordinate{providers_[provider], Username::parse(username_of(person.number)).value(), services_of(bits)}, false);
}

Submission Load::assign(Person& person) {
  Link& held = person.links[random_() % person.links.size()];
  held.services ^= static_cast<std::uint32_t>(1U << (random_() % services.size()));
  return command("assign_services", held.provider,
                 AssignServices{providers_[held.provider], Username::parse(username_of(person.number)).value(), services_of(held.services)},
                 false);
}

Submission Load::reset(const Person& person) {
  return command("reset_password", person.home, ResetPassword{providers_[person.home], Username::parse(username_of(person.number)).value()},
                 false);
}

// The latest link, never the first: people stay reachable for their home.
Submission Load::remove(Person& person) {
  const std::uint32_t provider = person.links.back().provider;
  person.links.pop_back();
  return command("remove_subordinate", provider,
                 RemoveSubordinate{providers_[provider], Username::parse(username_of(person.number)).value()}, false);
}

Submission Load::by(Principal actor, std::string_view type, CommandBody body) {
  Submission out = command(type, 0, std::move(body), false);
  out.command.request.actor = std::move(actor);
  out.command.request.reason = "bench";
  return out;
}

Submission Load::command(std::string_view type, std::uint32_t provider, CommandBody body, bool is_personal) {
  Submission out{.command = {.body = std::move(body), .type = type, .is_personal = is_personal}};
  // As a client's would be: 36 characters.
  out.command.request.command_id = fmt::format("{:08x}-0000-4000-8000-{:012x}", random_() & 0xffffffff, commands_made_++);
  out.command.request.actor = Principal::account(primary_of(provider));
  const std::string content = fmt::format("{} {} {:0150}", type, provider, commands_made_);  // As long as a canonical command.
  out.command.content.assign(content.begin(), content.end());
  return out;
}

}  // namespace muniment
