#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RecordServiceUseTest : public Ledger {
 protected:
  const Timestamp early_ = Timestamp::parse("2024-03-01T08:30:00Z").value();
};

TEST_F(RecordServiceUseTest, RecordsWhatWasUsedWhereAndWhen) {
  when(R"({"type":"record_service_use","actor":"submitter:portal","provider":"110012345A","username":"jdoe1",
           "service":"claims_submission_and_status","at":"2024-03-01T08:30:00Z","note":"batch of March"})");
  then(schema::Authority::SUBMITTER, {{.fact = fact::ServiceUsed{claims},
                                       .streams = {of(jdoe), of(mercy)},
                                       .personal = Personal{{}, "batch of March", {}},
                                       .occurred_at = early_}});
}

TEST_F(RecordServiceUseTest, TakesARetiredServiceThatIsStillHeld) {
  when(RecordServiceUse{mercy, jdoe, fax, early_}, by(officer));
  then(schema::Authority::OFFICER, {{.fact = fact::ServiceUsed{fax}, .streams = {of(jdoe), of(mercy)}, .occurred_at = early_}});
}

// Reports come late, and some tell of what should not have been: both are evidence.
TEST_F(RecordServiceUseTest, LosesNoReportOfWhatIsNoMoreOrNeverWas) {
  const auto records = [&](const ProviderId& at, const Username& name, std::string_view service) {
    when(RecordServiceUse{at, name, service, early_}, by(portal));
    then(schema::Authority::SUBMITTER, {{.fact = fact::ServiceUsed{service}, .streams = {of(name), of(at)}, .occurred_at = early_}});
  };
  records(mercy, jdoe, reports);   // Never held.
  records(mercy, sstone, claims);  // Never on the roster.
  records(closed, jdoe, claims);   // The provider is closed.
  records(mercy, tgone, claims);   // The account is terminated.
  records(mercy, ufree, claims);   // Removed.
  records(mercy, llock, claims);   // Locked.
  given(was_removed(mercy, mhughes, jdoe));
  records(mercy, jdoe, claims);
}

TEST_F(RecordServiceUseTest, Refuses) {
  const Timestamp late{now().ns + 1'000'000'000'000};
  const auto of_nobody = [&](const ProviderId& id) { return RecordServiceUse{id, nobody, telepathy, late}; };
  refuses_in_order({{Refusal::actor_unknown, of_nobody(nowhere), by(nobody)},
                    {Refusal::actor_not_usable, of_nobody(nowhere), by(llock)},
                    {Refusal::provider_unknown, of_nobody(nowhere), by(jdoe)},
                    {Refusal::import_in_progress, of_nobody(importing), by(jdoe)},
                    {Refusal::not_authorized, RecordServiceUse{mercy, jdoe, claims, early_}, by(jdoe)},
                    {Refusal::not_authorized, of_nobody(mercy), by(mhughes)},
                    {Refusal::username_unavailable, of_nobody(mercy), by(portal)},
                    {Refusal::service_unknown, RecordServiceUse{mercy, jdoe, telepathy, late}, by(portal)},
                    {Refusal::in_the_future, RecordServiceUse{mercy, jdoe, claims, late}, by(portal)}});
}

TEST_F(RecordServiceUseTest, NamesTheFieldAtFault) {
  when(RecordServiceUse{mercy, jdoe, telepathy, early_}, by(portal));
  then(Refusal::service_unknown, "service");
  when(RecordServiceUse{mercy, nobody, claims, early_}, by(portal));
  then(Refusal::username_unavailable, "username");
  const auto form = [](std::string_view fields) {
    return form_of(R"({"type":"record_service_use","actor":"submitter:portal","at":"2024-03-01",)" + std::string{fields} + "}");
  };
  EXPECT_EQ(form(R"("provider":"x","username":"jdoe1","service":"a")"), "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form(R"("provider":"110012345A","username":"","service":"a")"),
            "username: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(form(R"("provider":"110012345A","username":"jdoe1","service":"a ")"),
            "service: expected a service id of 1 to 128 printable characters");
}

}  // namespace
}  // namespace muniment::test
