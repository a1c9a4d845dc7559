#include "commands/sequencer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>

#include "gate_log.h"
#include "temporary_vault.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;
using Status = Answer::Status;
using namespace std::chrono_literals;
using test::TemporaryVault;

const ProviderId mercy = ProviderId::parse("110012345A").value();

Submission submission(std::string id, std::string_view type, CommandBody body, Principal actor = Principal::officer("rkelly")) {
  Submission out{.command = {.body = std::move(body), .type = type}};
  out.command.request.command_id = std::move(id);
  out.command.request.actor = std::move(actor);
  const std::string content = std::string{type} + out.command.request.command_id;
  out.command.content.assign(content.begin(), content.end());
  return out;
}

Submission registration(std::string id, const ProviderId& provider = mercy) {
  Submission out =
      submission(std::move(id), "register_provider", RegisterProvider{provider, schema::ProviderKind::PROVIDER, "Mercy", "Mercy"});
  const std::string content = provider.text();
  out.command.content.assign(content.begin(), content.end());
  return out;
}

class SequencerTest : public testing::Test {
 protected:
  SequencerTest() { EXPECT_EQ(sequencer_.ask(initialization()).status, Status::accepted); }

  static Submission initialization() { return submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()); }

  std::future<Answer> begin(Submission submission) {
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    submission.answer = [promise](const Answer& answer) { promise->set_value(answer); };
    sequencer_.submit(std::move(submission));
    return future;
  }
  static bool is_waiting(const std::future<Answer>& answer) { return answer.wait_for(30ms) == std::future_status::timeout; }

  TemporaryVault vault_;
  test::GateLog log_;
  Sequencer sequencer_{log_, *vault_, system_now};
};

TEST_F(SequencerTest, AnswersAnAcceptedCommandOnlyOnceItIsDurable) {
  log_.close_gate();
  auto answer = begin(registration("c1"));
  log_.wait_until_an_append_waits();
  EXPECT_TRUE(is_waiting(answer));
  log_.open_gate();
  const Answer given = answer.get();
  EXPECT_EQ(given.status, Status::accepted);
  EXPECT_EQ(log_.head(0).position, given.last_position);
}

// Submits so many registrations at once and says how often each was answered, and how.
struct Batch {
  std::vector<int> answers;
  std::vector<Status> outcomes;

  Batch(Sequencer& sequencer, std::size_t size) : answers(size), outcomes(size) {
    std::vector<Submission> submissions;
    for (std::size_t i = 0; i < size; ++i) {
      submissions.push_back(
          registration(fmt::format("b{}", i), ProviderId::from(static_cast<std::uint32_t>(110'000'000 + i), 'A').value()));
      submissions.back().answer = [this, i](const Answer& answer) {
        ++answers[i];
        outcomes[i] = answer.status;
      };
    }
    sequencer.submit(std::move(submissions));
    sequencer.stop();
  }
};

TEST(SequencerOfBatches, AnswersEachOnceHoweverManyGroupsABatchFills) {
  TemporaryVault vault;
  test::GateLog log;
  Sequencer sequencer{log, *vault, system_now, {.group_max = 8}};
  sequencer.ask(submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()));
  const Batch batch(sequencer, 29);
  EXPECT_EQ(batch.answers, std::vector<int>(29, 1));
  EXPECT_EQ(batch.outcomes, std::vector<Status>(29, Status::accepted));
}

TEST(SequencerOfBatches, AnswersEachOnceWhenADecisionFailsInTheMiddle) {
  TemporaryVault vault;
  test::GateLog log;
  int left = 1'000;
  const auto clock = [&left] {
    if (--left == 0) throw std::runtime_error("the clock stands still");
    return system_now();
  };
  Sequencer sequencer{log, *vault, clock, {.group_max = 8}};
  sequencer.ask(submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()));
  left = 13;  // In the second group.
  const Batch batch(sequencer, 29);
  EXPECT_EQ(batch.answers, std::vector<int>(29, 1));
  for (std::size_t i = 8; i < 29; ++i) EXPECT_EQ(batch.outcomes[i], Status::failed) << i;
  EXPECT_EQ(sequencer.failure(), "the clock stands still");
  EXPECT_EQ(sequencer.failed_in(), Sequencer::FailedIn::elsewhere);
}

