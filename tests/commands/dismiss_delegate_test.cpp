#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class DismissDelegateTest : public Ledger {
 protected:
  DismissDelegateTest() {
    given(Asked{ReportDeparture{{}, preed, now()}, by(portal)},
          Asked{AppointDelegate{general, bking, Timestamp{now().ns + 3'600'000'000'000}}, by(officer, {.reason = "vacancy"})});
  }
};

TEST_F(DismissDelegateTest, EndsTheAuthorityAtOnce) {
  when(R"({"type":"dismiss_delegate","actor":"officer:rkelly","provider":"110067890B"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::DelegateDismissed{}, .streams = {of(bking), of(general), of(schema::StreamKind::AGENCY)}}});
  when(AssignServices{general, sstone, {reports}}, by(bking));
  then(Refusal::not_administrator);
}

TEST_F(DismissDelegateTest, Refuses) {
  refuses_in_order(needs_an_open_provider([](const ProviderId& id) { return DismissDelegate{id}; }));
  refuses_in_order(needs_the_agency(DismissDelegate{mercy}));
  refuses_in_order({{Refusal::delegate_unknown, DismissDelegate{mercy}, by(officer)}});
  let_pass(std::chrono::hours{1});
  when(DismissDelegate{general}, by(officer));
  then(Refusal::delegate_unknown, "provider");
}

}  // namespace
}  // namespace muniment::test
