// Rows of the questions about reviews of access, leavers and attestations: their columns and cells, the same in every form of an answer.
#pragma once

#include "projections/attestation.h"
#include "projections/leaver.h"
#include "projections/reviews.h"
#include "tools/wire/cell.h"

namespace muniment {

std::vector<Column> review_columns();
std::vector<Cell> review_cells(const ReviewRow& row);

// A review's people.
std::vector<Column> review_item_columns();
std::vector<Cell> review_item_cells(const ReviewItemRow& row);

std::vector<Column> leaver_columns();
std::vector<Cell> leaver_cells(const LeaverRow& row);

std::vector<Column> attestation_columns();
std::vector<Cell> attestation_cells(const AttestationRow& row);

// Behind the rows of a JSON answer: what the review's people are true of, and what of its report is sealed and signed.
std::vector<NamedCell> seal_cells(const ReviewRow& review);
// Behind the rows of a JSON answer: the log's size and root now, in base64, as the next checkpoint has them.
std::vector<NamedCell> log_cells(const LogHead& head);

}  // namespace muniment
