#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

class PublishTermsTest : public Ledger {};

TEST_F(PublishTermsTest, PublishesAVersion) {
  when(R"({"type":"publish_terms","actor":"officer:rkelly","terms_version":"2024-03_B.1"})");
  then(schema::Authority::OFFICER, {{.fact = fact::TermsPublished{"2024-03_B.1"}, .streams = {of(schema::StreamKind::TERMS)}}});
  EXPECT_EQ(sight().terms().current(), "2024-03_B.1");
}

TEST_F(PublishTermsTest, RecordsNothingForTheCurrentVersion) {
  given(was_published("2024-03"));
  when(was_published("2024-03"));
  then_nothing_is_recorded();
}

TEST_F(PublishTermsTest, Refuses) {
  given(was_published("2023-01"), was_published("2024-03"), was_accepted("2024-03", jdoe), was_accepted("2024-03", dlopez),
        was_accepted("2024-03", bking), was_accepted("2024-03", mhughes));
  refuses_in_order(needs_the_agency(PublishTerms{"2024-03"}));
  refuses_in_order(needs_the_agency(PublishTerms{"2023-01"}));
  refuses_in_order({{Refusal::terms_already_published, PublishTerms{"2023-01"}, by(officer)}});
}

TEST_F(PublishTermsTest, NamesWhatIsMalformed) {
  when(PublishTerms{"2023-01"}, by(officer));
  when(PublishTerms{"2024-03"}, by(officer));
  when(PublishTerms{"2023-01"}, by(officer));
  then(Refusal::terms_already_published, "terms_version");
  EXPECT_EQ(form_of(R"({"type":"publish_terms","actor":"officer:rkelly","terms_version":""})"),
            "terms_version: expected 1 to 64 letters, digits, dots, hyphens or underscores");
}

}  // namespace
}  // namespace muniment::test
