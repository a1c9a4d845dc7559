// Many clients of one node that is killed and started again under them. They lock and unlock a few accounts, with and without a version,
// read them, hang up in the middle, and send again what they have no answer to. What each was told is a history, which is written for
// outside checkers where MUNIMENT_HISTORIES names a folder, and judged here.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>

#include "../../tools/server/make_token.h"
#include "../../tools/server/served.h"
#include "../../tools/server/socket_client.h"
#include "tests/faults/clients/judge.h"
#include "tests/faults/report/report.h"
#include "tools/server/token_file.h"
#include "tools/store/store.h"

namespace muniment::faults {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr unsigned keys = 4;
constexpr unsigned clients = 6;

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

std::string username_of(unsigned key) { return fmt::format("qkey{}1", static_cast<char>('a' + key)); }

// The value of a member, without quotes; empty where there is none.
std::string member(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const auto at = json.find(key);
  if (at == std::string::npos) return "";
  auto begin = at + key.size();
  const bool is_text = json[begin] == '"';
  if (is_text) ++begin;
  return json.substr(begin, json.find_first_of(is_text ? "\"" : ",}", begin) - begin);
}

std::uint64_t number(const std::string& text) {
  std::uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// All of it came.
bool is_whole(const SocketAnswer& answer) {
  constexpr std::string_view field = "Content-Length: ";
  const auto at = answer.head.find(field);
  return answer.status != 0 && (at == std::string::npos || number(answer.head.substr(at + field.size())) == answer.body.size());
}

std::uint64_t version_in(const SocketAnswer& answer) {
  constexpr std::string_view field = "ETag: \"";
  const auto at = answer.head.find(field);
  return at == std::string::npos ? 0 : number(answer.head.substr(at + field.size()));
}

class Clients : public testing::Test {
 protected:
  Clients() : folder_(fs::path(testing::TempDir()) / fmt::format("muniment_clients_{}", ::getpid())), store_(folder_ / "store") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    Store::create(store_, "agency");
    officer_ = token(TokenRole::OFFICER, "agency");
    start();
    command(
        R"({"type":"register_provider","command_id":"p","provider":"110012345A","kind":"provider","organization":"Mercy","name":"Mercy"})",
        officer_);
    command(
        R"({"type":"assign_primary_user","command_id":"u","provider":"110012345A","profile":{"last_name":"Hughes","first_name":"Mary","birth_day":"01/02","email":"m@example.org","zip":"02302"},"pin":"4321"})",
        officer_);
    primary_ = token(TokenRole::ACCOUNT, "mhughes1");
    for (unsigned key = 0; key < keys; ++key) {
      command(
          fmt::format(
              R"({{"type":"create_subordinate","command_id":"k{0}","provider":"110012345A","last_name":"Key{1}","first_name":"Quinn","birth_day":"02/29","pin":"0123","email":"k{0}@example.org","zip":"02302","services":["manage_referrals"]}})",
              key, static_cast<char>('A' + key)),
          primary_);
      before_.push_back({false, 1});
    }
  }
  ~Clients() override {
    node_.reset();
    fs::remove_all(folder_);
  }

  std::string token(TokenRole role, const std::string& name) const { return TokenFile(store_).create(make_token(role, name)); }

  void start() {
    node_ = std::make_unique<Served>(store_);
    ASSERT_NE(node_->port, 0);
    port_ = node_->port;
  }
  void kill_and_start() {
    ::kill(node_->process(), SIGKILL);
    node_->wait();
    start();
  }

  void command(const std::string& body, const std::string& token) const {
    SocketClient client(port_);
    client.send(http_request("POST", "/v1/commands", token, body, "Content-Type: application/json\r\n"));
    const SocketAnswer answer = client.answer();
    ASSERT_EQ(answer.status, 200U) << answer.body;
  }

  std::int64_t now_ns() const { return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began_).count(); }