// One sync serves all that was decided while the one before was under way.
TEST(SequencerOfGroups, WritesAllThatWaitAtOnce) {
  TemporaryVault vault;
  test::GateLog log;
  std::atomic<int> decided = 0;
  const auto clock = [&decided] {
    ++decided;
    return system_now();
  };
  Sequencer sequencer{log, *vault, clock};
  sequencer.ask(submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()));
  const int appends_before = log.appends();
  log.close_gate();
  std::atomic<int> answered = 0;
  const auto registrations = [&answered](int from, int count) {
    std::vector<Submission> out;
    for (int i = from; i < from + count; ++i) {
      out.push_back(registration(fmt::format("c{}", i), ProviderId::from(static_cast<std::uint32_t>(110'000'000 + i), 'A').value()));
      out.back().answer = [&answered](const Answer& answer) { answered += answer.status == Status::accepted ? 1 : 0; };
    }
    return out;
  };
  sequencer.submit(registrations(0, 100));  // More than is written where it is decided.
  log.wait_until_an_append_waits();
  for (int i = 100; i < 103; ++i) {
    const int before = decided;
    sequencer.submit(registrations(i, 1));
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (decided == before && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
    EXPECT_NE(decided, before) << "each is decided by itself, while the first waits for the disk";
  }
  EXPECT_EQ(answered, 0);
  log.open_gate();
  sequencer.stop();
  EXPECT_EQ(answered, 103);
  EXPECT_LE(log.appends() - appends_before, 3) << "the first, those that waited, and perhaps the last, on its way when the gate opened";
}

TEST(SequencerOfGroups, DecidesAndWritesOnOneThreadWhileNobodyWaits) {
  TemporaryVault vault;
  test::GateLog log;
  std::atomic<std::thread::id> decided_on;
  const auto clock = [&decided_on] {
    decided_on = std::this_thread::get_id();
    return system_now();
  };
  Sequencer sequencer{log, *vault, clock};
  sequencer.ask(submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()));
  const auto answered_on = [&](std::vector<Submission> submissions) {
    std::promise<std::thread::id> promise;
    submissions.back().answer = [&promise](const Answer&) { promise.set_value(std::this_thread::get_id()); };
    sequencer.submit(std::move(submissions));
    return promise.get_future().get();
  };
  std::vector<Submission> one;
  one.push_back(registration("c0", mercy));
  EXPECT_EQ(answered_on(std::move(one)), decided_on.load());
  std::vector<Submission> many;
  for (int i = 0; i < 100; ++i)
    many.push_back(registration(fmt::format("m{}", i), ProviderId::from(static_cast<std::uint32_t>(120'000'000 + i), 'A').value()));
  EXPECT_NE(answered_on(std::move(many)), decided_on.load()) << "the next are decided meanwhile";
}

// Who asks for something that cannot be read is told so; nobody else is kept from anything, and nothing rests on the part that was read.
TEST(SequencerOfADamagedLog, TellsWhoAsksForWhatCannotBeReadAndGoesOn) {
  TemporaryVault vault;
  test::GateLog log;
  const ProviderId harbor = ProviderId::parse("110067890B").value();
  {
    Sequencer sequencer{log, *vault, system_now};
    sequencer.ask(submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()));
    EXPECT_EQ(sequencer.ask(registration("c1", mercy)).status, Status::accepted);
    EXPECT_EQ(sequencer.ask(submission("c2", "close_provider", CloseProvider{mercy})).status, Status::accepted);
  }
  log.damage(StreamName::provider(mercy));
  Sequencer sequencer{log, *vault, system_now};
  const Position before = log.head(0).position;
  for (const char* id : {"c3", "c4"}) {  // Again: not by the registration alone, which was read.
    const Answer unread = sequencer.ask(registration(id, mercy));
    EXPECT_EQ(unread.status, Status::failed);
    EXPECT_TRUE(unread.is_unread);
    EXPECT_EQ(unread.damage, "a bundle is not what was written");
    EXPECT_THAT(unread.failure, Not(HasSubstr("bundle"))) << "that is the operator's to know";
  }
  EXPECT_EQ(log.head(0).position, before);
  EXPECT_EQ(sequencer.ask(registration("c5", harbor)).status, Status::accepted);
  EXPECT_EQ(sequencer.failure(), "");
  log.mend();
  EXPECT_EQ(sequencer.ask(registration("c3", mercy)).refusal, Refusal::provider_closed) << "under the same id, once it is back";
}

