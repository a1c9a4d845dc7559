#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class RegisterProviderTest : public Ledger {
 protected:
  static RegisterProvider lakeside(const ProviderId& id) {
    return {id, schema::ProviderKind::BILLING_ENTITY, "Lakeside Trust", "Lakeside Billing"};
  }
};

TEST_F(RegisterProviderTest, RegistersAProviderUnderItsPidSl) {
  when(R"({"type":"register_provider","actor":"officer:rkelly","provider":"110055503 e","kind":"billing_entity",
           "organization":" Lakeside Trust ","name":"Lakeside Billing"})");
  then(schema::Authority::OFFICER,
       {{.fact = fact::ProviderRegistered{schema::ProviderKind::BILLING_ENTITY, "Lakeside Trust", "Lakeside Billing"},
         .streams = {of(nowhere)}}});
}

TEST_F(RegisterProviderTest, RecordsNothingForTheSameParticulars) {
  given(Asked{lakeside(nowhere), by(officer)});
  when(lakeside(nowhere), by(officer));
  then_nothing_is_recorded();
}

TEST_F(RegisterProviderTest, RefusesOtherParticulars) {
  given(Asked{lakeside(nowhere), by(officer)});
  RegisterProvider other = lakeside(nowhere);
  other.kind = schema::ProviderKind::PROVIDER;
  when(other, by(officer));
  then(Refusal::provider_already_registered, "provider");
  other = lakeside(nowhere);
  other.organization = "Lakeside Inc";
  when(other, by(officer));
  then(Refusal::provider_already_registered, "provider");
  other = lakeside(nowhere);
  other.name = "Lakeside";
  when(other, by(officer));
  then(Refusal::provider_already_registered, "provider");
}

TEST_F(RegisterProviderTest, Refuses) {
  refuses_in_order(needs_the_agency(lakeside(importing)));
  refuses_in_order({{Refusal::import_in_progress, lakeside(importing), by(officer)},
                    {Refusal::provider_closed, lakeside(closed), by(officer)},
                    {Refusal::provider_already_registered, lakeside(mercy), by(officer)}});
}

TEST_F(RegisterProviderTest, NamesWhatIsMalformed) {
  const auto form = [](std::string_view fields) {
    return form_of(R"({"type":"register_provider","actor":"officer:rkelly",)" + std::string{fields} + "}");
  };
  EXPECT_EQ(form(R"("provider":"11005550E","kind":"provider","organization":"A","name":"B")"),
            "provider: expected nine digits and a letter, such as 110012345A");
  EXPECT_EQ(form(R"("provider":"110055503E","kind":"provider","organization":" ","name":"B")"),
            "organization: expected 1 to 200 characters without control characters");
  EXPECT_EQ(form(R"("provider":"110055503E","kind":"provider","organization":"A","name":"B\u0007")"),
            "name: expected 1 to 200 characters without control characters");
}

}  // namespace
}  // namespace muniment::test
