// A node on a machine whose disk fills and whose clock steps.
#include "make_token.h"
#include "node_fixture.h"
#include "tools/server/access_message.h"
#include "tools/server/handlers.h"

namespace muniment {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// What stands in for the machine. Read by the node's own thread too.
struct Machine {
  std::atomic<std::uint64_t> free = 10'000;
  std::atomic<std::int64_t> stepped_ns = 0;
  std::mutex mutex;
  std::vector<std::string> notices;
  std::atomic<int> signs_of_life = 0;

  NodeOptions options(std::chrono::nanoseconds ahead) {
    stepped_ns = ahead.count();
    Clocks clocks = machine_clocks();
    clocks.wall = [this, wall = clocks.wall] { return Timestamp{wall().ns + stepped_ns}; };
    return {.settings = {.limits = {.disk_reserve_bytes = 1000}},
            .clocks = clocks,
            .disk_probe = [this] { return free.load(); },
            .on_notice =
                [this](std::string_view notice) {
                  const std::lock_guard lock(mutex);
                  notices.emplace_back(notice);
                },
            .on_alive = [this] { ++signs_of_life; }};
  }
};

class OnAMachine : protected Machine, public WithNode {
 protected:
  explicit OnAMachine(std::chrono::nanoseconds ahead = {}) : WithNode(options(ahead)) {}
  ~OnAMachine() override { node.reset(); }

  void fill_disk(std::uint64_t left) {
    free = left;
    node->look_at_machine();
  }
  void step_clock(std::chrono::nanoseconds by) { stepped_ns += by.count(); }
  std::vector<std::string> told() {
    const std::lock_guard lock(mutex);
    return notices;
  }
  Response sign_in(const std::string& id) {
    return post(R"({"type":"record_sign_in","command_id":")" + id + R"(","username":"jdoe1","at":"2024-01-01","success":true})", portal);
  }
  Response accept_clock(const std::string& who) {
    const std::string authorization = "Bearer " + who;
    return ask({.method = "POST",
                .target = "/v1/clock/accept",
                .authorization = authorization,
                .content_type = {},
                .accept = {},
                .idempotency_key = {},
                .if_match = {},
                .last_event_id = {}});
  }
  void start_again() {
    node.reset();
    store->close();
    store = std::make_unique<Store>(folder);
    node = std::make_unique<Node>(*store, options(std::chrono::nanoseconds{stepped_ns}));
  }
  static std::string header(const Response& response, const std::string& name) {
    for (const auto& [known, value] : response.headers) {
      if (known == name) return value;
    }
    return {};
  }
  std::string last_event() {
    std::string out;
    const Position head = store->log().head(0).position;
    store->log().read(0, head, head, [&](Position, RecordWords words) {
      RecordReader record(words);
      node->event_writer().write(record.event(), out);
      return false;
    });
    return out;
  }