// Whether it was recorded cannot be told, so it is not recorded a second time; and that is its own affair, whoever it came with.
TEST(SequencerOfADamagedLog, RecordsNothingTwiceWhereAnIdCannotBeLookedUpAndGoesOnWithOthers) {
  TemporaryVault vault;
  test::GateLog log;
  const auto provider = [](std::size_t i) { return ProviderId::from(static_cast<std::uint32_t>(120'000'000 + i), 'A').value(); };
  {
    Sequencer sequencer{log, *vault, system_now};
    sequencer.ask(submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()));
    EXPECT_EQ(sequencer.ask(registration("b3", provider(3))).status, Status::accepted);
  }
  log.damage_command("b3");
  Sequencer sequencer{log, *vault, system_now};
  for (const std::size_t size : {5U, 100U}) {  // Looked up by the decider, and by whoever submits.
    std::vector<Submission> submissions;
    std::vector<std::future<Answer>> answers;
    for (std::size_t i = 0; i < size; ++i) {
      submissions.push_back(registration(fmt::format("b{}", i), provider(i)));
      const auto promise = std::make_shared<std::promise<Answer>>();
      answers.push_back(promise->get_future());
      submissions.back().answer = [promise](const Answer& answer) { promise->set_value(answer); };
    }
    sequencer.submit(std::move(submissions));
    for (std::size_t i = 0; i < size; ++i) {
      const Answer answer = answers[i].get();
      EXPECT_EQ(answer.is_unread, i == 3) << i;
      EXPECT_EQ(answer.damage, i == 3 ? "an id is not what was written" : "");
      EXPECT_EQ(answer.status, i == 3 ? Status::failed : Status::accepted) << i;
      EXPECT_EQ(answer.is_repeat, i != 3 && size == 100 && i < 5) << i << ": what was recorded before is still known";
    }
  }
  EXPECT_EQ(sequencer.failure(), "");
  log.mend();
  EXPECT_TRUE(sequencer.ask(registration("b3", provider(3))).is_repeat) << "it was there once all the time";
}

// What was decided rests on it: nothing is written, nobody is told that it was, and nothing is decided any more.
TEST(SequencerOfADamagedLog, StopsWhereTheDamageIsMetByAnAppend) {
  TemporaryVault vault;
  test::GateLog log;
  Sequencer sequencer{log, *vault, system_now};
  sequencer.ask(submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()));
  const Position before = log.head(0).position;
  log.damage_appends();
  for (const char* id : {"c1", "c2"}) {
    const Answer answer = sequencer.ask(registration(id));
    EXPECT_EQ(answer.status, Status::failed);
    EXPECT_FALSE(answer.is_unread) << "this is for everybody";
    EXPECT_EQ(answer.failure, "the versions are not what was written");
  }
  EXPECT_EQ(log.head(0).position, before);
  EXPECT_EQ(sequencer.failure(), "the versions are not what was written");
}

