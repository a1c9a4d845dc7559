#include "commands/accept_terms.h"

#include "commands/rules.h"

namespace muniment {
namespace {

// Whoever acts at a provider must have accepted the terms; whoever accepts them needs only an account that may sign in.
std::expected<schema::Authority, Refused> authority_to_accept(const AcceptTerms& accept, const Request& request, Sight& sight) {
  Target target;
  target.is_self = request.actor == Principal::account(accept.username.text());
  if (!target.is_self) return authority_at(Action::accept_terms, request, std::nullopt, target, sight);
  const Account* self = sight.account(accept.username);
  if (self == nullptr) return refuse(Refusal::actor_unknown, "actor");
  if (!sight.may_sign_in(*self)) return refuse(Refusal::actor_not_usable, "actor");
  const auto authority = authorize(Action::accept_terms, Role::nobody, target);
  if (!authority) return refuse(authority.error());
  return *authority;
}

}  // namespace

Field<AcceptTerms> AcceptTerms::read(request::AcceptTerms::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(username.error());
  const auto version = name_field(in.getTermsVersion(), "terms_version");
  if (!version) return std::unexpected(version.error());
  return AcceptTerms{std::move(*username), *version};
}

Decision decide(const AcceptTerms& accept, const Request& request, Sight& sight) {
  const auto authority = authority_to_accept(accept, request, sight);
  if (!authority) return std::unexpected(authority.error());
  const auto account = existing_account(accept.username, sight);
  if (!account) return std::unexpected(account.error());
  if ((*account)->is_terminated()) return refuse(Refusal::account_terminated, "username");
  if (sight.terms().current() != accept.terms_version) return refuse(Refusal::terms_unknown, "terms_version");

  Decided decided{.authority = *authority};
  if ((*account)->accepted_terms() == accept.terms_version) return decided;
  decided.events.push_back(account_event(fact::TermsAccepted{accept.terms_version}, **account, sight));
  add_note(decided.events.back(), request);
  return decided;
}

}  // namespace muniment
