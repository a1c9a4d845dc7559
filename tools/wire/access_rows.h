// Rows of the questions about access: their columns and cells, the same in every form of an answer.
#pragma once

#include "projections/access.h"
#include "projections/roster.h"
#include "tools/wire/cell.h"

namespace muniment {

// Public names, as in the schema's $Json.
std::string_view name_of(schema::Authority authority);
std::string_view name_of(NameState state);
std::vector<std::string> names_of(const std::vector<Unusable>& reasons);

// How the columns of a granting or an ending are called. Public names.
struct ChangeColumns {
  std::string_view at, by, position, type, authority, requested_by, approved_by, reason, reference, imported_by;
};
constexpr ChangeColumns granting{"from",         "granted_by",  "from_position", "granted_type", "authority",
                                 "requested_by", "approved_by", "reason",        "reference",    "imported_by"};
constexpr ChangeColumns granting_of_difference{"from",
                                               "granted_by",
                                               "from_position",
                                               "granted_type",
                                               "granted_authority",
                                               "granted_requested_by",
                                               "granted_approved_by",
                                               "granted_reason",
                                               "granted_reference",
                                               "granted_imported_by"};
constexpr ChangeColumns ending{
    "to",           "ended_by",        "to_position",      "ended_type", "ended_authority", "ended_requested_by", "ended_approved_by",
    "ended_reason", "ended_reference", "ended_imported_by"};

// When and by whom are `shown`; the rest stands in JSON only.
void add_change_columns(std::vector<Column>& out, const ChangeColumns& names, Column::Shown shown);
void add_change_cells(std::vector<Cell>& out, const std::optional<AccessChange>& change);

// What an answer says about itself: the position it is true of, what may be missing, the cursor of its next page.
std::vector<NamedCell> truth_cells(const Truth& truth, const std::optional<std::string>& next);

// Who held what.
std::vector<Column> access_columns();
std::vector<Cell> access_cells(const AccessRow& row);

// What was gained and lost.
std::vector<Column> diff_columns();
std::vector<Cell> diff_cells(const AccessDiffRow& row);

// A provider's subordinates.
std::vector<Column> roster_columns();
std::vector<Cell> roster_cells(const RosterRow& row);

}  // namespace muniment
