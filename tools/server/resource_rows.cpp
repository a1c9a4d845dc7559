#include "tools/server/resource_rows.h"

#include "tools/wire/access_rows.h"

namespace muniment {
namespace {

// As in the schema's $Json names.
std::string_view name_of(schema::ProviderKind kind) {
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

std::vector<Cell> provider_cells(const Provider& provider) {
  std::vector<std::string> entities;
  for (const ProviderId& entity : provider.entities()) entities.push_back(entity.text());
  return {provider.id().text(),
          std::string{name_of(provider.kind())},
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
