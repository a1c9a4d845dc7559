#include "aggregates/provider.h"

#include <gtest/gtest.h>

#include "aggregates/unknown_fact.h"
#include "tests/aggregates/history.h"

namespace muniment::test {
namespace {

const ProviderId sisters = provider("110012345A");
const ProviderId billing = provider("110067890B");
const ProviderId other_billing = provider("110067891C");

class ProviderTest : public testing::Test {
 protected:
  void happened(Fact fact, const ProviderId& at = sisters, std::string who = {}, std::vector<StreamName> also = {}) {
    std::vector<StreamName> streams{StreamName::provider(sisters)};
    streams.insert(streams.end(), also.begin(), also.end());
    history_.add({.fact = std::move(fact), .streams = streams, .provider = at, .username = std::move(who)});
    RecordReader record = history_.read(history_.head());
    provider_.evolve(record.event(), history_.head());
  }
  void registered() { happened(fact::ProviderRegistered{schema::ProviderKind::RELATIONSHIP_ENTITY, "Sisters", "Mercy"}); }

  History history_;
  Provider provider_{sisters};
};

TEST_F(ProviderTest, IsNotRegisteredBeforeItsFirstEvent) {
  EXPECT_FALSE(provider_.is_registered());
  EXPECT_FALSE(provider_.is_open());
  EXPECT_EQ(provider_.version(), 0U);
}

TEST_F(ProviderTest, KeepsItsParticulars) {
  registered();
  EXPECT_TRUE(provider_.is_open());
  EXPECT_EQ(provider_.kind(), schema::ProviderKind::RELATIONSHIP_ENTITY);
  EXPECT_EQ(provider_.organization(), "Sisters");
  EXPECT_EQ(provider_.name(), "Mercy");
}

TEST_F(ProviderTest, KnowsWhatWasSaidLastOfEachFinding) {
  registered();
  EXPECT_EQ(provider_.disposition_of("f1"), nullptr);
  happened(fact::FindingDisposed{"f1", schema::Disposition::ACCEPTED_RISK, Timestamp{9}});
  happened(fact::FindingDisposed{"f2", schema::Disposition::FALSE_ALARM});
  happened(fact::FindingDisposed{"f1", schema::Disposition::FIXED});
  EXPECT_EQ(*provider_.disposition_of("f1"), (Provider::Disposition{schema::Disposition::FIXED, std::nullopt}));
  EXPECT_EQ(*provider_.disposition_of("f2"), (Provider::Disposition{schema::Disposition::FALSE_ALARM, std::nullopt}));
}

TEST_F(ProviderTest, HasOnePrimaryUserAtATime) {
  registered();
  EXPECT_EQ(provider_.primary_user(), "");
  happened(fact::PrimaryUserAssigned{{}, "", false}, sisters, "mhughes1");
  EXPECT_EQ(provider_.primary_user(), "mhughes1");
  happened(fact::PrimaryUserAssigned{{}, "mhughes1", true}, sisters, "bking1");
  EXPECT_EQ(provider_.primary_user(), "bking1");
}

TEST_F(ProviderTest, KnowsWhoActsForItAndNotForWhomItActs) {
  registered();
  happened(fact::RelationshipStarted{billing});
  happened(fact::RelationshipStarted{other_billing});
  happened(fact::RelationshipStarted{sisters}, billing);
  EXPECT_EQ(provider_.entities(), (std::vector<ProviderId>{billing, other_billing}));
  happened(fact::RelationshipEnded{sisters}, billing);
  happened(fact::RelationshipEnded{billing});
  EXPECT_EQ(provider_.entities(), std::vector<ProviderId>{other_billing});
  EXPECT_FALSE(provider_.is_related_to(billing));
  EXPECT_TRUE(provider_.is_related_to(other_billing));
}

TEST_F(ProviderTest, EndsEverythingWhenItIsClosed) {
  registered();
  happened(fact::PrimaryUserAssigned{{}, "", false}, sisters, "mhughes1");
  happened(fact::RelationshipStarted{billing});
  happened(fact::ProviderClosed{});
  EXPECT_TRUE(provider_.is_closed());
  EXPECT_TRUE(provider_.is_registered());
  EXPECT_FALSE(provider_.is_open());
  EXPECT_EQ(provider_.primary_user(), "");
  EXPECT_TRUE(provider_.entities().empty());
}

TEST_F(ProviderTest, RemembersTheLatestImport) {
  happened(fact::ProviderImportStarted{}, sisters, {}, {StreamName::import(event_id(7))});
  happened(fact::ProviderImportStarted{}, sisters, {}, {StreamName::import(event_id(8))});
  EXPECT_EQ(provider_.latest_import(), event_id(8));
}

TEST_F(ProviderTest, HasADelegateUntilItIsDismissedOrThereIsAPrimaryUserOrItIsClosed) {
  const std::vector<std::pair<Fact, std::string>> ends{
      {fact::DelegateDismissed{}, "bking1"}, {fact::PrimaryUserAssigned{{}, "", false}, "mhughes1"}, {fact::ProviderClosed{}, ""}};
  registered();
  for (const auto& [end, who] : ends) {
    happened(fact::DelegateAppointed{Timestamp{5}}, sisters, "aold1");
    happened(fact::DelegateAppointed{Timestamp{9}}, sisters, "bking1");
    ASSERT_TRUE(provider_.delegate());
    EXPECT_EQ(provider_.delegate()->username, "bking1");
    EXPECT_EQ(provider_.delegate()->until, Timestamp{9});
    happened(end, sisters, who);
    EXPECT_FALSE(provider_.delegate());
  }
}

TEST_F(ProviderTest, KnowsEveryFactOrSaysThatItDoesNotBelongThere) {
  int foreign = 0;
  for (const Fact& fact : every_fact()) {
    Provider provider(sisters);
    History history;
    history.add({.fact = fact, .streams = {StreamName::provider(sisters)}, .provider = sisters, .username = "jdoe1"});
    RecordReader record = history.read(1);
    try {
      provider.evolve(record.event(), 1);
    } catch (const BadRecord&) {
      ++foreign;
    }
  }
  EXPECT_EQ(foreign, 37);
}

TEST_F(ProviderTest, StopsAtAFactNewerThanTheProgram) {
  const auto words = with_unknown_fact(StreamName::provider(sisters));
  RecordReader record(words);
  EXPECT_THROW(provider_.evolve(record.event(), 1), UnknownFact);
}

}  // namespace
}  // namespace muniment::test
