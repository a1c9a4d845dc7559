// A node that serves is killed at random, again and again, while clients submit: what a client has in its hands as accepted is there once,
// and nothing else is wrong. The judge is the clients' own record: the bytes that came.
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>
#include <unordered_set>

#include "../tools/server/make_token.h"
#include "../tools/server/served.h"
#include "../tools/server/socket_client.h"
#include "commands/schema/command.capnp.h"
#include "events/proof/tree.h"
#include "tools/server/token_file.h"
#include "tools/store/store.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

int rounds() {
  const char* text = std::getenv("MUNIMENT_CRASH_ROUNDS");
  return text == nullptr ? MUNIMENT_CRASH_ROUNDS : std::atoi(text);
}

std::string letters(int number) {
  std::string out;
  for (; number > 0; number /= 26) out += static_cast<char>('a' + number % 26);
  return out;
}

// A person of a name of its own.
std::string create(const std::string& id, int round, int number) {
  return fmt::format(
      R"({{"type":"create_subordinate","command_id":"{}","provider":"110012345A","last_name":"R{}x{}x{}","first_name":"Quinn","birth_day":"02/29","pin":"0123","email":"{}@example.org","zip":"02302","services":["manage_referrals"]}})",
      id, letters(round), letters(number), id.front(), id);
}

// The same as a message of Cap'n Proto.
std::string create_message(const std::string& id, int round, int number) {
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<request::Command>();
  command.setCommandId(id);
  auto body = command.getBody().initCreateSubordinate();
  body.setProvider("110012345A");
  body.setPin("0123");
  body.initServices(1).set(0, "manage_referrals");
  auto profile = body.initProfile();
  profile.setLastName(fmt::format("R{}x{}x{}", letters(round), letters(number), id.front()));
  profile.setFirstName("Quinn");
  profile.setBirthDay("02/29");
  profile.setEmail(id + "@example.org");
  profile.setZip("02302");
  const auto words = capnp::messageToFlatArray(message);
  return {words.asChars().begin(), words.asChars().size()};
}

// The ids of the commands that whole lines say are accepted.
std::vector<std::string> accepted_in(const std::string& received) {
  std::vector<std::string> out;
  constexpr std::string_view begin = "\"command_id\":\"";
  for (std::size_t at = received.find(begin); at != std::string::npos; at = received.find(begin, at + 1)) {
    const std::size_t id = at + begin.size();
    const std::size_t line_end = received.find('\n', id);
    const std::size_t id_end = received.find('"', id);
    if (line_end == std::string::npos || id_end > line_end) break;
    if (received.substr(id_end, line_end - id_end).find("\"status\":\"accepted\"") != std::string::npos)
      out.push_back(received.substr(id, id_end - id));
  }
  return out;
}

constexpr std::string_view nothing_like_it = "\x01";

// The log as it was read after every kill: each time only what is new is read, and the root says that what was there before is there still.
class Judge {
 public:
  // What is wrong with the log, or with what clients were told since the last look; empty: nothing.
  std::string look(Store& store, const std::vector<std::string>& acknowledged) {
    std::string wrong;
    const LogHead head = store.log().head(0);
    store.log().read(0, tree_.size() + 1, head.position, [&](Position position, RecordWords words) {
      wrong = take(store, position, words);
      return wrong.empty();
    });
    if (!wrong.empty()) return wrong;
    if (tree_.size() != head.position) return fmt::format("the log ends at {}, its head is {}", tree_.size(), head.position);
    if (tree_.root() != head.root) return "what was read before is not what it was";
    for (const std::string& id : acknowledged) {
      if (!recorded_.contains(id)) return "acknowledged and lost: " + id;
    }
    return {};
  }

 private:
  std::string take(Store& store, Position position, RecordWords words) {
    RecordReader record(words);
    const auto event = record.event();
    if (position != tree_.size() + 1 || event.getPosition() != position)
      return fmt::format("a hole: position {} where {} was due", position, tree_.size() + 1);
    tree_.append(hasher_.leaf_hash(bytes_of(words)));
    tree_.take_full_tiles();
    if (has_fingerprint(event) && !recorded_.emplace(text_of(event.getCommandId())).second)
      return fmt::format("recorded twice: {}", text_of(event.getCommandId()));
    if (!event.getFact().isSubordinateCreated()) return {};
    if (store.vault().pin(account_id_of(event), event_id_of(event)) != "0123")
      return fmt::format("the PIN of event {} is not in the vault", position);
    return {};
  }

  LeafHasher hasher_;
  MerkleTree tree_;
  std::unordered_set<std::string> recorded_;
};

