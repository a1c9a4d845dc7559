#include "aggregates/world.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "aggregates/unknown_fact.h"
#include "tests/aggregates/history.h"

namespace muniment::test {
namespace {

const ProviderId clinic = provider("110012345A");
const ProviderId hospital = provider("110067890B");
const StreamName agency = StreamName::single(schema::StreamKind::AGENCY);
const StreamName catalogue = StreamName::single(schema::StreamKind::CATALOGUE);
const StreamName terms = StreamName::single(schema::StreamKind::TERMS);
const StreamName policy = StreamName::single(schema::StreamKind::POLICY);
const StreamName refusals = StreamName::single(schema::StreamKind::REFUSALS);
const StreamName mary = StreamName::account(account_id(1));
const StreamName john = StreamName::account(account_id(2));
const StreamName import = StreamName::import(event_id(99));

Happened of_john(Fact fact, const ProviderId& at = clinic) {
  return {.fact = std::move(fact), .streams = {john, StreamName::provider(at)}, .provider = at, .username = "jdoe1"};
}

capnp::MallocMessageBuilder& delegation() {
  static capnp::MallocMessageBuilder message;
  message.getRoot<schema::Policy>().setDelegation(true);
  return message;
}

// A bit of everything. `sealed` stands for what the people's particulars are.
std::vector<Happened> some_years(std::string_view sealed = "sealed") {
  const auto at = [](const ProviderId& id) { return StreamName::provider(id); };
  std::vector<Happened> out{
      {.fact = fact::StoreCreated{1}, .streams = {agency}},
      {.fact = fact::OfficerAppointed{"rkelly"}, .streams = {agency}},
      {.fact = fact::ServiceDefined{"reports", "Reports"}, .streams = {catalogue}},
      {.fact = fact::ServiceDefined{"admin", "Admin", true, false}, .streams = {catalogue}},
      {.fact = fact::ProviderRegistered{schema::ProviderKind::PROVIDER, "O", "Clinic"}, .streams = {at(clinic)}, .provider = clinic},
      {.fact = fact::ProviderRegistered{schema::ProviderKind::BILLING_ENTITY, "O", "Hospital"},
       .streams = {at(hospital)},
       .provider = hospital},
      {.fact = fact::RelationshipStarted{hospital}, .streams = {at(clinic), at(hospital)}, .provider = clinic},
      {.fact = fact::AccountCreated{},
       .streams = {mary, at(clinic), StreamName::username(username("mhughes1"))},
       .provider = clinic,
       .username = "mhughes1",
       .sealed = sealed},
      {.fact = fact::PrimaryUserAssigned{{"admin"}, "", false}, .streams = {mary, at(clinic)}, .provider = clinic, .username = "mhughes1"},
      {.fact = fact::SubordinateCreated{{"reports"}},
       .streams = {john, at(clinic), StreamName::username(username("jdoe1"))},
       .provider = clinic,
       .username = "jdoe1",
       .sealed = sealed},
      of_john(fact::SubordinateLinked{{"claims"}}, hospital),
      of_john(fact::ServicesAssigned{{"claims", "fax"}, {"reports"}}),
      of_john(fact::PasswordReset{{5000}}),
      {.fact = fact::CredentialRedeemed{13}, .streams = {john}, .username = "jdoe1"},
      {.fact = fact::TermsPublished{"2024"}, .streams = {terms}},
      {.fact = fact::TermsAccepted{"2024"}, .streams = {john}, .username = "jdoe1"},
      {.fact = fact::PolicySet{delegation().getRoot<schema::Policy>().asReader()}, .streams = {policy}},
      {.fact = fact::PolicySet{delegation().getRoot<schema::Policy>().asReader()},
       .streams = {StreamName::policy(clinic)},
       .provider = clinic},
      {.fact = fact::CommandRefused{"c", "r", {}}, .streams = {refusals}},
      {.fact = fact::ImportStarted{1, {"admin"}}, .streams = {import}},
      {.fact = fact::ProviderImportStarted{}, .streams = {at(hospital), import}, .provider = hospital},
      {.fact = fact::ImportCompleted{20, 1}, .streams = {import}},
      {.fact = fact::PrimaryUserAssigned{{"admin", "claims"}, "mhughes1", true},
       .streams = {john, at(clinic), mary},
       .provider = clinic,
       .username = "jdoe1"},
      {.fact = fact::AccountLocked{}, .streams = {mary}, .username = "mhughes1"},
      of_john(fact::SubordinateRemoved{{"claims"}, false}, hospital)};
  return out;
}

History history_of(const std::vector<Happened>& events) {
  History out;
  for (const Happened& event : events) out.add(event);
  return out;
}

std::string digest_of(const History& history) {
  World world;
  history.replay(world);
  return to_hex(world.digest());
}

TEST(World, FoldsTheWholeLog) {
  const History history = history_of(some_years());
  World world;
  history.replay(world);
  EXPECT_EQ(world.account_count(), 2U);
  EXPECT_EQ(world.provider_count(), 2U);
  ASSERT_NE(world.claimant("jdoe1"), nullptr);
  EXPECT_EQ(*world.claimant("jdoe1"), account_id(2));
  EXPECT_EQ(world.claimant("nobody"), nullptr);
  EXPECT_EQ(world.provider(clinic).primary_user(), "jdoe1");
  EXPECT_TRUE(world.account(account_id(1)).is_unlinked());
  EXPECT_TRUE(world.agency().has_officer("rkelly"));
  EXPECT_EQ(world.terms().current(), "2024");
  EXPECT_TRUE(world.policy(policy).delegates());
  EXPECT_TRUE(world.import(event_id(99)).is_complete());
}

TEST(World, FoldsRecordsInARowAsOneByOne) {
  History history = history_of(some_years());
  for (unsigned i = 0; i < 300; ++i) {  // More than it looks ahead, of accounts old and new.
    const StreamName account = StreamName::account(account_id(static_cast<Byte>(10 + i % 70)));
    if (i < 70) history.add({.fact = fact::AccountCreated{}, .streams = {account}, .provider = clinic, .username = "u"});
    if (i >= 70) history.add({.fact = fact::AccountLocked{}, .streams = {account}, .username = "u"});
  }
  World one_by_one;
  history.replay(one_by_one);
  World in_a_row;
  in_a_row.evolve(history.records());
  EXPECT_EQ(to_hex(in_a_row.digest()), to_hex(one_by_one.digest()));
  World nothing;
  nothing.evolve(std::span<const RecordWords>{});
  EXPECT_EQ(to_hex(nothing.digest()), to_hex(World{}.digest()));
}

TEST(World, HasTheSameDigestInWhateverOrderItsStreamsAreLoaded) {
  const History history = history_of(some_years());
  const std::string expected = digest_of(history);
  std::vector<StreamName> streams = history.streams();
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::ranges::shuffle(streams, random);
    World world;
    for (const StreamName& stream : streams) history.load(world, stream);
    EXPECT_EQ(to_hex(world.digest()), expected);
  }
}

TEST(World, HasTheSameDigestAfterItForgotAndLoadedAgain) {
  const History history = history_of(some_years());
  World world;
  history.replay(world);
  world.age();
  world.age();
  EXPECT_EQ(world.account_count(), 0U);
  EXPECT_EQ(world.claimant("jdoe1"), nullptr);
  EXPECT_NE(to_hex(world.digest()), digest_of(history));
  for (const StreamName& stream : history.streams()) {
    const auto kind = stream.kind();
    if (kind == schema::StreamKind::ACCOUNT || kind == schema::StreamKind::PROVIDER || kind == schema::StreamKind::USERNAME)
      history.load(world, stream);
  }
  EXPECT_EQ(to_hex(world.digest()), digest_of(history));
}

// Control of the two above: each event that a fold looks at changes the digest.
TEST(World, HasAnotherDigestWhenAnythingElseHappened) {
  const std::vector<Happened> events = some_years();
  std::set<std::string> digests;
  for (std::size_t length = 0; length <= events.size(); ++length)
    digests.insert(digest_of(history_of({events.begin(), events.begin() + static_cast<std::ptrdiff_t>(length)})));
  const std::size_t refused_commands = 1;  // No fold looks at them.
  EXPECT_EQ(digests.size(), events.size() + 1 - refused_commands);
}

TEST(World, HasAnotherDigestForTheSameEventsAtOtherTimes) {
  std::vector<Happened> events = some_years();
  const std::string before = digest_of(history_of(events));
  events.back().at = 77;  // When a link that is no more ended: the order of history hangs on it.
  EXPECT_NE(digest_of(history_of(events)), before);
}

TEST(World, HasTheSameDigestWhateverIsSealed) {
  EXPECT_EQ(digest_of(history_of(some_years("Doe, John"))), digest_of(history_of(some_years("erased by now"))));
}

TEST(World, HasTheSameDigestWhateverNamesWereInternedBefore) {
  const History history = history_of(some_years());
  World world;
  for (const auto* name : {"zzz", "reports", "aaa", "fax"}) world.names().intern(name);
  history.replay(world);
  EXPECT_EQ(to_hex(world.digest()), digest_of(history));
}

TEST(World, HasTheSameDigestWhenItWasAskedAboutWhatIsNotThere) {
  const History history = history_of(some_years());
  World world;
  history.replay(world);
  world.account(account_id(77));
  world.provider(provider("999999999Z"));
  world.policy(StreamName::policy(hospital));
  world.import(event_id(1));
  EXPECT_EQ(to_hex(world.digest()), digest_of(history));
}

TEST(World, KeepsWhatWasAskedForSinceItAged) {
  const History history = history_of(some_years());
  World world;
  history.replay(world);
  world.age();
  EXPECT_EQ(world.young_count(), 0U);
  EXPECT_EQ(to_hex(world.digest()), digest_of(history)) << "nothing is gone yet";
  EXPECT_EQ(world.account(account_id(2)).username(), "jdoe1");
  world.age();
  EXPECT_TRUE(world.knows(john));
  EXPECT_FALSE(world.knows(mary));
  EXPECT_EQ(world.account_count(), 1U);
}

TEST(World, IsTheSameAfterItFetchedAhead) {
  const History history = history_of(some_years());
  World world;
  history.replay(world);
  world.age();
  world.fetch_ahead(std::array<std::string_view, 3>{"jdoe1", "mhughes1", "nobody1"}, std::array{clinic, provider("000000001A")});
  EXPECT_EQ(world.young_count(), 0U) << "nobody was asked for";
  EXPECT_EQ(world.find_claim("nobody1"), nullptr);
  World other;
  history.replay(other);
  EXPECT_EQ(to_hex(world.digest()), to_hex(other.digest()));
}

TEST(World, NeverMovesWhatItHolds) {
  World world;
  const Account* const account = &world.account(account_id(1));
  const Provider* const found = &world.provider(hospital);
  for (unsigned i = 2; i < 256; ++i) {
    world.account(account_id(static_cast<Byte>(i)));
    world.provider(provider(std::to_string(110'020'000 + i) + "A"));
  }
  world.age();
  EXPECT_EQ(world.find_account(account_id(1)), account);
  EXPECT_EQ(world.find_provider(hospital), found);
}

TEST(World, KnowsAStreamFromItsBeginning) {
  World world;
  for (const StreamName& stream : {john, StreamName::provider(clinic), policy, import, StreamName::review("q4"),
                                   StreamName{schema::StreamKind::USERNAME, bytes_of("jdoe1")}}) {
    EXPECT_FALSE(world.knows(stream)) << stream.describe();
    world.begin(stream);
    EXPECT_TRUE(world.knows(stream)) << stream.describe();
  }
  for (const StreamName& stream : {agency, catalogue, terms}) EXPECT_TRUE(world.knows(stream)) << stream.describe();
  EXPECT_EQ(world.claimant("jdoe1"), nullptr) << "asked for, and free";
  EXPECT_EQ(to_hex(world.digest()), to_hex(World{}.digest()));
}

TEST(World, StopsAtAFactNewerThanTheProgramInEveryKindOfStream) {
  for (const StreamName& stream :
       {mary, StreamName::provider(clinic), agency, catalogue, terms, policy, import, StreamName::review("q4")}) {
    const auto words = with_unknown_fact(stream);
    RecordReader record(words);
    World world;
    EXPECT_THROW(world.evolve(record.event()), UnknownFact) << stream.describe();
  }
}

TEST(World, StopsAtAKindOfStreamNewerThanTheProgram) {
  const auto words = with_unknown_fact(mary);
  RecordReader known(words);
  capnp::MallocMessageBuilder message;
  message.setRoot(known.event());
  auto event = message.getRoot<schema::Event>();
  event.initAccount();
  event.setAccountVersion(0);
  auto more = event.initContext().initMoreStreams(1);
  more[0].setKind(static_cast<schema::StreamKind>(99));
  World world;
  EXPECT_THROW(world.evolve(event.asReader()), BadRecord);
}

TEST(World, RefusesADamagedEvent) {
  const History history = history_of(some_years());
  RecordReader whole = history.read(10);  // jdoe1's creation.
  const auto changed = [&](const std::function<void(schema::Event::Builder)>& change) {
    auto message = std::make_unique<capnp::MallocMessageBuilder>();
    message->setRoot(whole.event());
    change(message->getRoot<schema::Event>());
    return message;
  };
  const auto no_pid_sl = changed([](schema::Event::Builder event) { event.getProvider().setLetter('a'); });
  const auto no_account = changed([](schema::Event::Builder event) { event.setAccountVersion(0); });
  const auto more_stream = [&](schema::StreamKind kind, unsigned key_size) {
    return changed([=](schema::Event::Builder event) {
      auto more = event.initContext().initMoreStreams(1);
      more[0].setKind(kind);
      more[0].initKey(key_size);
    });
  };
  const auto short_account = more_stream(schema::StreamKind::ACCOUNT, 15);
  const auto short_provider = more_stream(schema::StreamKind::PROVIDER, 4);
  const auto long_policy = more_stream(schema::StreamKind::POLICY, 65);
  for (const auto* message : {no_pid_sl.get(), no_account.get(), short_account.get(), short_provider.get(), long_policy.get()}) {
    World world;
    EXPECT_THROW(world.evolve(const_cast<capnp::MallocMessageBuilder*>(message)->getRoot<schema::Event>().asReader()), BadRecord);
  }
}

}  // namespace
}  // namespace muniment::test
