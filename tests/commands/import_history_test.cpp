#include "tests/commands/ledger.h"

namespace muniment::test {
namespace {

const Username ann = username("ann@old.example");
const Timestamp in_2020 = Timestamp::parse("2020-01-01").value();
const Timestamp in_2021 = Timestamp::parse("2021-01-01").value();

class ImportHistoryTest : public Ledger {
 protected:
  // The import that is under way at the provider.
  EventId import_at(const ProviderId& id) { return sight().provider(id).latest_import().value(); }

  Asked row(ImportRow::Kind kind, const ProviderId& at, const Username& name, std::string_view service, Timestamp when) {
    Request request;
    request.actor = {schema::PrincipalKind::OUTSIDER, "the boss"};
    return {ImportRow{kind, import_at(at), when, at, name, std::string{service}, {}, {}}, std::move(request)};
  }
  Asked grant(const ProviderId& at, const Username& name, std::string_view service, Timestamp when) {
    return row(ImportRow::Kind::grant, at, name, service, when);
  }
  Asked revoke(const ProviderId& at, const Username& name, std::string_view service, Timestamp when) {
    return row(ImportRow::Kind::revoke, at, name, service, when);
  }
  Asked abandoned(const ProviderId& id, std::string reason = "wrong_file") {
    return {AbandonImport{import_at(id), 1}, by(officer, {.reason = std::move(reason)})};
  }
  static Asked started(const ProviderId& id, bool same_usernames = false) {
    return {StartImport{{id}, {}, 1, same_usernames}, by(officer)};
  }
  Asked completed(const ProviderId& id) { return {CompleteImport{import_at(id), 1}, by(officer)}; }
};

TEST_F(ImportHistoryTest, StartsWithWhatIsSaidOfItAndOneEventForEachProvider) {
  when({StartImport{{mercy, general}, {"admin"}, 7, true}, by(officer)});
  const std::string import = "import " + import_at(mercy).hex();
  then(schema::Authority::OFFICER, {{.fact = fact::ImportStarted{7, {"admin"}, true}, .streams = {import}},
                                    {.fact = fact::ProviderImportStarted{}, .streams = {of(mercy), import}},
                                    {.fact = fact::ProviderImportStarted{}, .streams = {of(general), import}}});
}

TEST_F(ImportHistoryTest, OfRowsThatAreCommandsOfTheirOwnIsTheNodesToSay) {
  Request by_node;
  by_node.actor = Principal::node();
  when({StartImport{{}, {}, 7}, by_node});
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  when({StartImport{{mercy}, {}, 7}, by_node});
  EXPECT_NE(answer().status, Answer::Status::accepted) << "history of a provider is the agency's";
  when({StartImport{{}, {}, 7}, by("mhughes1")});
  then(Refusal::agency_only);
}

TEST_F(ImportHistoryTest, StartsWithMoreProvidersThanOneEventCouldName) {
  StartImport start{{}, {}, 1};
  for (int i = 0; i < 5000; ++i) start.providers.push_back(provider(std::to_string(200'000'000 + i) + "A"));
  when({std::move(start), by(officer)});
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  EXPECT_EQ(answer().last_position - answer().first_position, 5000u);
}

TEST_F(ImportHistoryTest, MakesTheAccountWithItsFirstGrant) {
  when(grant(importing, ann, claims, in_2020));
  then(schema::Authority::UNKNOWN,
       {{.fact = fact::SubordinateCreated{{claims}}, .streams = {of(ann), of(importing), claim_of(ann)}, .occurred_at = in_2020}});
  when(revoke(importing, ann, claims, in_2021));
  then(schema::Authority::UNKNOWN,
       {{.fact = fact::ServicesAssigned{{}, {claims}}, .streams = {of(ann), of(importing)}, .occurred_at = in_2021}});
}

TEST_F(ImportHistoryTest, KeepsTheOrderOfEachLink) {
  given(grant(importing, ann, claims, in_2021));
  when(grant(importing, ann, reports, in_2020));
  then(Refusal::history_out_of_order, "occurred_at");
  when(revoke(importing, ann, claims, in_2020));
  then(Refusal::history_out_of_order, "occurred_at");
  // Of one moment the order is that of the file.
  when(grant(importing, ann, reports, in_2021));
  then(schema::Authority::UNKNOWN,
       {{.fact = fact::ServicesAssigned{{reports}, {}}, .streams = {of(ann), of(importing)}, .occurred_at = in_2021}});
}

TEST_F(ImportHistoryTest, TakesNothingAwayThatIsNotHeld) {
  when(revoke(importing, ann, claims, in_2020));
  then(Refusal::link_unknown, "service");
  given(grant(importing, ann, claims, in_2020));
  when(revoke(importing, ann, reports, in_2021));
  then(Refusal::link_unknown, "service");
}

TEST_F(ImportHistoryTest, GetsAtNoStrangersAccountByItsName) {
  for (const auto& asked : {grant(importing, jdoe, claims, now()), revoke(importing, jdoe, claims, now())}) {
    when(asked);
    then(Refusal::username_unavailable, "username");
  }
  // Nor where the stranger has a link at the provider.
  given(was_linked(general, preed, jdoe, {claims}), started(general));
  when(revoke(general, jdoe, claims, now()));
  then(Refusal::username_unavailable, "username");
}

TEST_F(ImportHistoryTest, JoinsAStrangersAccountWhenItIsSaidToBeTheSamePersons) {
  given(started(general, true));
  const Timestamp at = now();
  when(grant(general, jdoe, claims, at));
  then(schema::Authority::UNKNOWN, {{.fact = fact::SubordinateLinked{{claims}}, .streams = {of(jdoe), of(general)}, .occurred_at = at}});
}

TEST_F(ImportHistoryTest, KnowsTheAccountsOfItsOwnProviders) {
  given(started(mercy));
  const Timestamp at = now();
  when(grant(mercy, jdoe, reports, at));
  then(schema::Authority::UNKNOWN, {{.fact = fact::ServicesAssigned{{reports}, {}}, .streams = {of(jdoe), of(mercy)}, .occurred_at = at}});
}

TEST_F(ImportHistoryTest, GivesATerminatedAccountNothingAndMayTakeAway) {
  given(started(mercy));
  const Timestamp at = now();
  when(grant(mercy, tgone, reports, at));
  then(Refusal::account_terminated, "username");
  when(revoke(mercy, tgone, claims, at));
  then(schema::Authority::UNKNOWN, {{.fact = fact::ServicesAssigned{{}, {claims}}, .streams = {of(tgone), of(mercy)}, .occurred_at = at}});
}

TEST_F(ImportHistoryTest, GivesNothingToWhoWasErased) {
  const auto was_erased = [](const Username& who) {
    Request request = by(officer, {.reason = "data_subject_request"});
    request.reference = "DSR-17";
    return Asked{EraseSubject{who, "court_order"}, request};
  };
  given(was_erased(ufree), started(mercy));
  when(grant(mercy, ufree, claims, now()));
  then(Refusal::subject_erased, "username");
}

TEST_F(ImportHistoryTest, KeepsWhatItMadeFromEverybodyUntilItCompletes) {
  given(grant(importing, ann, claims, in_2020));
  const std::vector<Asked> attempts{{LockAccount{ann}, by(officer, {.reason = "misuse"})},
                                    {UnlockAccount{ann}, by(officer, {.reason = "misuse"})},
                                    {DisableAccount{ann}, by(officer, {.reason = "dormant"})},
                                    {EnableAccount{ann}, by(officer, {.reason = "dormant"})},
                                    {TerminateAccount{ann}, by(officer, {.reason = "violation"})},
                                    {LinkSubordinate{mercy, ann, {claims}}, by(officer)},
                                    became_primary_user(general, ann),
                                    {RecordSignIn{ann, in_2021, true, {}}, by(portal)},
                                    {RecordServiceUse{mercy, ann, claims, in_2021}, by(portal)},
                                    {ReportDeparture{{}, ann, in_2021}, by(portal)},
                                    was_accepted("2024", ann)};
  for (const Asked& attempt : attempts) {
    when(attempt);
    then(Refusal::import_in_progress, "username");
  }
  when({LinkSubordinate{mercy, ann, {claims}}, by(mhughes)});
  then(Refusal::username_unavailable, "username");  // As of a name that nobody has.
  given(completed(importing), was_linked(mercy, mhughes, ann, {claims}), was_locked(ann));
}

TEST_F(ImportHistoryTest, RestsOnNothingThatAnotherMadeWhichMayBeGivenUp) {
  given(grant(importing, ann, claims, in_2020), started(general, true));
  when(grant(general, ann, reports, in_2021));
  then(Refusal::import_in_progress, "username");
  given(completed(importing), grant(general, ann, reports, in_2021));
  EXPECT_EQ(services_at(general, ann), (std::vector<std::string_view>{reports}));
}

class ArrivingLink : public ImportHistoryTest {
 protected:
  ArrivingLink() {
    given(abandoned(importing), started(importing, true));
    given(grant(importing, jdoe, claims, now()));
  }
};

TEST_F(ArrivingLink, CountsForNothingUntilTheImportCompletes) {
  given(was_removed(mercy, mhughes, jdoe));
  EXPECT_TRUE(last_unlinks());
  when({LinkSubordinate{general, jdoe, {claims}}, by(preed)});
  then(Refusal::username_unavailable);
  when({ReportDeparture{{}, bking, now()}, by(jdoe)});
  then(Refusal::actor_not_usable);
  given(completed(importing));
  EXPECT_FALSE(sight().is_unlinked(*sight().account(jdoe)));
}

// Else the link of who was erased would begin when the import completes.
TEST_F(ArrivingLink, KeepsThePersonFromBeingErased) {
  given(was_removed(mercy, mhughes, jdoe));
  Request request = by(officer, {.reason = "data_subject_request"});
  request.reference = "DSR-17";
  const EraseSubject erase{jdoe, "court_order"};
  when(erase, request);
  then(Refusal::import_in_progress, "username");
  given(abandoned(importing));
  when(erase, request);
  EXPECT_EQ(answer().status, Answer::Status::accepted);
}

TEST_F(ArrivingLink, IsToldOfNoDeparture) {
  when({ReportDeparture{{}, jdoe, in_2021}, by(portal)});
  then(schema::Authority::SUBMITTER, {{.fact = fact::DepartureReported{in_2021, {mercy}}, .streams = {of(jdoe)}},
                                      {.fact = fact::NoticeGiven{schema::Notice::DEPARTURE, {}, in_2021}, .streams = {of(mercy)}}});
}

TEST_F(ArrivingLink, IsToldOfItByTheNextReportOnceTheImportHasCompleted) {
  const Asked reported{ReportDeparture{{}, jdoe, in_2021}, by(portal)};
  given(reported, completed(importing));
  EXPECT_EQ(account(jdoe).departure_from(importing), nullptr);
  when(reported);
  then(schema::Authority::SUBMITTER, {{.fact = fact::DepartureReported{in_2021, {mercy, importing}}, .streams = {of(jdoe)}},
                                      {.fact = fact::NoticeGiven{schema::Notice::DEPARTURE, {}, in_2021}, .streams = {of(importing)}}});
  EXPECT_NE(account(jdoe).departure_from(importing), nullptr);
}

TEST_F(ArrivingLink, IsNoneThatWasThereWhenTheImportBegan) {
  given(completed(importing), was_removed(mercy, mhughes, jdoe), started(importing));
  EXPECT_FALSE(sight().is_unlinked(*sight().account(jdoe)));
}

// A history that was interrupted must not keep the agency from locking an account that was there before.
TEST_F(ImportHistoryTest, LeavesAccountsThatWereThereBeforeToTheAgency) {
  given(started(mercy), was_locked(jdoe));
  // Nor one that an earlier import brought.
  given(grant(importing, ann, claims, in_2020), completed(importing), started(importing), was_locked(ann));
}

TEST_F(ImportHistoryTest, IsAbandonedByTheAgencyWithAReason) {
  const AbandonImport abandon{import_at(importing), 3};
  refuses_in_order(needs_the_agency(abandon));
  when(abandon, by(officer));
  then(Refusal::reason_required, "reason");
  const Position started = sight().import(abandon.import).position();
  when(abandon, by(officer, {.reason = "wrong_file"}));
  then(schema::Authority::OFFICER,
       {{.fact = fact::ImportAbandoned{started, 3}, .streams = {"import " + abandon.import.hex(), of(schema::StreamKind::AGENCY)}}});
  when_asked_again();
  then_nothing_is_recorded();
}

TEST_F(ImportHistoryTest, IsNotAbandonedOnceItIsComplete) {
  given(completed(importing));
  when(abandoned(importing));
  then(Refusal::import_not_open);
  when({AbandonImport{EventId{}, 0}, by(officer, {.reason = "wrong_file"})});
  then(Refusal::import_not_open);
}

TEST_F(ImportHistoryTest, GoesOnNoMoreOnceItIsAbandoned) {
  const EventId import = import_at(importing);
  const Asked late = grant(importing, ann, claims, in_2020);
  const Asked complete = completed(importing);
  given(abandoned(importing));
  when(late);
  then(Refusal::import_not_open);
  when(complete);
  then(Refusal::import_not_open);
  EXPECT_TRUE(sight().import(import).is_abandoned());
}

TEST_F(ImportHistoryTest, LeavesNothingOfItsRowsWhenItIsAbandoned) {
  given(started(mercy));
  given(grant(mercy, ann, claims, in_2020), grant(mercy, jdoe, reports, now()));
  given(revoke(mercy, jdoe, claims, now()));
  given(abandoned(mercy));
  EXPECT_EQ(sight().account(ann), nullptr);
  EXPECT_EQ(services_at(mercy, jdoe), (std::vector<std::string_view>{claims, fax}));
  EXPECT_FALSE(sight().is_importing(sight().provider(mercy)));
  // Its provider takes commands again, and what they record stands where the next versions are.
  given(was_linked(general, preed, jdoe, {claims}), was_removed(mercy, mhughes, jdoe));
  given(was_created(mercy, mhughes, "Alan", "Nash", {claims}));
}

TEST_F(ImportHistoryTest, LeavesAProviderThatItAloneRegisteredUnregistered) {
  given(started(nowhere));
  Request node;
  node.actor = Principal::node();
  ImportRow registration{ImportRow::Kind::register_provider, import_at(nowhere), in_2020, nowhere, {}, {}, "Elsewhere", "Elsewhere"};
  given(Asked{registration, node});
  EXPECT_TRUE(sight().provider(nowhere).is_registered());
  given(abandoned(nowhere));
  EXPECT_FALSE(sight().provider(nowhere).is_registered());
  given(was_registered(nowhere));
}

TEST_F(ImportHistoryTest, BringsAgainWhatAnAbandonedOneBrought) {
  given(grant(importing, ann, claims, in_2021), abandoned(importing), started(importing));
  // Earlier than what the abandoned one said of her.
  when(grant(importing, ann, reports, in_2020));
  then(schema::Authority::UNKNOWN,
       {{.fact = fact::SubordinateCreated{{reports}}, .streams = {of(ann), of(importing), claim_of(ann)}, .occurred_at = in_2020}});
  given(completed(importing), was_locked(ann));
}

// A name that stands in evidence as somebody's is not made for somebody else; another import may say whose it is.
TEST_F(ImportHistoryTest, LeavesItsUsernamesToImportsAlone) {
  given(grant(importing, username("anash1"), claims, in_2021), grant(importing, username("anash2"), claims, in_2021), abandoned(importing));
  given(was_created(mercy, mhughes, "Alan", "Nash", {claims}));
  EXPECT_NE(sight().account(username("anash3")), nullptr);
  EXPECT_EQ(sight().account(username("anash1")), nullptr);
  given(started(importing));
  given(grant(importing, username("anash1"), claims, in_2021), completed(importing));
  EXPECT_NE(sight().account(username("anash1")), nullptr);
}

TEST_F(ImportHistoryTest, LeavesTheServicesThatItDefinedToWhoeverHasGrantedThem) {
  Request node;
  node.actor = Principal::node();
  const ImportRow definition{ImportRow::Kind::define_service, import_at(importing), in_2020, {}, {}, "team:x", {}, {}};
  given(Asked{definition, node}, was_created(mercy, mhughes, "Alan", "Nash", {"team:x"}), abandoned(importing));
  EXPECT_NE(sight().catalogue().find("team:x"), nullptr);
  when({AssignServices{mercy, username("anash1"), {"team:x", claims}}, by(mhughes)});
  EXPECT_EQ(answer().status, Answer::Status::accepted);
  given(was_retired("team:x"));
}

TEST_F(ImportHistoryTest, LeavesWhatAnEarlierImportSaidOfItsProvidersInPlace) {
  const EventId earlier = import_at(importing);
  given(grant(importing, ann, claims, in_2020), completed(importing), started(importing));
  given(grant(importing, ann, reports, in_2021));
  EXPECT_NE(import_at(importing), earlier);
  given(abandoned(importing));
  EXPECT_EQ(import_at(importing), earlier);
  EXPECT_EQ(services_at(importing, ann), (std::vector<std::string_view>{claims}));
}

}  // namespace
}  // namespace muniment::test
