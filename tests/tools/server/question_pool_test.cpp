#include "tools/server/question_pool.h"

#include <boost/asio/executor_work_guard.hpp>
#include <latch>
#include <sstream>

#include "make_token.h"
#include "node_fixture.h"

namespace muniment {
namespace {

std::latch* held_by = nullptr;

// As a question that takes long.
Response answer_when_let(Node&, const Call&) {
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

}  // namespace
}  // namespace muniment