// The decider keeps a group until the next one is decided; who waited for its answers may be gone by then.
TEST(SequencerOfGroups, LetsGoOfItsCallersOnceTheyAreAnswered) {
  TemporaryVault vault;
  test::GateLog log;
  Sequencer sequencer{log, *vault, system_now};
  sequencer.ask(submission("init", "initialize_store", InitializeStore{1, "rkelly"}, Principal::node()));
  for (const int size : {1, 100}) {  // Written where it was decided, and by the other thread.
    auto caller = std::make_shared<int>();
    auto origin = std::make_shared<const Origin>();
    const std::weak_ptr<int> held = caller;
    const std::weak_ptr<const Origin> held_origin = origin;
    std::atomic<int> answered = 0;
    std::vector<Submission> submissions;
    for (int i = 0; i < size; ++i) {
      const auto id = ProviderId::from(static_cast<std::uint32_t>(110'000'000 + 1000 * size + i), 'A').value();
      submissions.push_back(registration(fmt::format("c{}-{}", size, i), id));
      submissions.back().origin = origin;
      submissions.back().answer = [caller, &answered](const Answer&) { ++answered; };
    }
    caller.reset();
    origin.reset();
    sequencer.submit(std::move(submissions));
    const auto until = std::chrono::steady_clock::now() + 10s;
    while ((answered < size || !held.expired() || !held_origin.expired()) && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(1ms);
    EXPECT_EQ(answered, size);
    EXPECT_TRUE(held.expired());
    EXPECT_TRUE(held_origin.expired());
  }
}

// Whatever the outcome: it may rest on what is not durable yet.
TEST_F(SequencerTest, AnswersRefusedRepeatedAndUnchangedCommandsOnlyOnceWhatTheySawIsDurable) {
  log_.close_gate();
  auto accepted = begin(registration("c1"));
  log_.wait_until_an_append_waits();
  auto repeated = begin(registration("c1"));
  auto unchanged = begin(registration("c2"));
  auto refused = begin(submission("c3", "close_provider", CloseProvider{mercy}, Principal::account("nobody1")));
  for (const auto* answer : {&accepted, &repeated, &unchanged, &refused}) EXPECT_TRUE(is_waiting(*answer));
  log_.open_gate();
  EXPECT_EQ(accepted.get().status, Status::accepted);
  const Answer again = repeated.get();
  EXPECT_EQ(again.status, Status::accepted);
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(unchanged.get().status, Status::unchanged);
  EXPECT_EQ(refused.get().refusal, Refusal::actor_unknown);
}

// The control: with nothing under way, an answer that records nothing does not wait for the disk.
TEST_F(SequencerTest, AnswersAnUnchangedCommandAtOnceWhenNothingIsUnderWay) {
  EXPECT_EQ(begin(registration("c1")).get().status, Status::accepted);
  log_.close_gate();
  EXPECT_EQ(begin(registration("c2")).get().status, Status::unchanged);
  log_.open_gate();
}

TEST_F(SequencerTest, DecidesTheNextGroupWhileOneIsBeingSynced) {
  log_.close_gate();
  auto first = begin(registration("c1"));
  log_.wait_until_an_append_waits();
  auto second = begin(submission("c2", "close_provider", CloseProvider{mercy}));
  log_.let_one_through();
  EXPECT_EQ(first.get().status, Status::accepted);
  EXPECT_TRUE(is_waiting(second));
  log_.let_one_through();
  EXPECT_EQ(second.get().status, Status::accepted) << "the provider was known before it was durable";
  log_.open_gate();
}

TEST_F(SequencerTest, RecordsWhatIsSubmittedTogetherInOneAppend) {
  const int before = log_.appends();
  log_.close_gate();
  auto first = begin(registration("c0"));
  log_.wait_until_an_append_waits();
  std::vector<std::future<Answer>> answers;
  for (int i = 1; i <= 100; ++i) {
    answers.push_back(begin(registration("c" + std::to_string(i), ProviderId::parse(std::to_string(110'020'000 + i) + "A").value())));
  }
  log_.open_gate();
  for (auto& answer : answers) EXPECT_EQ(answer.get().status, Status::accepted);
  EXPECT_LE(log_.appends() - before, 4);
}

TEST_F(SequencerTest, AnswersFailedAfterAFailedSyncAndNeverGoesOn) {
  log_.close_gate();
  auto under_way = begin(registration("c1"));
  log_.wait_until_an_append_waits();
  auto decided_after = begin(registration("c2", ProviderId::parse("110020000A").value()));
  log_.fail();
  EXPECT_EQ(under_way.get().status, Status::failed);
  EXPECT_EQ(decided_after.get().status, Status::failed);
  const Answer later = begin(registration("c3")).get();
  EXPECT_EQ(later.status, Status::failed);
  EXPECT_THAT(later.failure, HasSubstr("the disk said no"));
  EXPECT_THAT(sequencer_.failure(), HasSubstr("the disk said no"));
  EXPECT_EQ(sequencer_.failed_in(), Sequencer::FailedIn::log);
}

TEST_F(SequencerTest, AnswersFailedOnceTheVaultCannotBeUsed) {
  (*vault_).close();
  EXPECT_EQ(begin(registration("c1")).get().status, Status::failed);
  EXPECT_THAT(sequencer_.failure(), HasSubstr("vault"));
  EXPECT_EQ(sequencer_.failed_in(), Sequencer::FailedIn::vault);
}

// Whatever it wrote: that its decisions looked at none of it, the sequencer cannot know and need not.
TEST_F(SequencerTest, StopsAtTheNextAppendAfterAnotherWriterAppended) {
  EXPECT_EQ(begin(registration("c1")).get().status, Status::accepted);
  Decider other(log_, *vault_, system_now);
  const auto group = std::make_shared<Group>();
  Submission unrelated = registration("c2", ProviderId::parse("110020000A").value());
  other.decide(unrelated, *group);
  other.close(group);
  ASSERT_TRUE(log_.append({.partition = 0, .records = group->records, .conditions = {}}));
  const LogHead before = log_.head(0);
  const Answer answer = begin(registration("c3", ProviderId::parse("110020001A").value())).get();
  EXPECT_EQ(answer.status, Status::failed);
  const std::string where = std::to_string(before.position) + ", not " + std::to_string(before.position - 1);
  EXPECT_THAT(answer.failure,
              HasSubstr("another writer appended to the log: its head stands at position " + where + "; stop the other node"));
  EXPECT_EQ(log_.head(0), before);
  EXPECT_EQ(begin(registration("c4")).get().status, Status::failed);
}

// The control: the same commands by one writer.
TEST_F(SequencerTest, GoesOnWhenNobodyElseAppended) {
  EXPECT_EQ(begin(registration("c1")).get().status, Status::accepted);
  EXPECT_EQ(begin(registration("c2", ProviderId::parse("110020000A").value())).get().status, Status::accepted);
  EXPECT_EQ(begin(registration("c3", ProviderId::parse("110020001A").value())).get().status, Status::accepted);
}

TEST_F(SequencerTest, GivesARepeatTheFirstOutcome) {
  const Answer first = sequencer_.ask(registration("c1"));
  const Answer again = sequencer_.ask(registration("c1"));
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.status, Status::accepted);
  EXPECT_EQ(again.first_position, first.first_position);
  EXPECT_EQ(again.last_position, first.last_position);
  EXPECT_EQ(log_.head(0).position, first.last_position) << "nothing more was recorded";
}