  std::string request_of(const ClientCall& call) const {
    if (call.asked == Asked::read) return http_request("GET", "/v1/accounts/" + username_of(call.key), primary_);
    if (call.asked == Asked::follow) {
      const std::string wait = call.waits_for == 0 ? "" : fmt::format("?wait_for={}", call.waits_for);
      return http_request("GET", "/v1/accounts/" + username_of(call.key) + wait, officer_);
    }
    const std::string version = call.asked == Asked::write ? "" : fmt::format(R"(,"expected_version":{})", call.expected_version);
    const std::string body =
        fmt::format(R"({{"type":"{}","command_id":"{}","username":"{}","reason":"drill"{}}})",
                    call.wants_locked ? "lock_account" : "unlock_account", call.command_id, username_of(call.key), version);
    return http_request("POST", "/v1/commands", officer_, body, "Content-Type: application/json\r\n");
  }

  // Nothing: it says nothing, and is asked again.
  static Told take(const SocketAnswer& answer, ClientCall& call) {
    if (!is_whole(answer)) return Told::nothing;
    if (call.asked == Asked::read || call.asked == Asked::follow) {
      if (answer.status != 200) return Told::nothing;
      call.state = {member(answer.body, "usable") == "false", version_in(answer)};
      call.position = number(member(answer.body, "true_of"));
      return Told::state;
    }
    const std::string status = member(answer.body, "status");
    if (answer.status == 200 && status == "accepted") {
      call.position = number(member(answer.body, "first_position"));
      return Told::changed;
    }
    if (answer.status == 200 && status == "unchanged") return Told::unchanged;
    if (answer.status != 409 || member(answer.body, "refusal") != "version_conflict") return Told::nothing;
    call.state.version = number(member(answer.body, "actual_version"));
    return Told::stale;
  }

  // Sends it, and again where no answer comes, for as long as is allowed; now and then it hangs up before the answer.
  void ask(ClientCall& call, std::mt19937& random, Clock::time_point until) const {
    call.invoked_ns = now_ns();
    do {
      try {
        SocketClient client(port_);
        client.send(request_of(call));
        if (random() % 16 == 0) continue;
        call.told = take(client.answer(), call);
      } catch (const std::exception&) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
      }
      call.completed_ns = now_ns();
    } while (call.told == Told::nothing && Clock::now() < until && random() % 64 != 0);
  }

  ClientHistory be_client(unsigned process, unsigned seed, Clock::time_point until) const {
    std::mt19937 random(seed);
    ClientHistory out;
    std::vector<State> seen = before_;
    std::uint64_t waits_for = 0;
    for (int i = 0; Clock::now() < until; ++i) {
      ClientCall call;
      call.process = process;
      call.asked = static_cast<Asked>(random() % 4);
      call.key = static_cast<unsigned>(random() % keys);
      call.wants_locked = random() % 2 == 0;
      call.expected_version = seen[call.key].version;
      call.command_id = fmt::format("c-{}-{}-{}", seed, process, i);
      if (call.asked == Asked::follow) call.waits_for = waits_for;
      if (call.asked == Asked::compare_and_set) call.wants_locked = !seen[call.key].is_locked;
      ask(call, random, until + std::chrono::seconds{5});
      waits_for = std::max(waits_for, call.position);
      if (call.told == Told::state) seen[call.key] = call.state;
      if (call.told == Told::nothing) process += clients;
      out.push_back(std::move(call));
      std::this_thread::sleep_for(std::chrono::milliseconds{random() % 8});
    }
    return out;
  }

  // Everything that was recorded since the last look, by the node itself.
  FinalLog read_log() {
    FinalLog out{.before = before_, .changes = {}};
    std::uint64_t& from = next_position_;
    for (bool goes_on = true; goes_on;) {
      SocketClient client(port_);
      client.send(
          http_request("GET", fmt::format("/v1/events?from={}&limit=1000", from), officer_, "", "Accept: application/x-ndjson\r\n"));
      std::istringstream lines(client.answer().body);
      goes_on = false;
      for (std::string line; std::getline(lines, line);) {
        const std::string position = member(line, "position");
        if (position.empty()) continue;
        from = number(position) + 1;
        goes_on = true;
        const std::string type = member(line, "type");
        if (type != "account_locked" && type != "account_unlocked") continue;
        const std::string username = member(line, "username");
        out.changes.push_back(
            {number(position), static_cast<unsigned>(username[4] - 'a'), type == "account_locked", member(line, "command_id")});
      }
    }
    return out;
  }

  // One round: clients for so long, and the node killed under them.
  ClientHistory round(unsigned seed, std::chrono::milliseconds time, int kills) {
    began_ = Clock::now();
    const auto until = began_ + time;
    std::vector<std::thread> threads;
    std::mutex mutex;
    ClientHistory history;
    for (unsigned process = 0; process < clients; ++process) {
      threads.emplace_back([&, process] {
        ClientHistory own = be_client(process, seed + process, until);
        const std::lock_guard lock(mutex);
        history.insert(history.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
      });
    }
    for (int i = 0; i < kills; ++i) {
      std::this_thread::sleep_for(time / (kills + 1));
      kill_and_start();
    }
    for (std::thread& thread : threads) thread.join();
    return history;
  }

  static void keep(const ClientHistory& history, unsigned seed) {
    const char* folder = std::getenv("MUNIMENT_HISTORIES");
    if (folder == nullptr) return;
    fs::create_directories(folder);
    std::ofstream edn(fs::path(folder) / fmt::format("{}.edn", seed));
    write_edn(history, edn);
    std::ofstream json(fs::path(folder) / fmt::format("{}.jsonl", seed));
    write_json_lines(history, json);
  }

  // What the next round begins with.
  void go_on_from(const FinalLog& log) {
    for (const LoggedChange& change : log.changes) before_[change.key] = {change.is_locked, before_[change.key].version + 1};
  }

  const fs::path folder_;
  const fs::path store_;
  std::string officer_;
  std::string primary_;
  std::unique_ptr<Served> node_;
  std::atomic<std::uint16_t> port_ = 0;
  Clock::time_point began_ = Clock::now();
  std::vector<State> before_;
  std::uint64_t next_position_ = 1;
};

