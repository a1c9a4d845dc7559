#include "decider_fixture.h"

#include <capnp/message.h>

namespace muniment {
namespace {

using namespace test;

// What a submitter does for somebody else.

class DelegatedCommand : public DeciderTest {
 protected:
  DelegatedCommand() { set_delegates({"submitter:portal"}); }

  void set_delegates(std::vector<const char*> submitters) {
    capnp::MallocMessageBuilder message;
    auto policy = message.initRoot<schema::Policy>();
    auto list = policy.initDelegates(static_cast<unsigned>(submitters.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, submitters[i]);
    accepted("set_policy", SetPolicy{{}, policy.asReader()}, officer);
  }
  Submission by(const std::optional<Principal>& sender, std::string id) {
    Submission out = submission("update_subordinate", change_to(jon, "7777"), administrator, std::move(id));
    out.command.request.submitted_by = sender;
    return out;
  }
};

TEST_F(DelegatedCommand, HasTheSameOutcomeWhenTheSameSubmitterSendsItAgain) {
  const Answer first = submit(by(machine, "r1"));
  ASSERT_EQ(first.status, Status::accepted);
  const Answer again = submit(by(machine, "r1"));
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.status, Status::accepted);
  EXPECT_EQ(again.first_position, first.first_position);
  EXPECT_EQ(again.last_position, first.last_position) << "all of its events are its own";
  restart();
  set_delegates({});
  EXPECT_TRUE(submit(by(machine, "r1")).is_repeat) << "also when it may name nobody any more, and after a restart";
}

TEST_F(DelegatedCommand, StaysRefusedUnderItsCommandIdWhenItIsAllowedLater) {
  set_delegates({});
  const Answer refused = submit(by(machine, "r1"));
  EXPECT_EQ(refused.refusal, Refusal::not_delegated);
  set_delegates({"submitter:portal"});
  const Answer again = submit(by(machine, "r1"));
  EXPECT_EQ(again.refusal, Refusal::not_delegated);
  EXPECT_EQ(again.first_position, refused.first_position);
  EXPECT_EQ(submit(by(machine, "r2")).status, Status::accepted);
}

TEST_F(DelegatedCommand, TellsNothingToAnotherPrincipalWithTheSameCommandId) {
  ASSERT_EQ(submit(by(machine, "shared")).status, Status::accepted);
  const Answer of_account = submit(by(std::nullopt, "shared"));
  EXPECT_FALSE(of_account.is_repeat) << "the ids of the account's own commands are others";
  EXPECT_NE(of_account.refusal, Refusal::command_id_reused);
  const Answer of_kiosk = submit(by(Principal::submitter("kiosk"), "shared"));
  EXPECT_FALSE(of_kiosk.is_repeat);
  EXPECT_EQ(of_kiosk.refusal, Refusal::not_delegated);
}

TEST_F(DelegatedCommand, IsReusedByWhatTheSubmitterDoesForItself) {
  ASSERT_EQ(submit(by(machine, "u1")).status, Status::accepted);
  EXPECT_EQ(submit(submission("record_sign_in", RecordSignIn{name("jdoe1"), now_, true, {}}, machine, "u1")).refusal,
            Refusal::command_id_reused);
}

TEST_F(DelegatedCommand, IsCountedAgainstTheSubmittersRefusalsAndNotTheAccounts) {
  set_delegates({});
  for (int i = 0; i < 2000; ++i) {
    Submission one = by(machine, "f" + std::to_string(i));
    now_.ns -= 1'000'000'000;  // All at once.
    submit(std::move(one));
  }
  EXPECT_EQ(submit(by(machine, "one more")).refusal, Refusal::not_delegated);
  const Position before = log_.head(0).position;
  const Answer own = submit(submission("lock_account", LockAccount{name("jdoe1")}, administrator, "own"));
  EXPECT_EQ(own.refusal, Refusal::agency_only);
  EXPECT_EQ(log_.head(0).position, before + 1) << "the account's own refusals are recorded still";
}

}  // namespace
}  // namespace muniment