TEST_F(SequencerTest, RefusesAnIdThatWasUsedWithOtherContent) {
  sequencer_.ask(registration("c1"));
  const Answer answer = sequencer_.ask(registration("c1", ProviderId::parse("110020000A").value()));
  EXPECT_EQ(answer.status, Status::refused);
  EXPECT_EQ(answer.refusal, Refusal::command_id_reused);
}

TEST_F(SequencerTest, LetsTwoActorsUseTheSameId) {
  sequencer_.ask(registration("c1"));
  sequencer_.ask(submission("c2", "appoint_officer", AppointOfficer{Username::parse("mlopez").value()}));
  Submission other = registration("c1", ProviderId::parse("110020000A").value());
  other.command.request.actor = Principal::officer("mlopez");
  const Answer answer = sequencer_.ask(std::move(other));
  EXPECT_EQ(answer.status, Status::accepted);
  EXPECT_FALSE(answer.is_repeat);
}

TEST_F(SequencerTest, RecordsARefusalAndRepeatsIt) {
  const Answer refused = sequencer_.ask(submission("c1", "close_provider", CloseProvider{mercy}));
  EXPECT_EQ(refused.refusal, Refusal::provider_unknown);
  ASSERT_GT(refused.first_position, 0U);
  log_.read(0, refused.first_position, refused.first_position, [](Position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    EXPECT_EQ(text_of(fact.getCommandRefused().getRefusal()), "provider_unknown");
    EXPECT_EQ(text_of(fact.getCommandRefused().getCommand()), "close_provider");
    EXPECT_FALSE(has_provider(record.event())) << "what was typed and is no provider is not recorded";
    return true;
  });
  sequencer_.ask(registration("c2"));
  const Answer again = sequencer_.ask(submission("c1", "close_provider", CloseProvider{mercy}));
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.refusal, Refusal::provider_unknown) << "the first outcome, though the provider exists by now";
}

