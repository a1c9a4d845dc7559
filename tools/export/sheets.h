// Sheets to print and sign: the report of a review of access, and the roster that a Primary User attests person by person. HTML documents
// without scripts and without anything from elsewhere; their style numbers the pages.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "projections/attestation.h"
#include "projections/reviews.h"
#include "tools/export/review_report.h"

namespace muniment {

// Under which signed tree of the log a sheet stands.
struct SheetCheckpoint {
  std::string origin;  // Of the log.
  Position size = 0;
  std::string root;  // As checkpoints write it.
};

// The people of a closed review as they were at its closing, with its seal: what is sealed is the report as of then. As they are where it
// is open, or a moment was asked about.
ReviewPeople as_it_was_closed(const Reviews& all, ReviewPeople people, ReviewsQuery query);

using SheetSink = std::function<void(std::string_view)>;

// Of the review's people as they are seen at the moment that was asked about.
void write_review_sheet(const ReviewPeople& people, const SheetCheckpoint& checkpoint, const SheetSink& sink);

// `asked_at` says in which quarter it was printed. Throws what the views throw.
void write_attestation_sheet(const ProviderId& provider, AttestationSheet& sheet, Timestamp asked_at, const SheetCheckpoint& checkpoint,
                             const SheetSink& sink);

}  // namespace muniment
