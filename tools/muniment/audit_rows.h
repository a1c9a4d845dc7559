// What the answers of `muniment audit` have in common.
#pragma once

#include "projections/access.h"
#include "tools/muniment/moments.h"
#include "tools/muniment/output.h"

namespace muniment {

// A name that nobody ever had is an error, not an empty answer: for who asks after the wrong name, "nothing" reads as "had no access".
// They throw CliError with ExitCode::not_found.
void require_known(const EventLog& log, const std::optional<ProviderId>& provider, const std::optional<Username>& username);
void require_known_service(const EventLog& log, const std::string& service);

Cell text_cell(std::string_view text);  // Nothing where it is empty.
Cell position_cell(Position position);  // Nothing where it is 0.
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

// Ends the rows and says what they are true of.
void end_answer(RowWriter& rows, const AnswerEnd& end, Format format, const Console& console);

}  // namespace muniment
