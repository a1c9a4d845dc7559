#include "tools/export/review_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "tools/export/export_tally.h"

namespace muniment {
namespace {

// By its fields, of which none has a tab: who it is about comes first. No name of a person stands in it, so that it stays what it was when
// somebody is erased.
std::string line_of(const ReviewItemRow& row) {
  std::string out = fmt::format("{}\t{}\t{}\t{}", row.provider.text(), row.username, fmt::join(row.services, ","), name_of(row.state));
  if (row.decided) {
    const ReviewDecisionRow& decided = *row.decided;
    out += fmt::format("\t{}\t{}\t{}\t{}\t{}\t{}", name_of(decided.decision), fmt::join(decided.services, ","), decided.by.text(),
                       decided.position, decided.reason, row.revoked_position);
  }
  out += '\n';
  return out;
}

// Takes the rows of one provider after the other, and orders those of each by username.
class ReportLines {
 public:
  explicit ReportLines(RunningDigest& digest) : digest_(digest) {}

  void add(const ReviewItemRow& row) {
    if (provider_ && *provider_ != row.provider) flush();
    provider_ = row.provider;
    lines_.emplace_back(row.username, line_of(row));
  }
  void flush() {
    std::ranges::sort(lines_);
    for (const auto& [username, line] : lines_) digest_.add(line);
    lines_.clear();
  }

 private:
  RunningDigest& digest_;
  std::optional<ProviderId> provider_;
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace

ReviewReport report_of(const ReviewPeople& people) {
  ReviewReport out;
  RunningDigest digest;
  const ReviewRow& review = people.review();
  digest.add(fmt::format("muniment/review-report/1\n{}\t{}\t{}\n", review.review, review.opened_position, review.closed_position));
  ReportLines lines(digest);
  people.each([&](const ReviewItemRow& row) {
    count(row, out.counts);
    lines.add(row);
  });
  lines.flush();
  out.digest = digest.finish();
  return out;
}

}  // namespace muniment
