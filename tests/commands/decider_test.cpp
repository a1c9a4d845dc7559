#include "decider_fixture.h"

#include <capnp/message.h>

#include <deque>

#include "events/log/recorded_abandonments.h"

namespace muniment {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

// Crashes between the vault and the log.

TEST_F(DeciderTest, RedeemsACredentialAgainAfterACrashKeptTheFirstTimeOutOfTheLog) {
  const Answer reset = accepted("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator);
  const RedeemCredential redemption{name("jdoe1"), reset.credential};
  lose(submission("redeem_credential", redemption, machine, "r1"));
  EXPECT_EQ(submit(submission("redeem_credential", redemption, machine, "r1")).status, Status::accepted);
  EXPECT_EQ(submit(submission("redeem_credential", redemption, machine, "r2")).refusal, Refusal::credential_invalid) << "it works once";
}

TEST_F(DeciderTest, KeepsTheFormerCredentialUntilTheNextResetIsInTheLog) {
  const Answer reset = accepted("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator);
  lose(submission("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator));
  EXPECT_EQ(submit("redeem_credential", RedeemCredential{name("jdoe1"), reset.credential}, machine).status, Status::accepted);
}

TEST_F(DeciderTest, LetsGoOfACredentialThatWasReplaced) {
  const Answer first = accepted("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator);
  const EventId event = account("jdoe1").reset().event;
  const auto check = [&] { return (*vault_).check_credential(account("jdoe1").id(), event, first.credential, now_); };
  EXPECT_EQ(check(), CredentialCheck::valid);
  const auto group = decide(submission("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator));
  EXPECT_EQ(check(), CredentialCheck::valid) << "the new one is not in the log yet";
  append(*group);
  decider_->settle(log_.head(0).position);
  EXPECT_EQ(check(), CredentialCheck::unknown);
}

TEST_F(DeciderTest, FindsADuplicateByWhatTheLogHoldsAfterACrashLostAChange) {
  lose(submission("update_subordinate", change_to(jon), administrator));
  EXPECT_EQ(submit("create_subordinate", creation(john), administrator).refusal, Refusal::possible_duplicate);
  EXPECT_EQ(submit("create_subordinate", creation(jon), administrator).status, Status::accepted) << "nobody became that person";
}

TEST_F(DeciderTest, FindsADuplicateOfAChangeThatIsNotInTheLogYet) {
  const auto group = decide(submission("update_subordinate", change_to(jon), administrator));
  EXPECT_EQ(decide(submission("create_subordinate", creation(jon), administrator))->answers.front().second.refusal,
            Refusal::possible_duplicate);
  EXPECT_EQ(decide(submission("create_subordinate", creation(john), administrator))->answers.front().second.status, Status::accepted);
  append(*group);
}

TEST_F(DeciderTest, DropsTheTagsOfAFormerProfileOnceTheChangeIsInTheLog) {
  const auto group = decide(submission("update_subordinate", change_to(jon), administrator));
  EXPECT_THAT(with_email(john.email), ElementsAre(account("jdoe1").id()));
  EXPECT_THAT(with_email(jon.email), ElementsAre(account("jdoe1").id()));
  append(*group);
  decider_->settle(log_.head(0).position);
  EXPECT_THAT(with_email(john.email), IsEmpty());
  EXPECT_THAT(with_email(jon.email), ElementsAre(account("jdoe1").id()));
}

TEST_F(DeciderTest, KeepsTheTagsOfAProfileThatCameBackWhileItsChangeWasUnderWay) {
  const auto away = decide(submission("update_subordinate", change_to(jon), administrator));
  const auto back = decide(submission("update_subordinate", change_to(john), administrator));
  append(*away);
  decider_->settle(log_.head(0).position);
  EXPECT_THAT(with_email(john.email), ElementsAre(account("jdoe1").id()));
  append(*back);
  decider_->settle(log_.head(0).position);
  EXPECT_THAT(with_email(john.email), ElementsAre(account("jdoe1").id()));
  EXPECT_THAT(with_email(jon.email), IsEmpty());
}

TEST_F(DeciderTest, LetsGoOfAFormerPin) {
  const EventId former = account("jdoe1").pin_event();
  const auto pin = [&](const EventId& event) { return (*vault_).pin(account("jdoe1").id(), event); };
  EXPECT_EQ(pin(former), "0123");
  accepted("update_subordinate", change_to(john, "9876"), administrator);
  EXPECT_EQ(pin(former), std::nullopt);
  EXPECT_EQ(pin(account("jdoe1").pin_event()), "9876");
}

// Command ids, which are looked up for all commands of a group before any is decided.

TEST_F(DeciderTest, FindsAnIdAgainInItsOwnGroupInFlightAndInTheLog) {
  const auto close = [this](std::string id) { return submission("close_provider", CloseProvider{general}, officer, std::move(id)); };
  std::vector<Submission> twice{close("c-1"), close("c-1"), close("c-2")};
  const auto group = std::make_shared<Group>();
  decider_->decide(twice, *group);
  decider_->close(group);
  const Answer& first = group->answers[0].second;
  EXPECT_EQ(first.status, Status::accepted);
  const auto is_repeat = [&](const Answer& answer) {
    return answer.is_repeat && answer.status == Status::accepted && answer.first_position == first.first_position;
  };
  EXPECT_TRUE(is_repeat(group->answers[1].second)) << "in its own group";
  EXPECT_FALSE(group->answers[2].second.is_repeat) << "another id";
  EXPECT_TRUE(is_repeat(decide(close("c-1"))->answers[0].second)) << "in flight";
  append(*group);
  EXPECT_TRUE(is_repeat(decide(close("c-1"))->answers[0].second)) << "in the log, and not known to be";
  decider_->settle(log_.head(0).position);
  EXPECT_TRUE(is_repeat(decide(close("c-1"))->answers[0].second)) << "in the log";
}

TEST_F(DeciderTest, TellsApartTwoActorsWithTheSameIdInOneGroup) {
  std::vector<Submission> both{submission("close_provider", CloseProvider{general}, officer, "c-1"),
                               submission("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator, "c-1")};
  const auto group = std::make_shared<Group>();
  decider_->decide(both, *group);
  for (const auto& [unused, answer] : group->answers) {
    EXPECT_EQ(answer.status, Status::accepted);
    EXPECT_FALSE(answer.is_repeat);
  }
}

// Who is nobody.

TEST_F(DeciderTest, TellsAnUnknownActorNothingAndRecordsNothingOfIt) {
  accepted("close_provider", CloseProvider{general}, officer);
  const Position before = log_.head(0).position;
  for (const Principal& ghost : {Principal::account("ghost1"), Principal::officer("ghost")}) {
    for (const ProviderId& provider : {mercy, general, unknown}) {
      const Answer answer = submit("reset_password", ResetPassword{provider, name("jdoe1")}, ghost);
      EXPECT_EQ(answer.refusal, Refusal::actor_unknown) << provider.text();
      EXPECT_EQ(answer.first_position, 0U);
    }
  }
  EXPECT_EQ(log_.head(0).position, before);
}

TEST_F(DeciderTest, TellsALockedActorNothingOfProviders) {
  Submission lock = submission("lock_account", LockAccount{name("mhughes1")}, officer);
  lock.command.request.reason = "misuse";
  EXPECT_EQ(submit(std::move(lock)).status, Status::accepted);
  for (const ProviderId& provider : {mercy, unknown}) {
    const Answer answer = submit("reset_password", ResetPassword{provider, name("jdoe1")}, administrator);
    EXPECT_EQ(answer.refusal, Refusal::actor_not_usable);
    EXPECT_GT(answer.first_position, 0U) << "the attempt of somebody known is recorded";
  }
}

TEST_F(DeciderTest, GivesAnUnknownAndAnUnavailableNameTheSameAnswer) {
  accepted("remove_subordinate", RemoveSubordinate{mercy, name("jdoe1")}, administrator);
  const Principal stranger = Principal::account("preed1");
  const Answer unlinked = submit("link_subordinate", LinkSubordinate{general, name("jdoe1"), {"view_provider_reports"}}, stranger);
  const Answer nobody = submit("link_subordinate", LinkSubordinate{general, name("nobody7"), {"view_provider_reports"}}, stranger);
  EXPECT_EQ(unlinked.refusal, Refusal::username_unavailable);
  EXPECT_EQ(nobody.refusal, unlinked.refusal);
  EXPECT_THAT(unlinked.fields, ElementsAre("username"));
  EXPECT_EQ(nobody.fields, unlinked.fields);
}

// Expected versions.

TEST_F(DeciderTest, RefusesAStaleVersionOfWhateverTheCommandIsAbout) {
  capnp::MallocMessageBuilder message;
  const schema::Policy::Reader policy = message.initRoot<schema::Policy>().asReader();
  const std::vector<std::pair<std::string_view, CommandBody>> commands{
      {"appoint_officer", AppointOfficer{name("slopez")}},
      {"dismiss_officer", DismissOfficer{name("slopez")}},
      {"define_service", DefineService{"fax", "Fax"}},
      {"retire_service", RetireService{"view_provider_reports"}},
      {"publish_terms", PublishTerms{"2024-01"}},
      {"set_policy", SetPolicy{std::nullopt, policy}},
      {"set_policy", SetPolicy{mercy, policy}},
      {"close_provider", CloseProvider{mercy}},
      {"terminate_account", TerminateAccount{name("jdoe1")}},
  };
  accepted("appoint_officer", AppointOfficer{name("slopez")}, officer);
  for (const auto& [type, body] : commands) {
    Submission stale = submission(type, body, officer);
    stale.command.request.expected_version = 999;
    stale.command.request.reason = "review";
    const Answer answer = submit(std::move(stale));
    if (type == "appoint_officer") {
      EXPECT_EQ(answer.refusal, Refusal::version_conflict) << "though there is nothing to record";
    }
    EXPECT_EQ(answer.refusal, Refusal::version_conflict) << type;
    ASSERT_TRUE(answer.actual_version) << type;
    Submission fresh = submission(type, body, officer);
    fresh.command.request.expected_version = *answer.actual_version;
    fresh.command.request.reason = "review";
    EXPECT_NE(submit(std::move(fresh)).status, Status::refused) << type;
  }
}

TEST_F(DeciderTest, RepeatsAVersionConflictWithBothVersions) {
  Submission stale = submission("close_provider", CloseProvider{mercy}, officer, "v1");
  stale.command.request.expected_version = 999;
  const Answer first = submit(stale);
  const Answer again = submit(stale);
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.expected_version, 999U);
  EXPECT_EQ(again.actual_version, first.actual_version);
  EXPECT_TRUE(first.actual_version);
}

// What a refusal records.

TEST_F(DeciderTest, RecordsNoTypedValueOfARefusedAttempt) {
  Submission attempt = submission("close_provider", CloseProvider{mercy}, administrator);
  attempt.command.request.requested_by = "front-desk";
  attempt.command.request.approved_by = "typed-approver";
  attempt.command.request.reason = "typed_reason";
  attempt.command.request.reference = "TICKET-4711";
  const Answer answer = submit(std::move(attempt));
  EXPECT_EQ(answer.refusal, Refusal::agency_only);
  std::string record;
  log_.read(0, answer.first_position, answer.first_position, [&](Position, RecordWords words) {
    record = text_of(bytes_of(words));
    return false;
  });
  EXPECT_THAT(record, testing::HasSubstr("agency_only"));
  for (const auto* typed : {"front-desk", "typed-approver", "typed_reason", "TICKET-4711"}) {
    EXPECT_THAT(record, testing::Not(testing::HasSubstr(typed)));
  }
}

// Whoever tries another person under the same id does not learn whether there is an account of that name.
TEST_F(DeciderTest, FingerprintsARefusedCommandWithoutThePersonWhetherThereIsOneOrNot) {
  for (const char* username : {"jdoe1", "ghost1"}) {
    const Submission attempt =
        submission("update_subordinate", UpdateSubordinate{general, name(username), jon, "", {}}, Principal::account("preed1"), username);
    const Answer answer = submit(attempt);
    ASSERT_EQ(answer.refusal, Refusal::not_on_roster) << username;
    EXPECT_EQ(to_hex(fingerprint_at(answer.first_position)), to_hex((*vault_).fingerprint(attempt.command.content_without_person)));
    EXPECT_TRUE(submit(attempt).is_repeat);
    Submission another_person = attempt;
    another_person.command.content.push_back(1);
    const Answer again = submit(std::move(another_person));
    EXPECT_TRUE(again.is_repeat) << username;
    EXPECT_EQ(again.refusal, Refusal::not_on_roster) << username;
    Submission other = attempt;
    other.command.content_without_person.push_back(1);
    EXPECT_EQ(submit(std::move(other)).refusal, Refusal::command_id_reused) << username;
  }
}

TEST_F(DeciderTest, FingerprintsARefusedCommandAboutNobodyWithoutThePerson) {
  const Submission attempt = submission("create_subordinate", creation(john), administrator, "d1");
  const Answer answer = submit(attempt);
  ASSERT_EQ(answer.refusal, Refusal::possible_duplicate);
  EXPECT_EQ(to_hex(fingerprint_at(answer.first_position)), to_hex((*vault_).fingerprint(attempt.command.content_without_person)));
  EXPECT_TRUE(submit(attempt).is_repeat);
  Submission other = attempt;
  other.command.content_without_person.push_back(1);
  EXPECT_EQ(submit(std::move(other)).refusal, Refusal::command_id_reused);
}

TEST_F(DeciderTest, SaysOfARepeatWithoutItsKeyWhetherThePersonWasErased) {
  Submission locking = submission("lock_account", LockAccount{name("jdoe1")}, officer, "n1");
  locking.command.request.reason = "review";
  locking.command.request.note = "she says so";
  locking.command.is_personal = true;
  ASSERT_EQ(submit(locking).status, Status::accepted);
  (*vault_).erase(account("jdoe1").id());
  EXPECT_EQ(submit(locking).refusal, Refusal::personal_data_unavailable) << "a backup of the vault may have the key";
  accepted("remove_subordinate", RemoveSubordinate{mercy, name("jdoe1")}, administrator);
  Submission erasure = submission("erase_subject", EraseSubject{name("jdoe1"), "court_order"}, officer);
  erasure.command.request.reason = "asked_for";
  erasure.command.request.reference = "DSR-1";
  ASSERT_EQ(submit(std::move(erasure)).status, Status::accepted);
  EXPECT_EQ(submit(locking).refusal, Refusal::subject_erased) << "none has";
}

TEST_F(DeciderTest, GivesACredentialOnceAndSaysSoWhenAskedAgain) {
  const Submission reset = submission("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator, "p1");
  EXPECT_FALSE(submit(reset).credential.empty());
  const Answer again = submit(reset);
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.refusal, Refusal::credential_already_issued);
  EXPECT_TRUE(again.credential.empty());
}

TEST_F(DeciderTest, RefusesADecisionThatIsLargerThanARecordAndRecordsOnlyThat) {
  std::vector<std::string> ids;
  for (int i = 0; i < 2500; ++i) {
    ids.push_back("service_number_" + std::to_string(i));
    accepted("define_service", DefineService{ids.back(), "A service"}, officer);
  }
  CreateSubordinate creation{mercy, jon, "0123", {ids.begin(), ids.end()}, false};
  const Position before = log_.head(0).position;
  const Answer answer = submit("create_subordinate", creation, administrator);
  EXPECT_EQ(answer.refusal, Refusal::record_too_large);
  EXPECT_THAT(answer.fields, ElementsAre("services"));
  EXPECT_EQ(log_.head(0).position, before + 1);
  creation.services.resize(20);
  EXPECT_EQ(accepted("create_subordinate", creation, administrator).username, "jdow1") << "nothing of the first attempt was kept";
}

TEST_F(DeciderTest, TakesTheLargestRecordThatFitsAndRefusesOneByteMoreByTheFieldThatIsTooLong) {
  std::deque<std::string> ids;  // Commands borrow them.
  const auto defined = [&](std::string id) {
    ids.push_back(std::move(id));
    accepted("define_service", DefineService{ids.back(), "A service"}, officer);
    return std::string_view{ids.back()};
  };
  AssignServices assign{mercy, name("jdoe1"), {}};
  for (int i = 0; i < 479; ++i) assign.services.push_back(defined(std::to_string(i) + std::string(124 - std::to_string(i).size(), 's')));
  assign.services.push_back({});
  Answer one_byte_more;
  Answer answer{.status = Status::refused};
  for (std::size_t size = 128; answer.status != Status::accepted && size > 0; --size) {
    one_byte_more = std::move(answer);
    assign.services.back() = defined(std::string(size, 'l'));
    answer = submit("assign_services", assign, administrator);
  }
  ASSERT_EQ(answer.status, Status::accepted);
  EXPECT_EQ(one_byte_more.refusal, Refusal::record_too_large);
  EXPECT_THAT(one_byte_more.fields, ElementsAre("services"));
  log_.read(0, answer.first_position, answer.first_position, [](Position, RecordWords record) {
    EXPECT_EQ(record.size_bytes(), record_bytes_max);
    return false;
  });
}

TEST_F(DeciderTest, RemovesAPersonWhoHoldsMoreThanOneEventHasRoomForInSeveral) {
  std::deque<std::string> ids;
  AssignServices assign{mercy, name("jdoe1"), {}};
  for (int i = 0; i < 600; ++i) {
    ids.push_back(std::to_string(i) + std::string(124 - std::to_string(i).size(), 's'));
    accepted("define_service", DefineService{ids.back(), "A service"}, officer);
    assign.services.push_back(ids.back());
    if (i == 300 || i == 599) accepted("assign_services", assign, administrator);
  }
  const Answer answer = accepted("remove_subordinate", RemoveSubordinate{mercy, name("jdoe1")}, administrator);
  EXPECT_EQ(answer.last_position, answer.first_position + 2);
  std::size_t taken_away = 0;
  log_.read(0, answer.first_position, answer.last_position, [&](Position position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    EXPECT_EQ(fact.isSubordinateRemoved(), position == answer.last_position);
    taken_away +=
        fact.isSubordinateRemoved() ? fact.getSubordinateRemoved().getEnded().size() : fact.getServicesAssigned().getRevoked().size();
    return true;
  });
  EXPECT_EQ(taken_away, 600u);
  EXPECT_EQ(submit("remove_subordinate", RemoveSubordinate{mercy, name("jdoe1")}, administrator).refusal, Refusal::not_on_roster);
}

FactFormats with_officers_since(std::uint32_t format) {
  FactFormats formats = fact_formats;
  formats[Fact{fact::OfficerAppointed{}}.index()] = format;
  return formats;
}

TEST_F(DeciderTest, RefusesAFactOfALaterFormatThanTheStoresUntilThatIsUpgraded) {
  const FactFormats later = with_officers_since(2);
  decider_ = std::make_unique<Decider>(log_, *vault_, [this] { return now_; }, 0, later);
  const Position before = log_.head(0).position;
  EXPECT_EQ(submit(submission("appoint_officer", AppointOfficer{name("tmoore")}, officer, "a")).refusal, Refusal::upgrade_required);
  EXPECT_FALSE(decider_->sight().agency().has_officer("tmoore"));
  log_.read(0, before + 1, log_.head(0).position, [&](Position position, RecordWords words) {
    RecordReader record(words);
    EXPECT_EQ(position, before + 1);
    EXPECT_EQ(text_of(record.event().getFact().getCommandRefused().getRefusal()), "upgrade_required");
    return true;
  });
  accepted("publish_terms", PublishTerms{"2026-1"}, officer);  // Of the store's format.
  accepted("upgrade_store", UpgradeStore{2}, Principal::node());
  EXPECT_EQ(submit(submission("appoint_officer", AppointOfficer{name("tmoore")}, officer, "a")).refusal, Refusal::upgrade_required)
      << "it is on record";
  accepted("appoint_officer", AppointOfficer{name("tmoore")}, officer);
}

TEST_F(DeciderTest, MakesAStoreOfALaterFormatWithFactsOfThat) {
  const FactFormats later = with_officers_since(2);
  const auto status_with_format = [&](std::uint32_t format) {
    MemoryLog log;
    Decider decider(log, *vault_, [this] { return now_; }, 0, later);
    Submission making = submission("initialize_store", InitializeStore{format, "rkelly"}, Principal::node());
    Group group;
    decider.decide(making, group);
    return group.answers.front().second.status;
  };
  EXPECT_EQ(status_with_format(2), Status::accepted);
  EXPECT_EQ(status_with_format(1), Status::refused);
}

TEST_F(DeciderTest, NamesThePartOfAPolicyThatIsTooLong) {
  capnp::MallocMessageBuilder message;
  auto policy = message.initRoot<schema::Policy>();
  auto delegates = policy.initDelegates(3);
  for (unsigned i = 0; i < 3; ++i) delegates.set(i, "submitter:a");
  auto thresholds = policy.initThresholds(1);
  thresholds[0].setName(std::string(66'000, 't').c_str());
  const Answer answer = submit("set_policy", SetPolicy{std::nullopt, policy.asReader()}, officer);
  EXPECT_EQ(answer.refusal, Refusal::record_too_large);
  EXPECT_THAT(answer.fields, ElementsAre("thresholds"));
}

// Usernames.

TEST_F(DeciderTest, OffersTheNameOfARefusedAttemptAgain) {
  Submission stale = submission("create_subordinate", creation(person("Ann", "Zoe", "ann@clinic.example")), administrator);
  stale.command.request.expected_version = 999;
  EXPECT_EQ(submit(std::move(stale)).refusal, Refusal::version_conflict);
  EXPECT_EQ(accepted("create_subordinate", creation(person("Ann", "Zoe", "ann@clinic.example")), administrator).username, "azoe1");
  EXPECT_EQ(accepted("create_subordinate", creation(person("Al", "Zoe", "al@clinic.example")), administrator).username, "azoe2");
}

TEST_F(DeciderTest, MakesNamesWithoutLettersOfThePersonWhereTheAgencyWantsThem) {
  test::TemporaryVault vault;
  MemoryLog log;
  Decider decider(log, *vault, [this] { return now_; });
  const auto ask = [&](std::string_view type, CommandBody body, Principal actor) {
    const auto group = std::make_shared<Group>();
    Submission one = submission(type, std::move(body), std::move(actor));
    decider.decide(one, *group);
    decider.close(group);
    return group->answers.front().second;
  };
  ask("initialize_store", InitializeStore{1, "rkelly", true}, Principal::node());
  ask("register_provider", RegisterProvider{mercy, schema::ProviderKind::PROVIDER, "Clinic", "Clinic"}, officer);
  EXPECT_EQ(ask("assign_primary_user", AssignPrimaryUser{mercy, {}, jon, "1111", {}}, officer).username, "user1");
  EXPECT_EQ(ask("create_subordinate", creation(john), Principal::account("user1")).username, "user2");
}

// Look-ups before the decision.

TEST_F(DeciderTest, KnowsACommandThatWasRecordedAfterItWasLookedUp) {
  Submission late = submission("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator, "r1");
  look_up_commands(log_, 0, {&late, 1});
  const Answer first = submit(late);
  EXPECT_EQ(first.status, Status::accepted);
  const Answer again = submit(late);
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.first_position, first.first_position);
}

TEST_F(DeciderTest, LooksACommandUpAgainWhereTheFirstTimeWasTooLongAgo) {
  Submission late = submission("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator, "r1");
  look_up_commands(log_, 0, {&late, 1});
  EXPECT_EQ(submit(late).status, Status::accepted);
  for (int i = 0; i < 3; ++i) accepted("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator);
  EXPECT_TRUE(submit(late).is_repeat);
}

TEST_F(DeciderTest, BelievesALookUpThatIsTrueOfAllThatItHasForgotten) {
  Submission repeated = submission("reset_password", ResetPassword{mercy, name("jdoe1")}, administrator, "r1");
  const Answer first = submit(repeated);
  look_up_commands(log_, 0, {&repeated, 1});
  EXPECT_EQ(repeated.lookup->recorded, first.first_position);
  EXPECT_TRUE(submit(repeated).is_repeat);
}

// Seals.

TEST_F(DeciderTest, SeesAProfileThatIsNotSealedYet) {
  const auto first = decide(submission("update_subordinate", change_to(jon), administrator));
  ASSERT_EQ(first->answers.front().second.status, Status::accepted);
  const auto again = decide(submission("update_subordinate", change_to(jon), administrator));
  EXPECT_EQ(again->answers.front().second.status, Status::unchanged);
}

TEST_F(DeciderTest, SealsWhatIsPersonalIntoTheRecordsOfAGroup) {
  const auto group = decide(submission("create_subordinate", creation(jon), administrator));
  const auto opened = [&] {
    RecordReader record(group->records.front());
    const auto id = account_id_of(record.event());
    return Sealer().open((*vault_).account_key(id).value(), id, event_id_of(record.event()), bytes_of(record.event().getSealed()));
  };
  EXPECT_FALSE(opened()) << "there is room for it";
  group->seal(sealer_);
  ASSERT_TRUE(opened());
  EXPECT_EQ(Personal::from_bytes(*opened()).profile.email, jon.email);
}

// Memory.

TEST_F(DeciderTest, ForgetsWhatWasNotLookedAtAlsoWhileAGroupIsInFlight) {
  constexpr std::size_t most = 20;
  std::shared_ptr<Group> in_flight;
  for (int i = 0; i < 200; ++i) {
    auto next = decide(submission(
        "create_subordinate",
        creation(person("A", "B" + std::string(1, static_cast<char>('a' + i % 26)), std::to_string(i) + "@x.example")), administrator));
    if (in_flight) append(*in_flight);
    decider_->settle(log_.head(0).position);
    in_flight = std::move(next);
    decider_->forget_beyond(most);
    EXPECT_LE(decider_->world().account_count(), 2 * most);
  }
  append(*in_flight);
  decider_->settle(log_.head(0).position);
  EXPECT_EQ(submit("create_subordinate", creation(john), administrator).refusal, Refusal::possible_duplicate) << "loaded again";
}

// Abandoned imports.

// What is decided before and after stands in no log yet when it is looked at again.
TEST_F(DeciderTest, PassesOverAnAbandonedImportWhileEverythingIsInFlight) {
  accepted("start_import", StartImport{{general}, {}, 1, true}, officer);
  const EventId import = decider_->sight().provider(general).latest_import().value();
  std::vector<std::shared_ptr<Group>> in_flight;
  const auto decided = [&](std::string_view type, CommandBody body, Principal actor, std::string reason = {}) {
    Submission asked = submission(type, std::move(body), std::move(actor));
    asked.command.request.reason = std::move(reason);
    in_flight.push_back(decide(std::move(asked)));
    const Answer& answer = in_flight.back()->answers.front().second;
    EXPECT_EQ(answer.status, Status::accepted) << type << ": " << (answer.refusal ? name_of(*answer.refusal) : "");
  };
  const auto row = [&](std::string_view username) {
    return ImportRow{ImportRow::Kind::grant, import, now_, general, name(username), "view_provider_reports", {}, {}};
  };
  decided("lock_account", LockAccount{name("jdoe1")}, officer, "misuse");
  decided("import_row", row("jdoe1"), {schema::PrincipalKind::OUTSIDER, "boss"});
  decided("import_row", row("ann"), {schema::PrincipalKind::OUTSIDER, "boss"});
  decided("abandon_import", AbandonImport{import, 2}, officer, "wrong_file");
  EXPECT_TRUE(account("jdoe1").is_locked());
  EXPECT_EQ(account("jdoe1").link(general), nullptr);
  EXPECT_EQ(decider_->sight().account("ann"), nullptr);
  decided("unlock_account", UnlockAccount{name("jdoe1")}, officer, "mended");
  decided("link_subordinate", LinkSubordinate{general, name("jdoe1"), {"view_provider_reports"}}, Principal::account("preed1"));
  decided("start_import", StartImport{{mercy}, {}, 1}, officer);
  const EventId next = decider_->sight().provider(mercy).latest_import().value();
  ImportRow again = row("ann");
  again.import = next;
  again.provider = mercy;
  decided("import_row", again, {schema::PrincipalKind::OUTSIDER, "boss"});
  for (const auto& group : in_flight) append(*group);
  decider_->settle(log_.head(0).position);

  World replayed;
  replayed.pass_over(recorded_abandonments(log_, 0, log_.head(0).position));
  log_.read(0, 1, log_.head(0).position, [&](Position, RecordWords words) {
    RecordReader record(words);
    replayed.evolve(record.event());
    for (const StreamVersion& entry : streams_of(record.event())) decider_->sight().version_of(entry.stream);
    return true;
  });
  EXPECT_EQ(to_hex(replayed.digest()), to_hex(decider_->world().digest()));
}

// What a review covers is asked of the person's stream, of which the last part may not be in the log yet.
TEST_F(DeciderTest, KnowsWhomAReviewCoversBeforeAnyOfItIsInTheLog) {
  const auto about = [](std::string_view who) { return DecideReview{"q4", {{mercy, name(who), schema::ReviewDecision::KEEP}}}; };
  const auto group = std::make_shared<Group>();
  const auto status_of = [&](std::string_view type, CommandBody body, const Principal& actor) {
    Submission one = submission(type, std::move(body), actor);
    one.command.request.reason = "yearly";
    decider_->decide(one, *group);
    const Answer& answer = group->answers.back().second;
    return answer.refusal ? name_of(*answer.refusal) : std::string_view{"accepted"};
  };
  EXPECT_EQ(status_of("create_subordinate", creation(jon), administrator), "accepted");
  EXPECT_EQ(status_of("open_review", OpenReview{"q4", {mercy}, Timestamp{now_.ns + 86'400'000'000'000}}, officer), "accepted");
  EXPECT_EQ(status_of("assign_reviewer", AssignReviewer{"q4", mercy, "mhughes1"}, officer), "accepted");
  EXPECT_EQ(status_of("create_subordinate", creation(person("Late", "Comer", "late@clinic.example")), administrator), "accepted");
  EXPECT_EQ(status_of("remove_subordinate", RemoveSubordinate{mercy, name("jdow1")}, administrator), "accepted");
  EXPECT_EQ(status_of("decide_review", about("jdow1"), administrator), "accepted") << "who was there, and is gone";
  EXPECT_EQ(status_of("decide_review", about("jdoe1"), administrator), "accepted") << "who stands in the log";
  EXPECT_EQ(status_of("decide_review", about("lcomer1"), administrator), "not_in_review") << "who came later";
  decider_->close(group);
  append(*group);
  decider_->settle(log_.head(0).position);
  Submission late = submission("decide_review", about("lcomer1"), administrator);
  late.command.request.reason = "yearly";
  EXPECT_EQ(submit(std::move(late)).refusal, Refusal::not_in_review);
}

}  // namespace
}  // namespace muniment
