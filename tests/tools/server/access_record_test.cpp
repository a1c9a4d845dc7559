#include "tools/server/access_record.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <deque>

namespace muniment {
namespace {

using testing::ElementsAre;

class AccessRecordTest : public testing::Test {
 protected:
  static Token auditor(const std::string& name) {
    Token out;
    out.id = "t-" + name;
    out.role = TokenRole::AUDITOR;
    out.name = name;
    return out;
  }
  static AccessRecord::Read trail_of(std::string_view username) {
    return {.question = "/v1/audit/trail", .narrowed_by = {"user"}, .username = Username::parse(username), .head = 9};
  }

  // `auditor:kim /v1/audit/trail user jdoe1 x3`
  static std::string text_of(const Submission& submission) {
    const std::string who = submission.command.request.actor.text();
    if (const auto* read = std::get_if<RecordRead>(&submission.command.body)) {
      std::string out = who + " " + read->question;
      for (const std::string& name : read->narrowed_by) out += " " + name;
      if (read->asked_username) out += " " + read->asked_username->text();
      if (read->exported) out += fmt::format(" exported {} rows as {}", read->exported->rows, read->exported->format);
      return read->times == 1 ? out : fmt::format("{} x{}", out, read->times);
    }
    const auto& denial = std::get<RecordDenial>(submission.command.body);
    const std::string out =
        fmt::format("{} {} {} {}", who, denial.problem, denial.route, submission.origin ? submission.origin->address : std::string{});
    return denial.times == 1 ? out : fmt::format("{} x{}", out, denial.times);
  }
  std::vector<std::string> recorded() { return std::exchange(recorded_, {}); }
  void let_pass(std::int64_t seconds) { now_.ns += seconds * 1'000'000'000; }

  bool has_room_ = true;
  Timestamp now_{1'000'000'000'000};
  std::vector<std::string> recorded_;
  AccessRecord record_{[this] { return now_; },
                       [this](const Submission& submission) {
                         if (has_room_) recorded_.push_back(text_of(submission));
                         return has_room_;
                       }};
};

TEST_F(AccessRecordTest, RecordsTheFirstReadAtOnce) {
  record_.note(auditor("kim"), trail_of("jdoe1"));
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user jdoe1"));
}

TEST_F(AccessRecordTest, RecordsEachExportThatHasEndedAndCountsNoneTogether) {
  const auto end = std::make_shared<const ExportEnd>(ExportEnd{.format = "csv", .rows = 7});
  for (int i = 0; i < 2; ++i) record_.note_export(auditor("kim"), trail_of("jdoe1"), end, {});
  const std::string expected = "auditor:kim /v1/audit/trail user jdoe1 exported 7 rows as csv";
  EXPECT_THAT(recorded(), ElementsAre(expected, expected));
}

TEST_F(AccessRecordTest, OffersAnExportAgainThatThereWasNoRoomForAndOnlyThatOnce) {
  has_room_ = false;
  record_.note_export(auditor("kim"), trail_of("jdoe1"), std::make_shared<const ExportEnd>(ExportEnd{.format = "csv", .rows = 7}), {});
  record_.flush();
  EXPECT_THAT(recorded(), ElementsAre());
  has_room_ = true;
  record_.flush();
  record_.flush();
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user jdoe1 exported 7 rows as csv"));
}

TEST_F(AccessRecordTest, CountsWhatIsAlikeForAMinute) {
  for (int i = 0; i < 5; ++i) record_.note(auditor("kim"), trail_of("jdoe1"));
  recorded();
  let_pass(59);
  record_.flush();
  EXPECT_THAT(recorded(), ElementsAre());
  let_pass(1);
  record_.flush();
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user jdoe1 x4"));
  record_.note(auditor("kim"), trail_of("jdoe1"));
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user jdoe1"));
}

TEST_F(AccessRecordTest, SaysNothingTwiceOfWhatWasAskedOnce) {
  record_.note(auditor("kim"), trail_of("jdoe1"));
  recorded();
  let_pass(60);
  record_.flush();
  EXPECT_THAT(recorded(), ElementsAre());
}

TEST_F(AccessRecordTest, TellsApartWhoAskedAndWhat) {
  record_.note(auditor("kim"), trail_of("jdoe1"));
  record_.note(auditor("lee"), trail_of("jdoe1"));
  record_.note(auditor("kim"), trail_of("bking1"));
  record_.note(auditor("kim"), {.question = "/v1/events", .head = 9});
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user jdoe1", "auditor:lee /v1/audit/trail user jdoe1",
                                      "auditor:kim /v1/audit/trail user bking1", "auditor:kim /v1/events"));
}

TEST_F(AccessRecordTest, RecordsWhoWasNotLetIn) {
  const Token kim = auditor("kim");
  record_.note_denied(nullptr, "token_invalid", "GET /v1/events", "10.0.0.7");
  record_.note_denied(nullptr, "token_invalid", "GET /v1/events", "10.0.0.8");
  record_.note_denied(&kim, "role_denied", "GET /metrics", "10.0.0.9");
  EXPECT_THAT(recorded(), ElementsAre("node token_invalid GET /v1/events 10.0.0.7", "auditor:kim role_denied GET /metrics 10.0.0.9"));
  record_.note_denied(nullptr, "token_invalid", "GET /v1/services", "10.0.0.9");
  record_.flush(true);
  EXPECT_THAT(recorded(), ElementsAre("node token_invalid GET /v1/events 10.0.0.8 x2"));
}

// It needs no token to write so, and what is written stays for ever.
TEST_F(AccessRecordTest, RecordsWhoeverGoesOnWithoutBeingKnownEverMoreSeldom) {
  constexpr int minutes = 24 * 60;
  std::size_t events = 0;
  for (int minute = 0; minute < minutes; ++minute) {
    for (int i = 0; i < 70; ++i)
      record_.note_denied(nullptr, i % 2 == 0 ? "token_invalid" : "token_missing", fmt::format("GET /{}", i), "10.0.0.7");
    let_pass(60);
    record_.flush();
    events += recorded().size();
  }
  EXPECT_LE(events, 2U * (24 + 7));
  EXPECT_GE(events, 2U * 24);
}

TEST_F(AccessRecordTest, RecordsAtOnceWhoeverComesBackAfterAQuietTime) {
  for (int i = 0; i < 3; ++i) {
    record_.note_denied(nullptr, "token_invalid", "GET /v1/events", "10.0.0.7");
    EXPECT_THAT(recorded(), ElementsAre("node token_invalid GET /v1/events 10.0.0.7")) << i;
    let_pass(60);
    record_.flush();
  }
}

TEST_F(AccessRecordTest, LeavesOutWhomItConcernedWhereOnePrincipalAsksAboutTooMany) {
  for (std::size_t i = 0; i < AccessRecord::of_one_max + 50; ++i) record_.note(auditor("kim"), trail_of(fmt::format("person{}", i)));
  const auto all = recorded();
  EXPECT_EQ(all.size(), AccessRecord::of_one_max + 1);
  EXPECT_EQ(all.back(), "auditor:kim /v1/audit/trail");
  record_.flush(true);
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail x49"));
}

TEST_F(AccessRecordTest, IsBoundedWhateverComes) {
  for (std::size_t i = 0; i < AccessRecord::of_all_max + 1'000; ++i)
    record_.note_denied(nullptr, fmt::format("problem{}", i % 3), fmt::format("route{}", i), "");
  EXPECT_LE(recorded().size(), AccessRecord::of_one_max + 3);
  for (std::size_t i = 0; i < AccessRecord::of_all_max + 1'000; ++i) record_.note(auditor(fmt::format("a{}", i)), trail_of("jdoe1"));
  EXPECT_LE(recorded().size(), AccessRecord::of_all_max + 1);
}

TEST_F(AccessRecordTest, KeepsWhatCannotBeRecordedYet) {
  has_room_ = false;
  record_.note(auditor("kim"), trail_of("jdoe1"));
  record_.note(auditor("kim"), trail_of("jdoe1"));
  let_pass(120);
  record_.flush();
  EXPECT_THAT(recorded(), ElementsAre());
  has_room_ = true;
  record_.flush();
  EXPECT_THAT(recorded(), ElementsAre("auditor:kim /v1/audit/trail user jdoe1 x2"));
}

}  // namespace
}  // namespace muniment
