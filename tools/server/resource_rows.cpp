#include "tools/server/resource_rows.h"

#include "tools/wire/access_rows.h"

namespace muniment {
namespace {

// As in the schema's $Json names.
std::string_view provider_kind_name(schema::ProviderKind kind) {
  switch (kind) {
    case schema::ProviderKind::PROVIDER:
      return "provider";
    case schema::ProviderKind::RELATIONSHIP_ENTITY:
      return "relationship_entity";
    case schema::ProviderKind::BILLING_ENTITY:
      return "billing_entity";
  }
  return "newer";
}

}  // namespace

std::vector<Column> provider_columns() {
  return {{"provider", Column::Kind::provider}, {"kind"}, {"organization"}, {"name"}, {"closed", Column::Kind::flag}, {"primary_user"},
          {"entities", Column::Kind::list}};
}

std::vector<Cell> provider_cells(const Provider& provider, const std::vector<ProviderId>& open_entities) {
  std::vector<std::string> entities;
  for (const ProviderId& entity : open_entities) entities.push_back(entity.text());
  return {provider.id().text(),
          std::string{provider_kind_name(provider.kind())},
          text_cell(provider.organization()),
          text_cell(provider.name()),
          provider.is_closed(),
          text_cell(provider.primary_user()),
          std::move(entities)};
}

std::vector<Column> account_columns() {
  return {{"username"},
          {"usable", Column::Kind::flag},
          {"why_not", Column::Kind::list},
          {"terms_current"},
          {"terms_accepted", Column::Kind::flag}};
}

std::vector<Cell> account_cells(const Username& username, const AccountStatus& status) {
  return {username.text(), status.unusable.empty() && !status.links.empty(),
          status.unusable.empty() ? Cell{} : Cell{names_of(status.unusable)}, text_cell(status.terms_current), status.terms_accepted};
}

// `profile` says whether the rest is there: of an account that was imported nothing was ever given, of a person who was erased nothing is
// left.
std::vector<Column> profile_columns() {
  return {{"username"},   {"home", Column::Kind::provider},
          {"profile"},    {"last_name"},
          {"first_name"}, {"middle_initial"},
          {"birth_day"},  {"email"},
          {"zip"}};
}

std::vector<Cell> profile_cells(const Username& username, const AccountAt& account, const std::optional<Profile>& profile) {
  const std::string_view state = profile ? "known" : account.profile_position == 0 ? "none" : "unavailable";
  const Profile known = profile.value_or(Profile{});
  return {username.text(),
          account.home ? text_cell(account.home->text()) : Cell{},
          text_cell(state),
          text_cell(known.last_name),
          text_cell(known.first_name),
          text_cell(known.middle_initial),
          text_cell(known.birth_day),
          text_cell(known.email),
          text_cell(known.zip)};
}

std::vector<Cell> elsewhere_cells(const Username& username) {
  std::vector<Cell> out(profile_columns().size());
  out[0] = username.text();
  out[2] = std::string{"elsewhere"};
  return out;
}

std::vector<Column> link_columns() {
  return {{"provider", Column::Kind::provider},
          {"services", Column::Kind::list},
          {"linked_at", Column::Kind::time},
          {"linked_by"},
          {"linked_position", Column::Kind::number}};
}

std::vector<Cell> link_cells(const AccountLink& link) {
  return {link.provider.text(), link.services, link.started.at.text(), link.started.actor.text(), position_cell(link.started.position)};
}

}  // namespace muniment
