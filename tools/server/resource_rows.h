// The members of the resources: of a provider, of an account and of its links.
#pragma once

#include <vector>

#include "aggregates/provider.h"
#include "projections/access.h"
#include "tools/wire/cell.h"

namespace muniment {

std::vector<Column> provider_columns();
std::vector<Cell> provider_cells(const Provider& provider);

std::vector<Column> account_columns();
std::vector<Cell> account_cells(const Username& username, const AccountStatus& status);

std::vector<Column> link_columns();
std::vector<Cell> link_cells(const AccountLink& link);

}  // namespace muniment
