// The reviews of access that findings are about, on the writing side: which providers each covers, by what it was opened.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/values/hash.h"
#include "projections/store/database.h"

namespace muniment::view {

struct FindingReview {
  std::uint64_t opened = 0;  // Position.
  std::vector<PackedProvider> providers;

  bool operator==(const FindingReview&) const = default;
};

class FindingReviews {
 public:
  // Both must outlive it.
  FindingReviews(const Database& database, const Table& table) : database_(database), table_(table) {}

  void open(std::string_view review, FindingReview opened, RowBuffer& rows);
  // Nothing where none was opened.
  std::optional<FindingReview> find(std::string_view review) const;
  // The batch is written.
  void written() { new_.clear(); }

 private:
  const Database& database_;
  const Table& table_;
  std::unordered_map<std::string, FindingReview, TextHash, std::equal_to<>> new_;  // Of this batch.
};

}  // namespace muniment::view
