#include "events/record/principal.h"

#include "events/values/username.h"

namespace muniment {
namespace {

constexpr std::string_view officer_prefix = "officer:";
constexpr std::string_view submitter_prefix = "submitter:";
constexpr std::string_view outsider_prefix = "outsider:";
constexpr std::string_view auditor_prefix = "auditor:";
constexpr std::string_view operator_prefix = "operator:";

std::optional<Principal> named(schema::PrincipalKind kind, std::string_view name) {
  const auto folded = Username::parse(name);
  if (!folded || (kind != schema::PrincipalKind::ACCOUNT && !folded->is_plain())) return std::nullopt;
  return Principal{kind, folded->text()};
}

}  // namespace

std::optional<Principal> Principal::parse(std::string_view text) {
  if (text.starts_with(officer_prefix)) return named(schema::PrincipalKind::OFFICER, text.substr(officer_prefix.size()));
  if (text.starts_with(submitter_prefix)) return named(schema::PrincipalKind::SUBMITTER, text.substr(submitter_prefix.size()));
  if (text.starts_with(auditor_prefix)) return named(schema::PrincipalKind::AUDITOR, text.substr(auditor_prefix.size()));
  return named(schema::PrincipalKind::ACCOUNT, text);
}

std::string Principal::text() const {
  switch (kind) {
    case schema::PrincipalKind::OFFICER:
      return std::string{officer_prefix} + name;
    case schema::PrincipalKind::SUBMITTER:
      return std::string{submitter_prefix} + name;
    case schema::PrincipalKind::OUTSIDER:
      return std::string{outsider_prefix} + name;
    case schema::PrincipalKind::AUDITOR:
      return std::string{auditor_prefix} + name;
    case schema::PrincipalKind::OPERATOR:
      return std::string{operator_prefix} + name;
    case schema::PrincipalKind::NODE:
    case schema::PrincipalKind::ACCOUNT:
      break;
  }
  return name;
}

}  // namespace muniment
