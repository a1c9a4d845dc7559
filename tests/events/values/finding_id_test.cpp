#include "events/values/finding_id.h"

#include <gtest/gtest.h>

#include <set>

namespace muniment {
namespace {

const ProviderId mercy = *ProviderId::parse("110012345A");

TEST(FindingId, ReadsWhatItWrote) {
  const FindingId id = FindingId::of(Rule::dormant, mercy, 1234, "jdoe1", "", "");
  EXPECT_EQ(id.text().substr(0, 24), "dormant.110012345A.1234.");
  EXPECT_EQ(FindingId::parse(id.text()), id);
}

TEST(FindingId, IsTheSameForEver) {
  EXPECT_EQ(FindingId::of(Rule::no_backup, mercy, 7, "", "", "").text(), "no_backup.110012345A.7.709e80c8");
}

TEST(FindingId, TellsApartWhatItIsAbout) {
  std::set<std::string> ids;
  for (const char* subject : {"jdoe1", "jdoe2"}) {
    for (const char* service : {"", "claims"}) {
      for (const char* apart : {"", "claims"}) ids.insert(FindingId::of(Rule::dormant, mercy, 1, subject, service, apart).text());
    }
  }
  EXPECT_EQ(ids.size(), 8U);
}

TEST(FindingId, IsNoOtherText) {
  for (const char* text : {"", "dormant", "dormant.110012345A.1234", "dormant.110012345A.1234.", "dormant.110012345A..00112233",
                           "nonsense.110012345A.1234.00112233", "dormant.110012345.1234.00112233", "dormant.110012345A.01.00112233",
                           "dormant.110012345A.1234.0112233", "dormant.110012345A.1234.0011223G", "dormant.110012345A.1234.001122334",
                           "dormant.110012345a.1234.00112233", "dormant.110012345A.99999999999999999999.00112233",
                           "dormant.110012345A.1234.00112233.", "dormant.110012345A.1234.00112233 "})
    EXPECT_EQ(FindingId::parse(text), std::nullopt) << text;
  EXPECT_TRUE(FindingId::parse("dormant.110012345A.1234.00112233")) << "the control";
}

TEST(FindingRules, AndThresholdsAreFoundByTheirNamesAlone) {
  for (std::uint8_t number = 1; number <= rule_count; ++number) EXPECT_EQ(rule_named(name_of(Rule{number})), Rule{number});
  for (std::uint8_t number = 0; number < threshold_count; ++number)
    EXPECT_EQ(threshold_named(name_of(Threshold{number})), Threshold{number});
  for (const char* none : {"", "nonsense", "dormnat_days", "Dormant"}) {
    EXPECT_EQ(rule_named(none), std::nullopt);
    EXPECT_EQ(threshold_named(none), std::nullopt);
  }
}

}  // namespace
}  // namespace muniment
