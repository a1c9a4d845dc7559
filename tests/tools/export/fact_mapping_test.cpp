#include "tools/export/fact_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_events.h"

namespace muniment {
namespace {

TEST(FactMapping, HasARowForEachFactInTheOrderOfTheirNumbers) {
  std::vector<std::string_view> mapped;
  for (const FactMapping& mapping : fact_mappings()) mapped.push_back(mapping.fact);
  EXPECT_THAT(mapped, testing::ElementsAreArray(fact_names()));
}

TEST(FactMapping, TakesAFactOfANewerProgramForSomethingThatHappened) {
  const FactMapping& mapping = mapping_of(60'000);
  EXPECT_EQ(mapping.fact, "unknown");
  EXPECT_EQ(mapping.ocsf_class, OcsfClass::entity_management);
  EXPECT_EQ(mapping.ocsf_activity, 0);
}

TEST(FactMapping, NamesEachActivityThatOcsfHasNoNumberFor) {
  for (const FactMapping& mapping : fact_mappings()) {
    EXPECT_FALSE(mapping.activity_name.empty()) << mapping.fact;
    EXPECT_EQ(mapping.ocsf_class == OcsfClass::entity_management, !mapping.entity.empty()) << mapping.fact;
  }
}

TEST(FactMapping, HasADisplayForEachOfDicomsCodes) {
  for (const FactMapping& mapping : fact_mappings()) {
    EXPECT_FALSE(display_of(mapping.fhir_type).empty()) << mapping.fact;
    EXPECT_EQ(display_of(mapping.fhir_subtype).empty(), mapping.fhir_subtype == DicomCode::none) << mapping.fact;
  }
}

TEST(FactMapping, SaysWhatWasGivenAndTaken) {
  const auto records = test::sample_records();
  RecordReader assigned(records.at(18));
  const FactServices services = services_of(assigned.event().getFact());
  ASSERT_EQ(services.granted.size(), 1U);
  EXPECT_EQ(text_of(services.granted[0]), "reports");
  EXPECT_EQ(services.revoked.size(), 2U);
}

}  // namespace
}  // namespace muniment
