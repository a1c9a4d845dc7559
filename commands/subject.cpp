#include "commands/subject.h"

namespace muniment {
namespace {

using enum schema::StreamKind;

template <typename Body, typename... Of>
constexpr bool is_any = (std::is_same_v<Body, Of> || ...);

// The account, else the provider, but where the command is about a review or one affair of the agency, whoever else it names.
template <typename Body>
constexpr std::optional<schema::StreamKind> kind_of(const Body& body) {
  if constexpr (is_any<Body, SetPolicy>) return POLICY;
  if constexpr (is_any<Body, OpenReview, AssignReviewer, DismissReviewer, DecideReview, CloseReview, SignReport>) return REVIEW;
  if constexpr (is_any<Body, AppointOfficer, DismissOfficer>) return AGENCY;
  if constexpr (is_any<Body, DefineService, RetireService>) return CATALOGUE;
  if constexpr (is_any<Body, PublishTerms>) return TERMS;
  if constexpr (requires { body.username.text(); }) return ACCOUNT;
  if constexpr (requires { body.provider.text(); }) return PROVIDER;
  return std::nullopt;
}

template <typename Body>
std::optional<StreamName> stream_of(const Body& body, Sight& sight) {
  const auto kind = kind_of(body);
  if (!kind) return std::nullopt;
  if constexpr (std::is_same_v<Body, SetPolicy>) {
    if (body.provider) return StreamName::policy(*body.provider);
  }
  if constexpr (requires { StreamName::review(body.review); }) {
    if (*kind == REVIEW) return StreamName::review(body.review);
  }
  if constexpr (requires { body.username.text(); }) {
    if (*kind == ACCOUNT) {
      const Account* account = sight.account(body.username);
      return account == nullptr ? std::nullopt : std::optional{StreamName::account(account->id())};
    }
  }
  if constexpr (requires { body.provider.text(); }) {
    if (*kind == PROVIDER) return StreamName::provider(body.provider);
  }
  return StreamName::single(*kind);
}

}  // namespace

std::optional<schema::StreamKind> subject_kind(const CommandBody& body) {
  return std::visit([](const auto& b) { return kind_of(b); }, body);
}

std::optional<StreamName> subject_of(const CommandBody& body, Sight& sight) {
  return std::visit([&](const auto& b) { return stream_of(b, sight); }, body);
}

}  // namespace muniment
