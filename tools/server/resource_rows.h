// The members of the resources: of a provider, of an account, of the person who has it and of its links.
#pragma once

#include <vector>

#include "aggregates/provider.h"
#include "commands/profile.h"
#include "projections/access.h"
#include "tools/server/aggregate_cache.h"
#include "tools/wire/cell.h"

namespace muniment {

std::vector<Column> provider_columns();
std::vector<Cell> provider_cells(const Provider& provider, const std::vector<ProviderId>& open_entities);

std::vector<Column> account_columns();
std::vector<Cell> account_cells(const Username& username, const AccountStatus& status);

std::vector<Column> profile_columns();
std::vector<Cell> profile_cells(const Username& username, const AccountAt& account, const std::optional<Profile>& profile);

// Of an account whose home the caller does not administer.
std::vector<Cell> elsewhere_cells(const Username& username);

std::vector<Column> link_columns();
std::vector<Cell> link_cells(const AccountLink& link);

}  // namespace muniment
