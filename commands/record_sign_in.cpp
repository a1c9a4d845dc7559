#include "commands/record_sign_in.h"

#include "commands/rules.h"

namespace muniment {
namespace {

constexpr std::size_t place_max = 200;

}  // namespace

Field<RecordSignIn> RecordSignIn::read(request::RecordSignIn::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  const auto at = time_field(in.getAt(), "at");
  if (!at) return std::unexpected(at.error());
  auto place = optional_text_field(in.getPlace(), "place", place_max);
  if (!place) return std::unexpected(place.error());
  return RecordSignIn{std::move(*username), *at, in.getSuccess(), std::move(*place)};
}

Decision decide(const RecordSignIn& sign_in, const Request& request, Sight& sight) {
  const auto authority = authority_at(Action::report_signal, request, std::nullopt, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto account = existing_account(sign_in.username, sight);
  if (!account) return std::unexpected(account.error());
  if (sign_in.at > sight.now()) return refuse(Refusal::in_the_future, "at");

  Decided decided{.authority = *authority};
  decided.events.push_back(account_event(fact::SignedIn{sign_in.success}, **account, sight));
  decided.events.back().occurred_at = sign_in.at;
  if (!sign_in.place.empty()) decided.events.back().personal = Personal{{}, {}, sign_in.place};
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
