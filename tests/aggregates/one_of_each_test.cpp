// The aggregates of which there is one, or few: the agency, the terms, policies and imports.
#include <capnp/message.h>
#include <gtest/gtest.h>

#include "aggregates/world.h"
#include "tests/aggregates/history.h"

namespace muniment::test {
namespace {

void happened(auto& aggregate, Fact fact, schema::StreamKind kind, Version version = 1) {
  History history;
  history.add({.fact = std::move(fact), .streams = {StreamName::single(kind)}});
  RecordReader record = history.read(1);
  aggregate.evolve(record.event(), version);
}

TEST(Agency, KnowsItsOfficersAndTheStoresFormat) {
  Agency agency;
  happened(agency, fact::StoreCreated{3}, schema::StreamKind::AGENCY, 1);
  happened(agency, fact::OfficerAppointed{"rkelly"}, schema::StreamKind::AGENCY, 2);
  happened(agency, fact::OfficerAppointed{"lchen"}, schema::StreamKind::AGENCY, 3);
  EXPECT_TRUE(agency.has_officer("rkelly"));
  EXPECT_EQ(agency.format(), 3U);
  happened(agency, fact::OfficerDismissed{"rkelly"}, schema::StreamKind::AGENCY, 4);
  happened(agency, fact::StoreUpgraded{3, 4}, schema::StreamKind::AGENCY, 5);
  EXPECT_FALSE(agency.has_officer("rkelly"));
  EXPECT_TRUE(agency.has_officer("lchen"));
  EXPECT_EQ(agency.format(), 4U);
  EXPECT_EQ(agency.version(), 5U);
}

TEST(Terms, KnowsTheCurrentVersionAndTheFormerOnes) {
  Terms terms;
  EXPECT_EQ(terms.current(), "");
  happened(terms, fact::TermsPublished{"2023"}, schema::StreamKind::TERMS, 1);
  happened(terms, fact::TermsPublished{"2024"}, schema::StreamKind::TERMS, 2);
  EXPECT_EQ(terms.current(), "2024");
  EXPECT_EQ(terms.published(), (std::vector<std::string>{"2023", "2024"}));
}

TEST(Policy, EqualsOnlyThePolicyThatWasSetLast) {
  capnp::MallocMessageBuilder one;
  capnp::MallocMessageBuilder other;
  const auto write = [](schema::Policy::Builder out) {
    out.setTimeZone("UTC");
    out.setWorkDays({1, 2});
    out.setWorkFrom("08:00");
    out.setWorkTo("17:00");
    auto pair = out.initIncompatible(1)[0];
    pair.setService("a");
    pair.setOther("b");
    auto threshold = out.initThresholds(1)[0];
    threshold.setName("days");
    threshold.setValue(90);
  };
  write(one.getRoot<schema::Policy>());
  Policy policy;
  EXPECT_FALSE(policy.is_set());
  EXPECT_FALSE(policy.equals(one.getRoot<schema::Policy>())) << "none is set";
  happened(policy, fact::PolicySet{one.getRoot<schema::Policy>().asReader()}, schema::StreamKind::POLICY);
  EXPECT_TRUE(policy.equals(one.getRoot<schema::Policy>()));
  EXPECT_FALSE(policy.delegates());

  using Builder = schema::Policy::Builder;
  const std::vector<std::function<void(Builder)>> changes{[](Builder out) { out.setTimeZone("CET"); },
                                                          [](Builder out) { out.setWorkDays({1, 3}); },
                                                          [](Builder out) { out.setWorkFrom("09:00"); },
                                                          [](Builder out) { out.setWorkTo("18:00"); },
                                                          [](Builder out) { out.setDelegation(true); },
                                                          [](Builder out) { out.getIncompatible()[0].setOther("c"); },
                                                          [](Builder out) { out.getThresholds()[0].setValue(91); },
                                                          [](Builder out) { out.getThresholds()[0].setName("weeks"); }};
  for (const auto& change : changes) {
    capnp::MallocMessageBuilder changed;
    write(changed.getRoot<schema::Policy>());
    EXPECT_TRUE(policy.equals(changed.getRoot<schema::Policy>()));
    change(changed.getRoot<schema::Policy>());
    EXPECT_FALSE(policy.equals(changed.getRoot<schema::Policy>()));
  }
  other.getRoot<schema::Policy>().setDelegation(true);
  happened(policy, fact::PolicySet{other.getRoot<schema::Policy>().asReader()}, schema::StreamKind::POLICY, 2);
  EXPECT_TRUE(policy.delegates());
  EXPECT_FALSE(policy.equals(one.getRoot<schema::Policy>()));
}

TEST(Import, IsCompleteOnceItSaysSo) {
  Import import;
  happened(import, fact::ImportStarted{5, {"admin", "owner"}, true}, schema::StreamKind::IMPORT, 1);
  EXPECT_EQ(import.administrator_services(), (std::vector<std::string>{"admin", "owner"}));
  EXPECT_TRUE(import.has_same_usernames());
  EXPECT_EQ(import.position(), 1U);
  happened(import, fact::ProviderImportStarted{}, schema::StreamKind::IMPORT, 2);
  EXPECT_FALSE(import.is_complete());
  happened(import, fact::ImportCompleted{1, 5}, schema::StreamKind::IMPORT, 3);
  EXPECT_TRUE(import.is_complete());
}

}  // namespace
}  // namespace muniment::test
