// The report of a review of access in figures: what the node seals and people sign.
#pragma once

#include "events/proof/hash.h"
#include "projections/reviews.h"

namespace muniment {

struct ReviewReport {
  ReviewCounts counts = {};
  Hash digest{};  // docs/formats.md, "Reports of reviews".
};

// Of the people as they are seen at the moment that was asked about, which is that of the closing where the report is to be compared with
// a seal.
ReviewReport report_of(const ReviewPeople& people);

}  // namespace muniment