  std::string officer = token(TokenRole::OFFICER, "agency");
  std::string portal = token(TokenRole::SUBMITTER, "portal");
  std::string ops = token(TokenRole::OPERATOR, "ops");
};

TEST_F(OnAMachine, CommandsAreRefusedBelowTheReserveOfDiskAndQuestionsAreNot) {
  fill_disk(999);
  const Response refused = sign_in("c1");
  EXPECT_EQ(refused.status, 503U);
  EXPECT_EQ(problem_of(refused), "disk_reserve");
  EXPECT_EQ(header(refused, "Retry-After"), "30");
  EXPECT_EQ(get("/v1/accounts/jdoe1", officer).status, 200U);
  EXPECT_EQ(get("/v1/events", officer).status, 200U);
  const Response ready = get("/readyz", "");
  EXPECT_EQ(ready.status, 503U);
  EXPECT_THAT(ready.body, HasSubstr("below its reserve"));
  EXPECT_THAT(get("/metrics", ops).body, HasSubstr("\nmuniment_disk_reserve_reached 1\n"));
}

TEST_F(OnAMachine, ExportsEndBelowTheReserveOfDiskWithTheirRecord) {
  fill_disk(999);
  Response response = get("/v1/export/trail?format=csv", officer);
  ASSERT_EQ(response.status, 200U);
  Chunks::Next last = Chunks::Next::chunk;
  for (int i = 0; i < 3000 && last != Chunks::Next::end && last != Chunks::Next::cut; ++i) {
    std::string piece;
    last = response.stream->next(piece);
    if (last == Chunks::Next::wait) std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(last, Chunks::Next::end);
  EXPECT_THAT(last_event(), HasSubstr("\"exported\":"));
}

TEST_F(OnAMachine, ExportsDoNotBeginWhileTheClockIsSteppedSinceTheyCouldNotBeRecorded) {
  step_clock(2h);
  EXPECT_EQ(problem_of(get("/v1/export/trail?format=csv", officer)), "clock_stepped");
  EXPECT_EQ(get("/v1/audit/as-of", officer).status, 200U);
}

// A time on record never goes back: one that is wrong would be that of every event from then on.
TEST_F(OnAMachine, AStopWhileTheClockIsSteppedRecordsNothingAndSaysHowMuchIsMissing) {
  step_clock(24h * 3650);
  EXPECT_EQ(problem_of(sign_in("c1")), "clock_stepped");
  const Position before = store->log().head(0).position;
  node->access_record().note(*node->tokens().find(officer), {.question = "GET /v1/audit/as-of"});
  node.reset();
  EXPECT_EQ(store->log().head(0).position, before);
  EXPECT_THAT(told(), Contains(HasSubstr("1 reads and denials are not on record: nothing is recorded while the clock is stepped")));
}

// It keeps them, and sends them again.
TEST_F(OnAMachine, OfAStandbyNothingIsRecordedEitherWhileCommandsAreRefused) {
  const std::string nodes = token(TokenRole::NODE, "nodes");
  const auto send = [&] {
    Submission one{.command = {.body = RecordRead{.question = "GET /v1/audit/gaps",
                                                  .narrowed_by = {},
                                                  .asked_provider = {},
                                                  .asked_username = {},
                                                  .first_at = Timestamp{1},
                                                  .last_at = Timestamp{1}},
                               .type = "record_read"},
                   .source = schema::Source::NETWORK};
    one.command.request.command_id = "access:1";
    one.command.request.actor = Principal::auditor("kim");
    const std::string authorization = "Bearer " + nodes;
    RequestHead head{};
    head.method = "POST";
    head.target = "/v1/nodes/access";
    head.authorization = authorization;
    head.content_type = media::capnp;
    return ask(head, access_message({&one, 1}));
  };
  const Position before = store->log().head(0).position;
  fill_disk(999);
  EXPECT_EQ(problem_of(send()), "disk_reserve");
  fill_disk(10'000);
  step_clock(2h);
  EXPECT_EQ(problem_of(send()), "clock_stepped");
  EXPECT_EQ(store->log().head(0).position, before);
  EXPECT_EQ(member(accept_clock(officer).body, "status"), "accepted");
  EXPECT_EQ(send().status, 200U) << "the control";
  EXPECT_THAT(last_event(), HasSubstr("/v1/audit/gaps"));
}

// Room for few commands of the node's own at a time, as it is where more kinds of reads were counted than that.
struct FewPlaces : Machine {
  NodeOptions options() {
    NodeOptions out = Machine::options({});
    out.places.single = {.all = 4, .of_one = 2};
    return out;
  }
};

class OnABusyMachine : protected FewPlaces, public WithNode {
 protected:
  OnABusyMachine() : WithNode(FewPlaces::options()) {}

  std::vector<std::string> told() {
    const std::lock_guard lock(mutex);
    return notices;
  }
  // How many denials the log says.
  std::uint64_t denied() {
    std::uint64_t out = 0;
    store->log().read(0, 1, store->log().head(0).position, [&](Position, RecordWords words) {
      RecordReader record(words);
      if (record.event().getFact().isAccessDenied()) out += record.event().getFact().getAccessDenied().getTimes();
      return true;
    });
    return out;
  }
};

TEST_F(OnABusyMachine, AStopRecordsAllReadsAndDenialsHoweverManyThereAre) {
  constexpr std::uint64_t callers = 100;
  for (std::uint64_t i = 0; i < callers; ++i) {
    const Token caller = make_token(TokenRole::AUDITOR, "a" + std::to_string(i));
    for (int times = 0; times < 2; ++times) node->access_record().note_denied(&caller, "role_denied", "GET /metrics", {});
  }
  node->stop();
  EXPECT_EQ(denied(), 2 * callers);
  EXPECT_THAT(told(), testing::IsEmpty());
}

TEST_F(OnAMachine, CommandsAreTakenAgainByThemselvesWhenThereIsRoom) {
  fill_disk(0);
  EXPECT_EQ(sign_in("c1").status, 503U);
  fill_disk(1050);
  EXPECT_EQ(sign_in("c1").status, 503U) << "not yet a tenth more";
  fill_disk(1100);
  EXPECT_EQ(sign_in("c1").status, 200U);
  EXPECT_EQ(get("/readyz", "").status, 200U);
  EXPECT_THAT(told(), ElementsAre(HasSubstr("below its reserve"), HasSubstr("taken again")));
}

TEST_F(OnAMachine, ABatchEndsWithWhatWasTakenWhenTheReserveIsReached) {
  const auto caller = std::make_shared<const Token>(node->tokens().find(portal) ? *node->tokens().find(portal) : Token{});
  const auto begun = submit_lines(*node, {.id = "b", .caller = caller, .form = media::ndjson}, [] {});
  Batch& batch = *begun;
  const auto line = [](int i) {
    return R"({"type":"record_sign_in","command_id":"b)" + std::to_string(i) + R"(","username":"jdoe1","at":"2024-01-01","success":true})" +
           "\n";
  };
  batch.feed(line(1));
  fill_disk(0);
  batch.feed(line(2));
  EXPECT_TRUE(batch.has_ended());
  std::string out;
  while (batch.take(out)) std::this_thread::sleep_for(1ms);
  EXPECT_THAT(out, HasSubstr("\"command_id\":\"b1\",\"status\":\"accepted\""));
  EXPECT_THAT(out, testing::Not(HasSubstr("b2")));
}

TEST_F(OnAMachine, CommandsAreRefusedAfterAStepOfTheClockUntilItIsAccepted) {
  const Position before = store->log().head(0).position;
  step_clock(61s);
  const Response refused = sign_in("c1");
  EXPECT_EQ(refused.status, 503U);
  EXPECT_EQ(problem_of(refused), "clock_stepped");
  EXPECT_EQ(store->log().head(0).position, before);
  EXPECT_EQ(get("/v1/accounts/jdoe1", officer).status, 200U);
  EXPECT_THAT(get("/readyz", "").body, HasSubstr("clock has stepped"));
  EXPECT_THAT(get("/metrics", ops).body, HasSubstr("\nmuniment_clock_stepped 1\n"));
  EXPECT_EQ(accept_clock(officer).status, 200U);
  EXPECT_EQ(sign_in("c1").status, 200U);
  EXPECT_EQ(get("/readyz", "").status, 200U);
}

TEST_F(OnAMachine, AcceptingTheClockIsOnRecordWithWhoDidIt) {
  step_clock(-2h);
  sign_in("c1");
  EXPECT_EQ(member(accept_clock(officer).body, "status"), "accepted");
  EXPECT_EQ(member(last_event(), "type"), "clock_accepted");
  EXPECT_THAT(last_event(), HasSubstr("\"actor\":{\"kind\":\"officer\",\"name\":\"agency\"}"));
  const auto clock = Timestamp::parse(member(last_event(), "clock")).value();
  const auto expected = Timestamp::parse(member(last_event(), "expected")).value();
  EXPECT_NEAR(static_cast<double>(expected.ns - clock.ns), static_cast<double>(std::chrono::nanoseconds(2h).count()), 1e9);
  step_clock(2h);
  sign_in("c1");
  EXPECT_EQ(member(accept_clock(ops).body, "status"), "accepted");
  EXPECT_THAT(last_event(), HasSubstr("\"requested_by\":\"operator:ops\""));
}

TEST_F(OnAMachine, AClockThatHasNotSteppedIsNothingToAccept) {
  const Position before = store->log().head(0).position;
  EXPECT_EQ(accept_clock(officer).body, "{\"status\":\"unchanged\"}\n");
  EXPECT_EQ(store->log().head(0).position, before);
}

TEST_F(OnAMachine, WhoIsNoOfficerAnyMoreAcceptsNoClock) {
  step_clock(2h);
  sign_in("c1");
  const Response refused = accept_clock(token(TokenRole::OFFICER, "stranger"));
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(problem_of(refused), "actor_unknown");
  EXPECT_EQ(problem_of(sign_in("c1")), "clock_stepped");
}

// Its clock was set back while no node ran: the store's first events lie in the future.
class OnAMachineThatWasSetBack : public OnAMachine {
 protected:
  OnAMachineThatWasSetBack() : OnAMachine(-2h) {}
};

TEST_F(OnAMachineThatWasSetBack, ANodeStartsWithCommandsRefusedUntilTheClockIsAccepted) {
  EXPECT_EQ(problem_of(sign_in("c1")), "clock_stepped");
  EXPECT_EQ(get("/v1/accounts/jdoe1", officer).status, 200U);
  EXPECT_EQ(member(accept_clock(officer).body, "status"), "accepted");
  EXPECT_EQ(sign_in("c1").status, 200U);
}

// A step forward: at the next start it would look like time that has passed.
TEST_F(OnAMachine, AStepOfTheClockIsNotForgottenByAStart) {
  step_clock(2h);
  EXPECT_EQ(problem_of(sign_in("c1")), "clock_stepped");
  start_again();
  EXPECT_EQ(problem_of(sign_in("c1")), "clock_stepped");
  EXPECT_EQ(member(accept_clock(officer).body, "status"), "accepted");
  const auto clock = Timestamp::parse(member(last_event(), "clock")).value();
  const auto expected = Timestamp::parse(member(last_event(), "expected")).value();
  EXPECT_NEAR(static_cast<double>(clock.ns - expected.ns), static_cast<double>(std::chrono::nanoseconds(2h).count()), 2e9);
  start_again();
  EXPECT_EQ(sign_in("c1").status, 200U);
}

// Nothing serves sockets here until it says so.
TEST_F(OnAMachine, TheNodeIsAliveOnlyWhileItsSocketsAreServed) {
  std::this_thread::sleep_for(1500ms);
  EXPECT_EQ(signs_of_life, 0);
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (signs_of_life == 0 && std::chrono::steady_clock::now() < until) {
    node->beat();
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_GT(signs_of_life, 0);
}

TEST_F(OnAMachine, TheNodeLooksByItself) {
  free = 0;
  step_clock(0s);
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (told().empty() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  EXPECT_THAT(told(), Contains(HasSubstr("below its reserve")));
}

}  // namespace
}  // namespace muniment
