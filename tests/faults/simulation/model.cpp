#include "tests/faults/simulation/model.h"

#include <fmt/format.h>

namespace muniment::faults {
namespace {

const ProviderId home = ProviderId::parse("110012345A").value();

CommandBody body_of(const Wish& wish) {
  const auto username = [&] { return Username::parse(username_of(wish.number)).value(); };
  switch (wish.kind) {
    case Kind::register_provider: {
      const ProviderId id = ProviderId::from(static_cast<std::uint32_t>(110'100'000 + wish.number), 'A').value();
      const std::string name = fmt::format("Provider {}", wish.variant);
      return RegisterProvider{id, schema::ProviderKind::PROVIDER, name, name};
    }
    case Kind::create: {
      const std::string last = fmt::format("p{}n", wish.number);
      return CreateSubordinate{home, {last, "Q", "", "02/29", last + "@example.org", "02302"}, "0123", {"manage_referrals"}, false};
    }
    case Kind::lock:
      return LockAccount{username()};
    case Kind::unlock:
      return UnlockAccount{username()};
  }
  return LockAccount{username()};
}

constexpr std::string_view types[] = {"register_provider", "create_subordinate", "lock_account", "unlock_account"};

}  // namespace

// First initial, last name, and a number that makes it the only one.
std::string username_of(int person) { return fmt::format("qp{}n1", person); }

Command command_of(const Wish& wish, const std::string& id) {
  Command command{.body = body_of(wish), .type = types[static_cast<int>(wish.kind)], .is_personal = wish.kind == Kind::create};
  command.request.command_id = id;
  command.request.actor = wish.kind == Kind::create ? Principal::account("qprimary1") : Principal::officer("rkelly");
  command.request.reason = "security";
  const std::string content = fmt::format("{} {} {}", types[static_cast<int>(wish.kind)], wish.number, wish.variant);
  command.content.assign(content.begin(), content.end());
  command.content_without_person = command.content;
  return command;
}

Expected Model::decide(const Wish& wish) const {
  using Status = Answer::Status;
  if (wish.kind == Kind::register_provider) {
    const auto known = providers_.find(wish.number);
    if (known == providers_.end()) return {Status::accepted};
    if (known->second == wish.variant) return {Status::unchanged};
    return {Status::refused, Refusal::provider_already_registered};
  }
  const auto person = people_.find(wish.number);
  if (wish.kind == Kind::create) {
    if (person == people_.end()) return {Status::accepted};
    return {Status::refused, Refusal::possible_duplicate};
  }
  if (person == people_.end()) return {Status::refused, Refusal::username_unavailable};
  return {person->second == (wish.kind == Kind::lock) ? Status::unchanged : Status::accepted};
}

void Model::apply(const Wish& wish) {
  if (wish.kind == Kind::register_provider) {
    providers_[wish.number] = wish.variant;
  } else if (wish.kind == Kind::create) {
    people_[wish.number] = false;
  } else {
    people_[wish.number] = wish.kind == Kind::lock;
  }
}

}  // namespace muniment::faults
