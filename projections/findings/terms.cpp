#include "projections/findings/terms.h"

#include <algorithm>

namespace muniment::view {
namespace {

std::string published_terms_prefix() {
  std::string key;
  put_tag(key, TableTag::finding_terms);
  return key;
}

}  // namespace

FindingTerms::FindingTerms(const Snapshot& snapshot, const Table& table, const AsOf* as_of) {
  const std::string prefix = published_terms_prefix();
  auto rows = snapshot.rows(table, Scan::whole);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    ByteReader value(rows.value());
    Publication publication;
    publication.event.position = ByteReader(rows.key().substr(prefix.size())).ordered();
    publication.event.at = value.time();
    publication.event.import = value.varint();
    publication.version = value.text();
    if (as_of == nullptr || as_of->sees(publication.event)) published_.push_back(std::move(publication));
  }
}

EventRef FindingTerms::not_accepted_since(std::string_view accepted) const {
  if (published_.empty() || published_.back().version == accepted) return {};
  const auto last = std::find_if(published_.begin(), published_.end(), [&](const Publication& one) { return one.version == accepted; });
  return last == published_.end() ? published_.front().event : (last + 1)->event;
}

void FindingTerms::publish(const EventRef& event, std::string_view version, RowBuffer& rows) {
  std::string key = published_terms_prefix();
  put_ordered(key, event.position);
  std::string value;
  put_time(value, event.at);
  put_varint(value, event.import);
  put_text(value, version);
  rows.put(key, value);
  published_.push_back({event, std::string{version}});
}

}  // namespace muniment::view
