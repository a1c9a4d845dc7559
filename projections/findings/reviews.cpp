#include "projections/findings/reviews.h"

namespace muniment::view {
namespace {

std::string finding_review_key(std::string_view review) {
  std::string key;
  put_tag(key, TableTag::finding_review);
  return key.append(review);
}

}  // namespace

void FindingReviews::open(std::string_view review, FindingReview opened, RowBuffer& rows) {
  std::string value;
  put_varint(value, opened.opened);
  put_varint(value, opened.providers.size());
  for (const PackedProvider provider : opened.providers) put_varint(value, provider);
  rows.put(finding_review_key(review), value);
  new_.insert_or_assign(std::string{review}, std::move(opened));
}

std::optional<FindingReview> FindingReviews::find(std::string_view review) const {
  if (const auto found = new_.find(review); found != new_.end()) return found->second;
  const auto value = database_.get(table_, finding_review_key(review));
  if (!value) return std::nullopt;
  ByteReader from(*value);
  FindingReview out{.opened = from.varint(), .providers = {}};
  for (auto left = from.varint(); left > 0; --left) out.providers.push_back(from.varint());
  return out;
}

}  // namespace muniment::view
