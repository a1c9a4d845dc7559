#include "projections/findings/earliest_reports.h"

#include <algorithm>

namespace muniment::view {
namespace {

// Of more, as in a file that is sorted newest first, the first ones and the last are kept: as of positions between them the answer is what
// was known a little earlier.
constexpr std::size_t reports_kept = 16;

}  // namespace

void EarliestReports::add(const EventRef& report) {
  if (known_.size() == reports_kept) known_.pop_back();
  known_.push_back(report);
}

EventRef EarliestReports::earliest(const AsOf& as_of, Position recorded_by) const {
  const auto seen = std::find_if(known_.rbegin(), known_.rend(),
                                 [&](const EventRef& report) { return report.position <= recorded_by && as_of.sees(report); });
  return seen == known_.rend() ? EventRef{} : *seen;
}

void put_reports(std::string& out, const EarliestReports& reports) {
  put_varint(out, reports.known_.size());
  for (const EventRef& report : reports.known_) put_ref(out, report);
}

EarliestReports take_reports(ByteReader& from) {
  EarliestReports out;
  const auto count = from.varint();
  if (count > reports_kept) throw Failed("a provider has more reports than are kept: delete the views' folder, they are built again");
  for (std::uint64_t i = 0; i < count; ++i) out.known_.push_back(take_ref(from));
  return out;
}

}  // namespace muniment::view
