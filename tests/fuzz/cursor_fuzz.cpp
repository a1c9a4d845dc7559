// Any text may come as a cursor, and one that is forged may name any place: version, question and checksum are put right here, so that what
// is fuzzed is the position and the place. Whatever they are, the answer is a page of the question that was asked, or that the cursor is
// none.
//
// The first byte says whose cursor it is; a capital one, that the text is taken as it is.
#include <cstdint>
#include <string>
#include <string_view>

#include "events/values/assert.h"
#include "events/values/bytes.h"
#include "projections/access.h"
#include "projections/cursor.h"
#include "projections/findings.h"
#include "projections/projector.h"
#include "projections/roster.h"
#include "projections/trail.h"
#include "projections/views.h"
#include "scratch_folder.h"
#include "tests/projections/random_story.h"

namespace muniment {
namespace {

// Views of a story that is long enough for every question to have a second page.
class Asked {
 public:
  Asked() : story_(log_), folder_("cursor") {
    RandomStory chance(story_, 1);
    while (story_.head() < 200) chance.step();
    for (const std::string& username : chance.usernames()) story_.signed_in(username, false);
    views_.emplace(Views::Options{folder_.path() / "views", 8 << 20});
    Projector(log_, *views_, story_.opener(), {}).catch_up();
    provider_ = ProviderId::parse(chance.providers().front());
    now_ = story_.now();
  }

  void access(const std::string& cursor) const {
    const auto page = Access(*views_).as_of(access_query(cursor));
    if (page) {
      for (const AccessRow& row : page->rows) MUNIMENT_ASSERT(row.provider == *provider_);
    }
    check(page);
  }
  void diff(const std::string& cursor) const {
    const auto page = Access(*views_).diff(diff_query(cursor));
    if (page) {
      for (const AccessDiffRow& row : page->rows) MUNIMENT_ASSERT(row.provider == *provider_);
    }
    check(page);
  }
  void roster(const std::string& cursor) const {
    const auto page = Roster(*views_).search(roster_query(cursor));
    if (page) {
      for (const RosterRow& row : page->rows) MUNIMENT_ASSERT(row.provider == *provider_);
    }
    check(page);
  }
  void trail(const std::string& cursor) const { check(Trail(*views_).search(trail_query(cursor))); }
  void findings(const std::string& cursor) const { check(Findings(*views_).search(findings_query(cursor))); }

  // The cursors that the second pages of these questions really have.
  std::string access_cursor() const { return Access(*views_).as_of(access_query(""))->next.value_or(""); }
  std::string diff_cursor() const { return Access(*views_).diff(diff_query(""))->next.value_or(""); }
  std::string roster_cursor() const { return Roster(*views_).search(roster_query(""))->next.value_or(""); }
  std::string trail_cursor() const { return Trail(*views_).search(trail_query(""))->next.value_or(""); }
  std::string findings_cursor() const { return Findings(*views_).search(findings_query(""))->next.value_or(""); }

 private:
  AccessQuery access_query(const std::string& cursor) const { return {.provider = provider_, .limit = 1, .cursor = cursor}; }
  AccessDiffQuery diff_query(const std::string& cursor) const {
    return {.from = Timestamp{0}, .to = now_, .provider = provider_, .limit = 1, .cursor = cursor};
  }
  RosterQuery roster_query(const std::string& cursor) const { return {.provider = *provider_, .limit = 1, .cursor = cursor}; }
  TrailQuery trail_query(const std::string& cursor) const { return {.provider = provider_, .limit = 1, .cursor = cursor}; }
  FindingsQuery findings_query(const std::string& cursor) const {
    return {.now = now_, .since = Timestamp{0}, .limit = 1, .cursor = cursor};
  }
  template <typename Answer>
  static void check(const Answer& page) {
    if (page) {
      MUNIMENT_ASSERT(page->rows.size() <= 1);
    } else {
      MUNIMENT_ASSERT(!page.error().message.empty());
    }
  }

  ListLog log_;
  Story story_;
  ScratchFolder folder_;
  std::optional<Views> views_;
  std::optional<ProviderId> provider_;
  Timestamp now_;
};

// With this behind version, projection and question of a cursor that is right, and its checksum.
std::string forged(const std::string& right, std::string_view rest) {
  constexpr std::size_t question_digits = 2 * (1 + 1 + 8);
  MUNIMENT_ASSERT(right.size() > question_digits);
  std::string bytes{text_of(*from_hex(right.substr(0, question_digits)))};
  bytes += rest;
  std::uint64_t checksum = 0xcbf29ce484222325;
  for (const char c : bytes) checksum = (checksum ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  put_u32be(bytes, static_cast<std::uint32_t>(checksum));
  const std::string out = to_hex(bytes_of(bytes));
  static_cast<void>(view::cursor_position(out));
  return out;
}

}  // namespace
}  // namespace muniment

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static const Asked asked;
  static const std::string of_access = asked.access_cursor();
  static const std::string of_diff = asked.diff_cursor();
  static const std::string of_roster = asked.roster_cursor();
  static const std::string of_trail = asked.trail_cursor();
  static const std::string of_findings = asked.findings_cursor();
  if (size == 0) return 0;
  const std::string_view rest{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  static_cast<void>(view::cursor_position(rest));
  switch (bytes[0]) {
    case 'a':
      asked.access(forged(of_access, rest));
      break;
    case 'd':
      asked.diff(forged(of_diff, rest));
      break;
    case 'r':
      asked.roster(forged(of_roster, rest));
      break;
    case 't':
      asked.trail(forged(of_trail, rest));
      break;
    case 'f':
      asked.findings(forged(of_findings, rest));
      break;
    case 'A':
      asked.access(std::string{rest});
      break;
    default:
      break;
  }
  return 0;
}
