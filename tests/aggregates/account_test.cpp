#include "aggregates/account.h"

#include <gtest/gtest.h>

#include "aggregates/unknown_fact.h"
#include "tests/aggregates/history.h"

namespace muniment::test {
namespace {

using Texts = std::vector<std::string_view>;

const ProviderId mercy = provider("110012345A");
const ProviderId general = provider("110067890B");

class AccountTest : public testing::Test {
 protected:
  const StreamName stream_ = StreamName::account(account_id(1));

  // What happened to jdoe1, at a provider or none.
  void happened(Fact fact, const std::optional<ProviderId>& at = {}, std::int64_t when = 0, std::string_view sealed = {}) {
    history_.add({.fact = std::move(fact), .streams = {stream_}, .provider = at, .username = "jdoe1", .sealed = sealed, .at = when});
    RecordReader record = history_.read(history_.head());
    account_.evolve(record.event(), history_.head(), names_);
  }
  void created() { happened(fact::SubordinateCreated{{"claims", "fax"}}, mercy, 100, "sealed"); }
  Texts held(const ProviderId& at) const {
    const Account::Link* link = account_.link(at);
    return link == nullptr ? Texts{"not linked"} : link->services.texts(names_);
  }

  History history_;
  ServiceNames names_;
  Account account_{account_id(1)};
};

TEST_F(AccountTest, DoesNotExistBeforeItsFirstEvent) {
  EXPECT_FALSE(account_.exists());
  EXPECT_EQ(account_.version(), 0U);
  EXPECT_TRUE(account_.is_unlinked());
  EXPECT_FALSE(account_.home().has_value());
}

TEST_F(AccountTest, BeginsWithANameAHomeAndALink) {
  created();
  EXPECT_TRUE(account_.exists());
  EXPECT_EQ(account_.username(), "jdoe1");
  EXPECT_EQ(account_.home(), mercy);
  EXPECT_EQ(held(mercy), (Texts{"claims", "fax"}));
  EXPECT_EQ(account_.profile_position(), 1U);
  EXPECT_EQ(account_.pin_event(), event_id(1));
}

TEST_F(AccountTest, BeginsWithoutALinkWhereTheAgencyCreatesIt) {
  happened(fact::AccountCreated{}, mercy, 100, "sealed");
  EXPECT_EQ(account_.home(), mercy);
  EXPECT_TRUE(account_.is_unlinked());
  EXPECT_EQ(account_.profile_position(), 1U);
}

TEST_F(AccountTest, HasNoProfileAndNoPinWhereNoneWasSealed) {
  happened(fact::SubordinateCreated{{"claims"}}, mercy);
  EXPECT_EQ(account_.profile_position(), 0U);
  EXPECT_TRUE(account_.pin_event().is_zero());
}

TEST_F(AccountTest, KeepsAnEmptiedLinkAndDropsAnEndedOne) {
  created();
  happened(fact::SubordinateLinked{{"reports"}}, general, 200);
  happened(fact::ServicesAssigned{{"billing"}, {"claims", "fax"}}, mercy, 300);
  EXPECT_EQ(held(mercy), Texts{"billing"});
  EXPECT_EQ(held(general), Texts{"reports"}) << "each link has services of its own";
  happened(fact::ServicesAssigned{{}, {"billing"}}, mercy, 400);
  EXPECT_EQ(held(mercy), Texts{});
  happened(fact::SubordinateRemoved{{}, false}, mercy, 500);
  EXPECT_EQ(held(mercy), Texts{"not linked"});
  EXPECT_FALSE(account_.is_unlinked());
  EXPECT_EQ(account_.home(), mercy) << "home is who created it";
  happened(fact::SubordinateRemoved{{"reports"}, true}, general, 600);
  EXPECT_TRUE(account_.is_unlinked());
}

TEST_F(AccountTest, KeepsItsLinksInTheOrderOfTheProviders) {
  happened(fact::SubordinateCreated{{"claims"}}, general);
  happened(fact::SubordinateLinked{{"reports"}}, mercy);
  ASSERT_EQ(account_.links().size(), 2U);
  EXPECT_EQ(account_.links()[0].provider, mercy);
  EXPECT_EQ(account_.links()[1].provider, general);
}

TEST_F(AccountTest, KnowsWhenALinkChangedLastAlsoAfterItEnded) {
  EXPECT_EQ(account_.changed_at(mercy).ns, 0);
  created();
  EXPECT_EQ(account_.changed_at(mercy).ns, 100);
  happened(fact::ServicesAssigned{{}, {"fax"}}, mercy, 250);
  EXPECT_EQ(account_.changed_at(mercy).ns, 250);
  happened(fact::SubordinateRemoved{{"claims"}, true}, mercy, 300);
  EXPECT_EQ(account_.changed_at(mercy).ns, 300);
  happened(fact::SubordinateLinked{{"claims"}}, mercy, 400);
  EXPECT_EQ(account_.changed_at(mercy).ns, 400);
  happened(fact::SubordinateRemoved{{"claims"}, true}, mercy, 500);
  EXPECT_EQ(account_.changed_at(mercy).ns, 500);
  EXPECT_EQ(account_.changed_at(general).ns, 0);
}

TEST_F(AccountTest, BecomesPrimaryUserWithEverythingThatItHoldsFromThenOn) {
  created();
  happened(fact::PrimaryUserAssigned{{"admin", "claims"}, "mhughes1", true}, mercy, 200);
  EXPECT_EQ(account_.primary_of(), std::vector<ProviderId>{mercy});
  EXPECT_TRUE(account_.is_primary_user_anywhere());
  EXPECT_EQ(held(mercy), (Texts{"admin", "claims"}));
}

TEST_F(AccountTest, LosesRoleAndLinkToTheNextPrimaryUser) {
  created();
  happened(fact::SubordinateLinked{{"reports"}}, general);
  happened(fact::PrimaryUserAssigned{{"admin"}, "", false}, mercy);
  history_.add({.fact = fact::PrimaryUserAssigned{{"admin"}, "jdoe1", false},
                .streams = {StreamName::account(account_id(2)), StreamName::provider(mercy), stream_},
                .provider = mercy,
                .username = "bking1",
                .at = 900});
  RecordReader record = history_.read(history_.head());
  account_.evolve(record.event(), history_.head(), names_);
  EXPECT_FALSE(account_.is_primary_user_anywhere());
  EXPECT_EQ(held(mercy), Texts{"not linked"});
  EXPECT_EQ(held(general), Texts{"reports"});
  EXPECT_EQ(account_.changed_at(mercy).ns, 900);
}

TEST_F(AccountTest, KnowsTheLatestResetAndWhetherItWasRedeemed) {
  created();
  EXPECT_EQ(account_.reset().position, 0U);
  happened(fact::PasswordReset{{7000}}, mercy);
  EXPECT_EQ(account_.reset().position, 2U);
  EXPECT_EQ(account_.reset().event, event_id(2));
  EXPECT_EQ(account_.reset().expires_at.ns, 7000);
  EXPECT_FALSE(account_.reset().redeemed);
  happened(fact::CredentialRedeemed{2});
  EXPECT_TRUE(account_.reset().redeemed);
  happened(fact::PasswordReset{{9000}}, mercy);
  EXPECT_EQ(account_.reset().position, 4U);
  EXPECT_FALSE(account_.reset().redeemed) << "a new reset, a new credential";
}

TEST_F(AccountTest, KnowsWhereProfileAndPinStand) {
  created();
  happened(fact::ProfileChanged{{schema::ProfileField::EMAIL}}, mercy, 200, "sealed");
  EXPECT_EQ(account_.profile_position(), 2U);
  EXPECT_EQ(account_.pin_event(), event_id(1));
  happened(fact::PinChanged{}, mercy, 300, "a note is sealed here");
  EXPECT_EQ(account_.profile_position(), 2U);
  EXPECT_EQ(account_.pin_event(), event_id(3));
}

TEST_F(AccountTest, IsLockedDisabledAndTerminatedIndependently) {
  created();
  happened(fact::AccountLocked{});
  happened(fact::AccountDisabled{});
  EXPECT_TRUE(account_.is_locked());
  EXPECT_TRUE(account_.is_disabled());
  happened(fact::AccountUnlocked{});
  EXPECT_FALSE(account_.is_locked());
  EXPECT_TRUE(account_.is_disabled());
  happened(fact::AccountEnabled{});
  EXPECT_FALSE(account_.is_disabled());
  EXPECT_FALSE(account_.is_terminated());
  happened(fact::AccountTerminated{});
  EXPECT_TRUE(account_.is_terminated());
  EXPECT_EQ(held(mercy), (Texts{"claims", "fax"})) << "what it holds stays held";
}

TEST_F(AccountTest, RemembersTheAcceptedTerms) {
  created();
  EXPECT_EQ(account_.accepted_terms(), "");
  happened(fact::TermsAccepted{"2024"});
  happened(fact::TermsAccepted{"2025"});
  EXPECT_EQ(account_.accepted_terms(), "2025");
}

TEST_F(AccountTest, IsMovedBySignalsInItsVersionAlone) {
  created();
  happened(fact::SignedIn{true});
  happened(fact::ServiceUsed{"claims"}, mercy);
  happened(fact::DepartureReported{{1}, {mercy}});
  EXPECT_EQ(account_.version(), 4U);
  EXPECT_EQ(held(mercy), (Texts{"claims", "fax"}));
  EXPECT_EQ(account_.changed_at(mercy).ns, 100);
}

TEST_F(AccountTest, KnowsItsHoldsAndThatThePersonWasErased) {
  created();
  EXPECT_FALSE(account_.is_erased());
  happened(fact::HoldPlaced{"A"});
  happened(fact::HoldPlaced{"B"});
  happened(fact::HoldLifted{"A"});
  EXPECT_EQ(account_.holds(), std::vector<std::string>{"B"});
  happened(fact::SubjectErased{});
  EXPECT_TRUE(account_.is_erased());
}

TEST_F(AccountTest, KnowsWhenALinkWasTakenAwayLast) {
  created();
  EXPECT_FALSE(account_.last_removed_at());
  happened(fact::SubordinateRemoved{{}, true}, mercy);
  EXPECT_EQ(account_.last_removed_at(), account_.changed_at(mercy));
}

TEST_F(AccountTest, KnowsTheFirstReportThatThePersonLeftAndTheEarliestTime) {
  created();
  EXPECT_TRUE(account_.departures().empty());
  happened(fact::DepartureReported{Timestamp{50}, {mercy}}, {}, 200);
  const Position first = history_.head();
  happened(fact::DepartureReported{Timestamp{60}, {mercy}}, {}, 300);
  happened(fact::DepartureReported{Timestamp{40}, {mercy}}, {}, 400);
  const Account::Departure* departure = account_.departure_from(mercy);
  ASSERT_NE(departure, nullptr);
  EXPECT_EQ(departure->left_at, Timestamp{40});
  EXPECT_EQ(departure->reported_at, Timestamp{200});
  EXPECT_EQ(departure->position, first);
  happened(fact::SubordinateRemoved{{}, true}, mercy, 500);
  EXPECT_EQ(account_.departure_from(mercy)->removed_at, Timestamp{500});
}

TEST_F(AccountTest, HasNotLeftOnceThePersonBeginsAnew) {
  created();
  happened(fact::DepartureReported{Timestamp{50}, {mercy}}, {}, 200);
  happened(fact::SubordinateRemoved{{}, true}, mercy);
  EXPECT_NE(account_.departure_from(mercy), nullptr);
  happened(fact::SubordinateLinked{{}}, mercy);
  EXPECT_EQ(account_.departure_from(mercy), nullptr);
}

TEST_F(AccountTest, HasLeftTheProvidersThatTheReportNames) {
  created();
  happened(fact::SubordinateLinked{{}}, general);
  happened(fact::DepartureReported{Timestamp{50}, {mercy}}, {}, 200);
  EXPECT_EQ(account_.departure_from(general), nullptr);
  happened(fact::DepartureReported{Timestamp{50}, {mercy, general}}, {}, 300);
  ASSERT_NE(account_.departure_from(general), nullptr);
  EXPECT_EQ(account_.departure_from(general)->reported_at, Timestamp{300});
  EXPECT_EQ(account_.departure_from(mercy)->reported_at, Timestamp{200});
}

TEST_F(AccountTest, HasLeftEachProviderUntilItBeginsThereAnew) {
  created();
  happened(fact::SubordinateLinked{{}}, general);
  happened(fact::DepartureReported{Timestamp{50}, {mercy, general}}, {}, 200);
  happened(fact::PrimaryUserAssigned{{}, {}, false}, mercy);
  EXPECT_EQ(account_.departure_from(mercy), nullptr) << "the assignment says so";
  EXPECT_NE(account_.departure_from(general), nullptr);
  happened(fact::SubordinateRemoved{{}, false}, general);
  happened(fact::SubordinateLinked{{}}, general);
  EXPECT_TRUE(account_.departures().empty());
}

TEST_F(AccountTest, KnowsSinceWhenItsLinksAreWhatTheyAre) {
  created();
  EXPECT_EQ(account_.membership_position(), 1U);
  happened(fact::SignedIn{true});
  happened(fact::ServicesAssigned{{}, {}}, mercy);
  EXPECT_EQ(account_.membership_position(), 1U);
  happened(fact::SubordinateRemoved{{}, true}, mercy);
  EXPECT_EQ(account_.membership_position(), 4U);
}

TEST_F(AccountTest, KnowsEveryFactOrSaysThatItDoesNotBelongThere) {
  int foreign = 0;
  for (const Fact& fact : every_fact()) {
    ServiceNames names;
    Account account(account_id(1));
    History history;
    history.add({.fact = fact, .streams = {stream_}, .provider = mercy, .username = "jdoe1"});
    RecordReader record = history.read(1);
    try {
      account.evolve(record.event(), 1, names);
    } catch (const BadRecord&) {
      ++foreign;
    }
  }
  EXPECT_EQ(foreign, 34);
}

TEST_F(AccountTest, StopsAtAFactNewerThanTheProgram) {
  const auto words = with_unknown_fact(stream_);
  RecordReader record(words);
  try {
    account_.evolve(record.event(), 1, names_);
    FAIL() << "it went on with a state that is a guess";
  } catch (const UnknownFact& stopped) {
    EXPECT_EQ(std::string{stopped.what()},
              "event 1 records a fact (number 60000) that this program does not know: it was written by a newer one; use that one");
  }
}

}  // namespace
}  // namespace muniment::test