TEST_F(SequencerTest, RefusesAStaleExpectedVersionWithBothVersions) {
  sequencer_.ask(registration("c1"));
  Submission stale = submission("c2", "close_provider", CloseProvider{mercy});
  stale.command.request.expected_version = 7;
  const Answer answer = sequencer_.ask(std::move(stale));
  EXPECT_EQ(answer.refusal, Refusal::version_conflict);
  EXPECT_EQ(answer.expected_version, 7U);
  EXPECT_EQ(answer.actual_version, 1U);
  Submission fresh = submission("c3", "close_provider", CloseProvider{mercy});
  fresh.command.request.expected_version = 1;
  EXPECT_EQ(sequencer_.ask(std::move(fresh)).status, Status::accepted);
}

TEST_F(SequencerTest, NeverLetsRecordedTimeGoBack) {
  Timestamp now{1'000};
  TemporaryVault vault;
  MemoryLog log;
  Decider decider(log, *vault, [&now] { return now; });
  const auto group = std::make_shared<Group>();
  Submission first = initialization();
  decider.decide(first, *group);
  now.ns = 500;
  Submission second = registration("c1");
  decider.decide(second, *group);
  decider.close(group);
  Timestamp last{};
  for (const RecordWords words : group->records) {
    RecordReader record(words);
    EXPECT_GE(recorded_at(record.event()), last);
    last = recorded_at(record.event());
  }
  EXPECT_EQ(last, Timestamp{1'000});
}

// So many at once are looked up in the log by whoever submits them: the first again finds nothing, and the decider knows; the second finds.
TEST_F(SequencerTest, KnowsCommandsThatAreSubmittedAgainInLargeBatches) {
  std::atomic<int> first = 0;
  std::atomic<int> repeats = 0;
  const auto batch = [&] {
    std::vector<Submission> out;
    for (int i = 0; i < 40; ++i) {
      out.push_back(registration(fmt::format("c{}", i), ProviderId::from(static_cast<std::uint32_t>(110'000'000 + i), 'A').value()));
      out.back().answer = [&](const Answer& answer) { ++(answer.is_repeat ? repeats : first); };
    }
    return out;
  };
  log_.close_gate();
  sequencer_.submit(batch());
  log_.wait_until_an_append_waits();
  sequencer_.submit(batch());
  log_.open_gate();
  sequencer_.ask(registration("behind them", ProviderId::parse("110020000A").value()));
  sequencer_.submit(batch());
  sequencer_.stop();
  EXPECT_EQ(first, 40);
  EXPECT_EQ(repeats, 80);
}

TEST_F(SequencerTest, StopsWithEverythingAnswered) {
  std::vector<std::future<Answer>> answers;
  for (int i = 1; i <= 1000; ++i) {
    answers.push_back(begin(registration("c" + std::to_string(i), ProviderId::parse(std::to_string(110'020'000 + i) + "A").value())));
  }
  sequencer_.stop();
  for (auto& answer : answers) EXPECT_EQ(answer.get().status, Status::accepted);
  EXPECT_EQ(begin(registration("late")).get().status, Status::failed);
}

}  // namespace
}  // namespace muniment
