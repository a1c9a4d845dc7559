#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

constexpr auto held_there = schema::Difference::HELD_NOT_RECORDED;
constexpr auto recorded_here = schema::Difference::RECORDED_NOT_HELD;

class ReportReconciliationTest : public Ledger {
 protected:
  ReportReconciliation report(const ProviderId& at, std::vector<ReportReconciliation::Discrepancy> discrepancies = {}) const {
    return {at, noon_, digest_, std::move(discrepancies)};
  }
  std::vector<Recorded> recorded_as(std::vector<fact::Discrepancy> discrepancies, const ProviderId& at = mercy) const {
    return {{.fact = fact::ReconciliationReported{digest_, std::move(discrepancies)}, .streams = {of(at)}, .occurred_at = noon_}};
  }

  const Timestamp noon_ = Timestamp::parse("2024-03-01T12:00:00Z").value();
  const Bytes digest_ = Bytes(32, 0xab);
  const std::string digits_ = [] {
    std::string out;
    for (int i = 0; i < 32; ++i) out += "ab";
    return out;
  }();
};

TEST_F(ReportReconciliationTest, RecordsWhatDiffersAtTheMomentThatWasCompared) {
  const std::string json = R"({"type":"report_reconciliation","actor":"submitter:portal","provider":"110012345A",
      "as_of":"2024-03-01T12:00:00Z","roster_digest":")" +
                           digits_ + R"(","discrepancies":[
      {"username":"ghost1","service":"manage_claims","difference":"held_not_recorded"},
      {"username":"JDoe1","service":"claims_submission_and_status","difference":"recorded_not_held","grant_position":"7"}]})";
  when(json.c_str());
  then(schema::Authority::SUBMITTER, recorded_as({{"ghost1", "manage_claims", held_there}, {"jdoe1", claims, recorded_here, 7}}));
  when_repeated();
  EXPECT_TRUE(answer().is_repeat);
}

TEST_F(ReportReconciliationTest, RecordsThatBothSayTheSame) {
  when(report(mercy), by(officer));
  then(schema::Authority::OFFICER, recorded_as({}));
}

TEST_F(ReportReconciliationTest, OfAPartSaysWhichUsernamesItSpeaksOf) {
  ReportReconciliation part = report(mercy, {{username("ghost1"), claims, held_there}});
  part.after = bking;
  part.through = jdoe;
  when(part, by(portal));
  auto expected = fact::ReconciliationReported{digest_, {{"ghost1", claims, held_there}}, "bking1", "jdoe1"};
  then(schema::Authority::SUBMITTER, {{.fact = expected, .streams = {of(mercy)}, .occurred_at = noon_}});
}

// What a portal grants at a closed provider, to nobody whom the record knows, or of what no catalogue has, is what has to be found.
TEST_F(ReportReconciliationTest, LosesNothingThatShouldNotBe) {
  when(report(closed, {{nobody, telepathy, held_there}}), by(portal));
  then(schema::Authority::SUBMITTER, recorded_as({{"nobody9", telepathy, held_there}}, closed));
}

TEST_F(ReportReconciliationTest, Refuses) {
  const Position ahead = head() + 1'000;
  ReportReconciliation wrong = report(nowhere, {{nobody, telepathy, recorded_here, ahead}});
  wrong.as_of = Timestamp{now().ns + 1'000'000'000'000};
  const auto wrong_at = [&](const ProviderId& at) {
    ReportReconciliation out = wrong;
    out.provider = at;
    return out;
  };
  refuses_in_order({{Refusal::actor_unknown, wrong, by(nobody)},
                    {Refusal::actor_not_usable, wrong, by(llock)},
                    {Refusal::provider_unknown, wrong, by(mhughes)},
                    {Refusal::import_in_progress, wrong_at(importing), by(mhughes)},
                    {Refusal::not_authorized, wrong_at(mercy), by(mhughes)},
                    {Refusal::in_the_future, wrong_at(mercy), by(portal)},
                    {Refusal::username_unavailable, report(mercy, {{nobody, telepathy, recorded_here, ahead}}), by(portal)},
                    {Refusal::service_unknown, report(mercy, {{jdoe, telepathy, recorded_here, ahead}}), by(portal)},
                    {Refusal::position_unknown, report(mercy, {{jdoe, claims, recorded_here, ahead}}), by(portal)}});
  then(Refusal::position_unknown, "discrepancies[0]");
}

TEST_F(ReportReconciliationTest, RefusesWhatARecordHasNoRoomFor) {
  const std::string long_service(128, 's');
  std::vector<std::string> services;
  for (int i = 0; i < 400; ++i) services.push_back(long_service.substr(3) + std::to_string(100 + i));
  ReportReconciliation large = report(mercy);
  for (const std::string& service : services)
    large.discrepancies.push_back({username("ghost." + std::string(40, 'x')), service, held_there});
  when(large, by(portal));
  then(Refusal::record_too_large, "discrepancies");
}

TEST_F(ReportReconciliationTest, NamesWhatIsMalformed) {
  const auto form = [&](const std::string& discrepancies, const std::string& rest = "") {
    return form_of(
        R"({"type":"report_reconciliation","actor":"submitter:portal","provider":"110012345A","as_of":"2024-03-01","roster_digest":")" +
        digits_ + R"(","discrepancies":[)" + discrepancies + "]" + rest + "}");
  };
  const auto one = [](const std::string& username, const std::string& difference, const std::string& rest = "") {
    return R"({"username":")" + username + R"(","service":"a","difference":")" + difference + "\"" + rest + "}";
  };
  EXPECT_EQ(form(one("a", "held_not_recorded"), R"(,"after":"A.","through":"b")"),
            "discrepancies: expected usernames behind after, up to through");
  EXPECT_EQ(form(one("c", "held_not_recorded"), R"(,"through":"b")"), "discrepancies: expected usernames behind after, up to through");
  EXPECT_EQ(form(one("b", "held_not_recorded"), R"(,"after":"a","through":"b")"), "well-formed");
  EXPECT_EQ(form("", R"(,"after":"b","through":"b")"), "through: expected a username behind after");
  EXPECT_EQ(form("", R"(,"after":"b b")"), "after: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(one("a", "held_not_recorded") + "," + one("A", "recorded_not_held", R"(,"grant_position":"7")")),
            "discrepancies: expected each username and service once");
  EXPECT_EQ(form(one("a", "held_not_recorded", R"(,"grant_position":"7")")),
            "discrepancies[0].grant_position: expected the position of the grant, of what is recorded and not held alone");
  EXPECT_EQ(form(one("a", "recorded_not_held")),
            "discrepancies[0].grant_position: expected the position of the grant, of what is recorded and not held alone");
  EXPECT_EQ(form(one("a b", "held_not_recorded")),
            "discrepancies[0].username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form_of(R"({"type":"report_reconciliation","actor":"submitter:portal","provider":"110012345A","as_of":"2024-03-01",
                        "roster_digest":"ab","discrepancies":[]})"),
            "roster_digest: expected 64 hexadecimal digits");
  std::string many;
  for (int i = 0; i <= 400; ++i) many += (i == 0 ? "" : ",") + one("u" + std::to_string(i), "held_not_recorded");
  EXPECT_EQ(form(many), "discrepancies: expected at most 400: report the others in a part of their own");
}

}  // namespace
}  // namespace muniment::test
