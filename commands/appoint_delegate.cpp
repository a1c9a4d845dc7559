#include "commands/appoint_delegate.h"

#include "commands/rules.h"

namespace muniment {
namespace {

bool is_vacant(const Provider& provider, Sight& sight) {
  const Account* holder = provider.primary_user().empty() ? nullptr : sight.account(provider.primary_user());
  if (holder == nullptr || holder->is_terminated()) return true;
  const Account::Departure* departure = holder->departure_from(provider.id());
  return departure != nullptr && departure->left_at <= sight.now();
}

}  // namespace

Field<AppointDelegate> AppointDelegate::read(request::AppointDelegate::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(std::move(username.error()));
  const auto until = time_field(in.getUntil(), "until");
  if (!until) return std::unexpected(until.error());
  return AppointDelegate{*provider, std::move(*username), *until};
}

Decision decide(const AppointDelegate& appoint, const Request& request, Sight& sight) {
  const auto provider = open_provider(appoint.provider, sight);
  if (!provider) return std::unexpected(provider.error());
  const auto subject = agency_on_account(appoint.username, request, sight);
  if (!subject) return std::unexpected(subject.error());
  const Account& account = *subject->account;
  if (account.is_terminated()) return refuse(Refusal::username_unavailable, "username");
  if (account.is_erased()) return refuse(Refusal::subject_erased, "username");
  if (!sight.may_sign_in(account) || sight.has_left_somewhere(account)) return refuse(Refusal::account_not_usable, "username");
  if (appoint.until <= sight.now()) return refuse(Refusal::in_the_past, "until");
  if (!is_vacant(**provider, sight)) return refuse(Refusal::primary_user_in_office, "provider");
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");

  Decided decided{.authority = subject->authority};
  if (sight.is_appointed(account, **provider) && (*provider)->delegate()->until == appoint.until) return decided;
  add_end_of_delegate(decided, **provider, account.username(), sight);
  decided.events.push_back(delegate_event(fact::DelegateAppointed{appoint.until}, account, appoint.provider, sight));
  add_note(decided.events.back(), request);
  return decided;
}

void add_end_of_delegate(Decided& decided, const Provider& provider, std::string_view successor, Sight& sight) {
  const auto& delegate = provider.delegate();
  if (!delegate || delegate->until <= sight.now() || delegate->username == successor) return;
  const std::size_t cause = decided.events.empty() ? 0 : decided.events.size() - 1;
  decided.events.push_back(delegate_event(fact::DelegateDismissed{}, *sight.account(delegate->username), provider.id(), sight));
  decided.events.back().cause = cause;
}

DecidedEvent delegate_event(Fact fact, const Account& account, const ProviderId& provider, Sight& sight) {
  DecidedEvent out = account_event(std::move(fact), account, provider, sight);
  out.streams.push_back(StreamName::single(schema::StreamKind::AGENCY));
  return out;
}

}  // namespace muniment
