#include "commands/dispose_finding.h"

#include <gmock/gmock.h>

#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

constexpr const char* auditor = "auditor:kim";
const std::string no_backup = "no_backup.110012345A.7.709e80c8";
const Timestamp next_year = *Timestamp::parse("2199-01-01T00:00:00Z");

DisposeFinding accepted(const ProviderId& at = mercy) {
  return {at, FindingId::of(Rule::no_backup, at, 7, "", "", "").text(), schema::Disposition::ACCEPTED_RISK, next_year};
}

class DisposeFindingTest : public Ledger {
 protected:
  const Request because_ = by(officer, {.reason = "small_office"});
};

TEST_F(DisposeFindingTest, SaysWhatIsDoneAboutItAndUntilWhen) {
  when(
      R"({"type":"dispose_finding","actor":"officer:rkelly","finding":"no_backup.110012345A.7.709e80c8","disposition":"accepted_risk","until":"2199-01-01T00:00:00Z","reason":"small_office"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::FindingDisposed{no_backup, schema::Disposition::ACCEPTED_RISK, next_year}, .streams = {of(mercy)}}});
}

TEST_F(DisposeFindingTest, IsForAuditorsToo) {
  when(DisposeFinding{mercy, no_backup, schema::Disposition::FALSE_ALARM, {}}, by(auditor, {.reason = "seen"}));
  then(schema::Authority::AUDITOR, {{.fact = fact::FindingDisposed{no_backup, schema::Disposition::FALSE_ALARM}, .streams = {of(mercy)}}});
}

TEST_F(DisposeFindingTest, IsAllThatAuditorsMayDecide) {
  when(LinkSubordinate{mercy, sstone, {claims}}, by(auditor));
  then(Refusal::not_administrator);
  when(PublishTerms{"2030"}, by(auditor));
  then(Refusal::agency_only);
  when(AcceptTerms{jdoe, "1"}, by(auditor));
  then(Refusal::not_authorized);
}

TEST_F(DisposeFindingTest, IsSaidOnceUntilSomethingElseIs) {
  given(Asked{accepted(), because_});
  when(accepted(), because_);
  then_nothing_is_recorded();
  when(DisposeFinding{mercy, accepted().finding, schema::Disposition::REOPENED, {}}, because_);
  then(schema::Authority::OFFICER, {{.fact = fact::FindingDisposed{no_backup, schema::Disposition::REOPENED}, .streams = {of(mercy)}}});
  when(accepted(), because_);
  then(schema::Authority::OFFICER,
       {{.fact = fact::FindingDisposed{no_backup, schema::Disposition::ACCEPTED_RISK, next_year}, .streams = {of(mercy)}}});
}

// Decisions do not see whether more was done: the views say of it that it counts again.
TEST_F(DisposeFindingTest, IsSaidAgainOfWhatMoreMayHaveBeenDone) {
  const auto of_resets = [](schema::Disposition said, std::optional<Timestamp> until = {}) {
    return DisposeFinding{mercy, FindingId::of(Rule::repeated_resets, mercy, 7, "jdoe1", "", "").text(), said, until};
  };
  for (const auto said : {schema::Disposition::FIXED, schema::Disposition::FALSE_ALARM}) {
    const DisposeFinding resets = of_resets(said);
    given(Asked{resets, because_});
    when(resets, because_);
    then(schema::Authority::OFFICER, {{.fact = fact::FindingDisposed{resets.finding, said}, .streams = {of(mercy)}}});
    const DisposeFinding backup{mercy, no_backup, said, {}};
    given(Asked{backup, because_});
    when(backup, because_);
    then_nothing_is_recorded();
  }
  for (const auto& accepted_or_open :
       {of_resets(schema::Disposition::ACCEPTED_RISK, next_year), of_resets(schema::Disposition::REOPENED)}) {
    given(Asked{accepted_or_open, because_});
    when(accepted_or_open, because_);
    then_nothing_is_recorded();
  }
}

TEST_F(DisposeFindingTest, IsPossibleOfAProviderThatWasClosed) {
  when(accepted(closed), because_);
  then(schema::Authority::OFFICER,
       {{.fact = fact::FindingDisposed{accepted(closed).finding, schema::Disposition::ACCEPTED_RISK, next_year}, .streams = {of(closed)}}});
}

TEST_F(DisposeFindingTest, Refuses) {
  refuses_in_order({{Refusal::provider_unknown, accepted(nowhere), by(mhughes)},
                    {Refusal::import_in_progress, accepted(importing), by(mhughes)},
                    {Refusal::not_authorized, accepted(), by(mhughes)},
                    {Refusal::not_authorized, accepted(), by(portal)},
                    {Refusal::reason_required, accepted(), by(officer)}});
}

TEST_F(DisposeFindingTest, NamesTheFieldAtFault) {
  when(accepted(nowhere), because_);
  then(Refusal::provider_unknown, "finding");
  when(accepted(importing), because_);
  then(Refusal::import_in_progress, "finding");
  when(accepted(), by(officer));
  then(Refusal::reason_required, "reason");
  const auto form = [](const std::string& members) {
    return form_of((R"({"type":"dispose_finding","actor":"officer:rkelly")" + members + "}").c_str());
  };
  const std::string finding = R"(,"finding":"no_backup.110012345A.7.709e80c8")";
  EXPECT_EQ(form(R"(,"finding":"no_backup","disposition":"fixed")"),
            "finding: expected the id of a finding, as muniment audit findings shows it");
  EXPECT_EQ(form(finding + R"(,"disposition":"accepted_risk")"), "until: expected a moment: a risk is accepted until then");
  EXPECT_EQ(form(finding + R"(,"disposition":"fixed")"), "well-formed");
  EXPECT_THAT(form(finding + R"(,"disposition":"ignored")"), testing::StartsWith("disposition: "));
  EXPECT_THAT(form(finding + R"(,"disposition":"fixed","note":"a word")"), testing::StartsWith("note: "));
}

}  // namespace
}  // namespace muniment::test
