#include "commands/sign_report.h"

#include "tests/commands/review_ledger.h"

namespace muniment::test {
namespace {

constexpr std::string_view digits = "abababababababababababababababababababababababababababababababab";

// Signing what the node has sealed, and the sealing.
class SignReportTest : public ReviewLedger {
 protected:
  SignReportTest() { given(was_opened(), was_assigned(mercy, "bking1")); }

  static Request by_node() {
    Request out;
    out.actor = Principal::node();
    return out;
  }
  RecordSeal seal() const {
    RecordSeal out{.review = std::string{yearly}, .closed_position = closed_, .people = 7, .kept = 3, .revoked = 2, .asked = 1};
    out.undecided = 1;
    out.not_carried_out = 1;
    out.digest.fill(0xab);
    return out;
  }
  void was_closed_at_last() {
    given(was_closed_again());
    closed_ = head();
  }
  const SignReport sign_{std::string{yearly}, Bytes(32, 0xab)};
  Position closed_ = 0;
};

TEST_F(SignReportTest, TheNodeSealsAClosedReviewOnce) {
  when(seal(), by_node());
  then_nothing_is_recorded();
  was_closed_at_last();
  when(seal(), by_node());
  const Bytes digest(32, 0xab);
  then(schema::Authority::NODE, {{.fact = fact::ReviewSealed{yearly, closed_, 7, 3, 2, 1, 1, 1, digest}, .streams = {in_yearly}}});
  when_asked_again();
  then_nothing_is_recorded();
}

TEST_F(SignReportTest, RecordsWhoHasSignedItEachOnce) {
  was_closed_at_last();
  given(Asked{seal(), by_node()});
  const std::string json =
      std::string{R"({"type":"sign_report","actor":"officer:rkelly","review":"2026Q4","digest":")"} + std::string{digits} + R"("})";
  when(json.c_str());
  const Bytes digest(32, 0xab);
  then(schema::Authority::OFFICER, {{.fact = fact::ReportSigned{yearly, digest}, .streams = {in_yearly}}});
  when_asked_again();
  then_nothing_is_recorded();
  when(sign_, by(preed));
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::ReportSigned{yearly, digest}, .streams = {in_yearly}}});
  when(sign_, by(bking));
  then(schema::Authority::REVIEWER, {{.fact = fact::ReportSigned{yearly, digest}, .streams = {in_yearly}}});
}

TEST_F(SignReportTest, Refuses) {
  refuses_in_order({{Refusal::review_unknown, SignReport{"unknown", Bytes(32, 1)}, by(officer)},
                    {Refusal::review_unknown, sign_, by(jdoe)},
                    {Refusal::review_unknown, sign_, by(portal)},
                    {Refusal::report_unknown, sign_, by(officer)}});
  was_closed_at_last();
  refuses_in_order({{Refusal::report_unknown, sign_, by(officer)}});
  given(Asked{seal(), by_node()});
  refuses_in_order({{Refusal::report_unknown, SignReport{std::string{yearly}, Bytes(32, 1)}, by(officer)}});
}

TEST_F(SignReportTest, NamesWhatIsMalformed) {
  for (const char* digest : {"", "ab", "zz"}) {
    EXPECT_EQ(form_of(std::string{R"({"type":"sign_report","actor":"mhughes1","review":"q4","digest":")"} + digest + "\"}"),
              "digest: expected 64 hexadecimal digits");
  }
}

}  // namespace
}  // namespace muniment::test
