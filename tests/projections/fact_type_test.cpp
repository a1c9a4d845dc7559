#include "projections/fact_type.h"

#include <gtest/gtest.h>

#include "events/schema/event.capnp.h"

namespace muniment {
namespace {

TEST(FactType, HasThePublicNameOfEveryFact) {
  EXPECT_EQ(fact_name(schema::Event::Fact::STORE_CREATED), "store_created");
  EXPECT_EQ(fact_name(schema::Event::Fact::SERVICES_ASSIGNED), "services_assigned");
  EXPECT_EQ(fact_name(schema::Event::Fact::IMPORT_COMPLETED), "import_completed");
  for (const auto name : fact_names()) {
    for (const char c : name) EXPECT_TRUE((c >= 'a' && c <= 'z') || c == '_') << name;
  }
}

TEST(FactType, FindsTheNumberOfEveryName) {
  for (std::size_t i = 0; i < fact_names().size(); ++i) EXPECT_EQ(fact_number(fact_names()[i]), i);
  EXPECT_EQ(fact_number("servicesAssigned"), std::nullopt);
  EXPECT_EQ(fact_number(""), std::nullopt);
}

TEST(FactType, CallsANewerFactUnknown) {
  EXPECT_EQ(fact_name(static_cast<FactNumber>(fact_names().size())), "unknown");
  EXPECT_EQ(fact_number("unknown"), fact_unknown);
  EXPECT_EQ(fact_name(fact_unknown), "unknown");
}

}  // namespace
}  // namespace muniment