class ServerCrash : public testing::Test {
 protected:
  ServerCrash() : folder_(fs::path(testing::TempDir()) / fmt::format("muniment_server_crash_{}", ::getpid())), store_(folder_ / "store") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    Store::create(store_, "agency");
    const std::string officer = token(TokenRole::OFFICER, "agency");
    const Served served(store_);
    SocketClient client(served.port);
    for (
        const char* command :
        {R"({"type":"register_provider","command_id":"p","provider":"110012345A","kind":"provider","organization":"Mercy","name":"Mercy"})",
         R"({"type":"assign_primary_user","command_id":"u","provider":"110012345A","profile":{"last_name":"Hughes","first_name":"Mary","birth_day":"01/02","email":"m@example.org","zip":"02302"},"pin":"4321"})"}) {
      client.send(http_request("POST", "/v1/commands", officer, command, "Content-Type: application/json\r\n"));
      const SocketAnswer answer = client.answer();
      EXPECT_EQ(answer.status, 200U) << answer.body;
    }
    primary_ = token(TokenRole::ACCOUNT, "mhughes1");
  }
  ~ServerCrash() override { fs::remove_all(folder_); }

  std::string token(TokenRole role, const std::string& name) const { return TokenFile(store_).create(make_token(role, name)); }

  // Sends commands in that form without end, until the connection does; the lines that came back.
  std::string batch(std::uint16_t port, int round, char name, std::atomic<bool>& has_begun) const {
    const bool is_capnp = name == 'm';
    SocketClient client(port);
    client.send(
        fmt::format("POST /v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/{}\r\n"
                    "Accept: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n",
                    primary_, is_capnp ? "capnp" : "x-ndjson"));
    for (int number = 1;; ++number) {
      const std::string id = fmt::format("{}-{}-{}", name, round, number);
      const std::string line = is_capnp ? create_message(id, round, number) : create(id, round, number) + "\n";
      if (!client.send(fmt::format("{:x}\r\n{}\r\n", line.size(), line))) break;
      // Takes what has come, which nobody sends whole.
      if (number % 32 == 0) client.read_until(nothing_like_it, std::chrono::milliseconds{3});
      if (!has_begun && client.received().find("\"status\"") != std::string::npos) has_begun = true;
    }
    client.is_closed_within(std::chrono::seconds{20});
    return client.received();
  }

  // One command a request, until there is no answer.
  std::string one_by_one(std::uint16_t port, int round, char name) const {
    std::string out;
    SocketClient client(port);
    for (int number = 1;; ++number) {
      const std::string id = fmt::format("{}-{}-{}", name, round, number);
      client.send(http_request("POST", "/v1/commands", primary_, create(id, round, number), "Content-Type: application/json\r\n"));
      const SocketAnswer answer = client.answer();
      if (answer.status != 200) return out;
      out += answer.body;
    }
  }

  // The ids of what was acknowledged before the node was killed.
  std::vector<std::string> serve_and_kill(int round, std::chrono::microseconds time) {
    Served served(store_);
    EXPECT_NE(served.port, 0) << "it does not start";
    std::array<std::string, 4> received;
    std::atomic<bool> has_begun = false;
    std::atomic<bool> has_begun_messages = false;
    std::vector<std::thread> clients;
    clients.emplace_back([&] { received[0] = batch(served.port, round, 'b', has_begun); });
    clients.emplace_back([&] { received[1] = one_by_one(served.port, round, 'c'); });
    clients.emplace_back([&] { received[2] = one_by_one(served.port, round, 'd'); });
    clients.emplace_back([&] { received[3] = batch(served.port, round, 'm', has_begun_messages); });
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while ((!has_begun || !has_begun_messages) && std::chrono::steady_clock::now() < patience)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    std::this_thread::sleep_for(time);
    ::kill(served.process(), SIGKILL);
    EXPECT_EQ(served.wait(), -1) << "it ended by itself";
    for (std::thread& client : clients) client.join();
    std::ofstream out(folder_ / "acknowledged", std::ios::app);
    std::vector<std::string> acknowledged;
    for (const std::string& bytes : received) {
      for (const std::string& id : accepted_in(bytes)) {
        out << id << '\n';
        acknowledged.push_back(id);
      }
    }
    return acknowledged;
  }

  // Opens the store as it was left, reads what is new, and closes it in no order, so that the next start finds it as after a kill.
  std::string look(const std::vector<std::string>& acknowledged) {
    Store store(store_);
    return judge_.look(store, acknowledged);
  }

  // The whole log and everything that was ever acknowledged, by a process of its own.
  int check() const {
    const int status = std::system(fmt::format("{} check {} {} > {}", MUNIMENT_CRASH_CHILD, store_.string(),
                                               (folder_ / "acknowledged").string(), (folder_ / "out").string())
                                       .c_str());
    return WEXITSTATUS(status);
  }

  const fs::path folder_;
  const fs::path store_;
  std::string primary_;
  Judge judge_;
};

TEST_F(ServerCrash, LosesNothingThatAClientHoldsAsAcceptedHoweverOftenTheNodeIsKilled) {
  std::mt19937 random(20261125);
  constexpr int whole_every = 25;
  std::size_t acknowledged = 0;
  int rounds_with_answers = 0;
  int rounds_with_messages = 0;
  for (int round = 1; round <= rounds(); ++round) {
    const std::vector<std::string> ids = serve_and_kill(round, std::chrono::microseconds(random() % 40'000));
    rounds_with_answers += ids.empty() ? 0 : 1;
    rounds_with_messages += std::ranges::any_of(ids, [](const std::string& id) { return id.starts_with("m-"); }) ? 1 : 0;
    acknowledged += ids.size();
    ASSERT_EQ(look(ids), "") << "round " << round;
    if (round % whole_every == 0 || round == rounds()) {
      ASSERT_EQ(check(), 0) << "round " << round;
    }
  }
  fmt::print("killed {} times; {} commands acknowledged, all there once\n", rounds(), acknowledged);
  EXPECT_GT(rounds_with_answers, rounds() / 2) << "too few rounds got as far as an answer to show anything";
  EXPECT_GT(rounds_with_messages, rounds() / 2) << "nor to messages of Cap'n Proto";
}

// The control: a command that was acknowledged and is not there is found.
TEST_F(ServerCrash, WouldNoticeALostCommand) {
  serve_and_kill(1, std::chrono::milliseconds{50});
  EXPECT_EQ(look({}), "");
  EXPECT_EQ(look({"b-1-999999999"}), "acknowledged and lost: b-1-999999999");
  std::ofstream(folder_ / "acknowledged", std::ios::app) << "b-1-999999999\n";
  EXPECT_EQ(check(), 1);
}

}  // namespace
}  // namespace muniment