std::size_t count(const ClientHistory& history, Told told) {
  return static_cast<std::size_t>(std::ranges::count(history, told, &ClientCall::told));
}

// Of a history that is right: one read that shows what was not.
void falsify_a_read(ClientHistory& history) {
  for (ClientCall& call : history) {
    if (call.told != Told::state || call.asked != Asked::read) continue;
    call.state.is_locked = !call.state.is_locked;
    return;
  }
}

TEST_F(Clients, AreToldNothingThatCannotBeTrueHoweverOftenTheNodeIsKilled) {
  const int rounds = number_from("MUNIMENT_HISTORY_ROUNDS", 1);
  constexpr int kills = 2;
  std::size_t told = 0;
  for (int i = 0; i < rounds; ++i) {
    const unsigned seed = 1000U * static_cast<unsigned>(i + 1);
    const ClientHistory history = round(seed, std::chrono::milliseconds{1500}, kills);
    const FinalLog log = read_log();
    keep(history, seed);
    ASSERT_EQ(judge(history, log), "") << "seed " << seed;
    for (const Told what : {Told::changed, Told::unchanged, Told::stale, Told::state}) EXPECT_GT(count(history, what), 0U);
    ClientHistory wrong = history;
    falsify_a_read(wrong);
    EXPECT_NE(judge(wrong, log), "") << "the control";
    told += history.size() - count(history, Told::nothing);
    go_on_from(log);
  }
  fmt::print("{} rounds, {} calls answered\n", rounds, told);
  report({.fault = "many clients: calls, with the node killed under them", .times = told});
  report({.fault = "many clients: kills", .times = static_cast<std::uint64_t>(rounds * kills)});
  report_control("many clients: a read of another state in a history that was right", true);
}

}  // namespace
}  // namespace muniment::faults
