#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class AttestRosterTest : public Ledger {};

TEST_F(AttestRosterTest, RecordsWhoBelongsThereAndWhoDoesNot) {
  const std::string json = R"({"type":"attest_roster","actor":"mhughes1","provider":"110012345A","as_of":")" + std::to_string(head()) +
                           R"(","confirmed":["bking1","JDoe1"],"rejected":["dlopez1"]})";
  const Position as_of = head();
  when(json.c_str());
  then(schema::Authority::PRIMARY_USER, {{.fact = fact::RosterAttested{as_of, {"bking1", "jdoe1"}, {"dlopez1"}}, .streams = {of(mercy)}}});
}

TEST_F(AttestRosterTest, IsOfTheRosterAsItWasAtThePosition) {
  const Position before = head();
  given(was_removed(mercy, mhughes, jdoe));
  const Position after = head();
  when(AttestRoster{mercy, after, {jdoe}}, by(mhughes));
  then(Refusal::not_on_roster, "confirmed[0]");
  when(AttestRoster{mercy, before, {bking}, {jdoe}}, by(mhughes));
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(AttestRosterTest, Refuses) {
  const auto bad = [this](const ProviderId& at) { return AttestRoster{at, head() + 100, {mhughes, nobody}, {sstone}}; };
  refuses_in_order(needs_an_open_provider([&](const ProviderId& id) { return bad(id); }));
  refuses_in_order({{Refusal::actor_not_usable, bad(mercy), by(llock)},
                    {Refusal::not_authorized, bad(mercy), by(jdoe)},
                    {Refusal::not_authorized, bad(mercy), by(bking)},
                    {Refusal::not_authorized, bad(mercy), by(officer)},
                    {Refusal::not_authorized, bad(mercy), by(preed)},
                    {Refusal::position_unknown, bad(mercy), by(mhughes)},
                    {Refusal::own_review, AttestRoster{mercy, head(), {mhughes}}, by(mhughes)},
                    {Refusal::not_on_roster, AttestRoster{mercy, head(), {nobody}}, by(mhughes)},
                    {Refusal::not_on_roster, AttestRoster{mercy, head(), {bking}, {sstone}}, by(mhughes)}});
}

TEST_F(AttestRosterTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view rest) {
    return form_of(R"({"type":"attest_roster","actor":"mhughes1","provider":"110012345A",)" + std::string{rest} + "}");
  };
  EXPECT_EQ(form(R"("as_of":"0","confirmed":["jdoe1"])"), "as_of: expected the position of the roster that was looked at");
  EXPECT_EQ(form(R"("as_of":"1","confirmed":[])"), "confirmed: expected at least one username, here or in rejected");
  EXPECT_EQ(form(R"("as_of":"1","confirmed":["jdoe1"],"rejected":["JDOE1"])"), "rejected: expected nobody who is confirmed too");
}

}  // namespace
}  // namespace muniment::test
