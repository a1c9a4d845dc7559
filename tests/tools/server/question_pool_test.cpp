#include "tools/server/question_pool.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <latch>
#include <sstream>
#include <thread>

#include "make_token.h"
#include "node_fixture.h"
#include "tools/server/problem.h"

namespace muniment {
namespace {

std::latch* held_by = nullptr;
std::atomic<int> begun{0};

// As a question that takes long.
Response answer_when_let(Node&, const Call&) {
  ++begun;
  held_by->wait();
  return {};
}

class QuestionPoolTest : public WithNode {
 protected:
  static constexpr std::size_t waiting_max = 6;

  bool ask(const std::string& name) {
    auto call = std::make_shared<Call>();
    call->caller = std::make_shared<const Token>(make_token(TokenRole::AUDITOR, name));
    pending.push_back(std::make_shared<Pending>(context.get_executor()));
    return pool.ask(route, call, pending.back());
  }

  std::latch latch{1};
  const Route route{.path = "/v1/services", .handler = &answer_when_let};
  std::ostringstream written;
  Log log{written, LogLevel::error};
  asio::io_context context;
  Mailbox mailbox{context};
  QuestionPool pool{*node, log, context, mailbox, waiting_max};
  std::vector<std::shared_ptr<Pending>> pending;
};

TEST_F(QuestionPoolTest, KeepsHalfOfItsPlacesFromAnyOneCaller) {
  held_by = &latch;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask("ann"));
  EXPECT_FALSE(ask("ann"));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask("ben"));
  EXPECT_FALSE(ask("kim")) << "all places are taken";
  latch.count_down();
  const auto working = asio::make_work_guard(context);
  bool is_taken = false;
  for (int i = 0; i < 2000 && !is_taken; ++i) {
    context.run_for(std::chrono::milliseconds{10});
    is_taken = ask("kim");
  }
  EXPECT_TRUE(is_taken) << "they are given back";
  pool.stop();
}

Response answer_from_damage(Node&, const Call&) { throw LogDamaged("the file 000 of the archive is not what it was"); }

TEST_F(QuestionPoolTest, TellsWhoAsksForWhatCannotBeReadAndTheNode) {
  const Route damaged{.path = "/v1/services", .handler = &answer_from_damage};
  auto call = std::make_shared<Call>();
  call->caller = std::make_shared<const Token>(make_token(TokenRole::AUDITOR, "ann"));
  const auto answered = std::make_shared<Pending>(context.get_executor());
  ASSERT_TRUE(pool.ask(damaged, call, answered));
  const auto working = asio::make_work_guard(context);
  for (int i = 0; i < 2000 && node->damage_met() == 0; ++i) context.run_for(std::chrono::milliseconds{10});
  pool.stop();
  ASSERT_TRUE(answered->response.has_value());
  EXPECT_EQ(answered->response->status, 500u);
  EXPECT_EQ(problem_of(*answered->response), "log_unreadable");
  EXPECT_EQ(node->damage_met(), 1u);
  EXPECT_THAT(written.str(), testing::HasSubstr("the file 000 of the archive"));
}

// Three threads have begun with one each, and the others wait.
TEST_F(QuestionPoolTest, DoesNotAskWhatWasGivenUpBeforeItsTurn) {
  held_by = &latch;
  begun = 0;
  for (const char* name : {"ann", "ben", "kim", "lou", "max"}) EXPECT_TRUE(ask(name));
  for (int i = 0; i < 2000 && begun < 3; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{10});
  ASSERT_EQ(begun, 3);
  EXPECT_EQ(give_up(route, *pending[3]).name, problem::overloaded);
  latch.count_down();
  const auto working = asio::make_work_guard(context);
  for (int i = 0; i < 2000 && begun < 4; ++i) context.run_for(std::chrono::milliseconds{10});
  pool.stop();
  EXPECT_TRUE(pending[4]->response) << "the control: it was not given up";
  EXPECT_FALSE(pending[3]->response);
  EXPECT_EQ(begun, 4);
}

// Its first piece takes until something was made ahead: so both are under way at once.
class AheadOfItself final : public ChunksAhead {
 public:
  struct Seen {
    std::atomic<int> made = 0;
    std::atomic<bool> is_gone = false;
  };
  explicit AheadOfItself(Seen& seen) : seen_(seen) {}
  ~AheadOfItself() override { seen_.is_gone = true; }
  Next next(std::string& out) override {
    for (int i = 0; i < 2000 && seen_.made < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    out = "made";
    return Next::chunk;
  }
  bool make_ahead() override { return ++seen_.made < 2; }

 private:
  Seen& seen_;
};

TEST_F(QuestionPoolTest, MakesAheadWhileAPieceIsAskedForAndNoMoreWhereNobodyWantsIt) {
  AheadOfItself::Seen seen;
  auto chunks = std::make_shared<AheadOfItself>(seen);
  const auto first = std::make_shared<Pending>(context.get_executor());
  pool.ask_next("ann", chunks, "test-1", first);
  const auto working = asio::make_work_guard(context);
  for (int i = 0; i < 2000 && seen.made < 2; ++i) context.run_for(std::chrono::milliseconds{5});
  EXPECT_EQ(seen.made, 2) << "until there is room for no other";
  held_by = &latch;
  begun = 0;
  for (const char* name : {"ann", "ben", "kim"}) EXPECT_TRUE(ask(name));
  for (int i = 0; i < 2000 && begun < 3; ++i) context.run_for(std::chrono::milliseconds{5});
  ASSERT_EQ(begun, 3) << "no thread is free";
  pool.make_ahead("lou", chunks);
  chunks.reset();
  for (int i = 0; i < 2000 && !seen.is_gone; ++i) context.run_for(std::chrono::milliseconds{5});
  EXPECT_TRUE(seen.is_gone) << "what waits for its turn does not keep it";
  latch.count_down();
  pool.stop();
  EXPECT_EQ(seen.made, 2);
}

TEST_F(QuestionPoolTest, TellsThatAnOutcomeIsUnknownWhereAChangeWasBegunAndNotOtherwise) {
  const Route change{.method = Method::post, .path = "/scim/v2/Users", .scope = Scope::act, .handler = &answer_when_let};
  Pending waiting(context.get_executor());
  EXPECT_EQ(give_up(change, waiting).name, problem::overloaded);
  EXPECT_FALSE(waiting.begin()) << "it is not done any more";
  Pending begun_change(context.get_executor());
  EXPECT_TRUE(begun_change.begin());
  EXPECT_EQ(give_up(change, begun_change).name, problem::outcome_unknown);
  Pending begun_question(context.get_executor());
  EXPECT_TRUE(begun_question.begin());
  EXPECT_EQ(give_up(route, begun_question).name, problem::not_in_time);
}

}  // namespace
}  // namespace muniment
