#include "tests/faults/clients/node_clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "../../tools/server/make_token.h"
#include "../../tools/server/socket_client.h"

namespace muniment::faults {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

NodeClients::NodeClients(fs::path store, const ClientHabits& habits)
    : store_(std::move(store)),
      habits_(habits),
      officer_(token(TokenRole::OFFICER, "agency")),
      primary_(token(TokenRole::ACCOUNT, "mhughes1")) {}

std::string NodeClients::token(TokenRole role, const std::string& name) const { return TokenFile(store_).create(make_token(role, name)); }

void NodeClients::command(const std::string& body, const std::string& token) const {
  SocketClient client(port_);
  client.send(http_request("POST", "/v1/commands", token, body, "Content-Type: application/json\r\n"));
  const SocketAnswer answer = client.answer();
  if (answer.status != 200) throw std::runtime_error(answer.body);
}

void NodeClients::prepare() {
  command(
      R"({"type":"register_provider","command_id":"p","provider":"110012345A","kind":"provider","organization":"Mercy","name":"Mercy"})",
      officer_);
  command(
      R"({"type":"assign_primary_user","command_id":"u","provider":"110012345A","profile":{"last_name":"Hughes","first_name":"Mary","birth_day":"01/02","email":"m@example.org","zip":"02302"},"pin":"4321"})",
      officer_);
  for (unsigned key = 0; key < keys; ++key) {
    command(
        fmt::format(
            R"({{"type":"create_subordinate","command_id":"k{0}","provider":"110012345A","last_name":"Key{1}","first_name":"Quinn","birth_day":"02/29","pin":"0123","email":"k{0}@example.org","zip":"02302","services":["manage_referrals"]}})",
            key, static_cast<char>('A' + key)),
        primary_);
    before_.push_back({false, 1});
  }
}

bool NodeClients::locks_an_account(std::uint16_t port, const std::string& command_id, bool wants_locked) const {
  ClientCall call;
  call.asked = Asked::write;
  call.command_id = command_id;
  call.wants_locked = wants_locked;
  try {
    SocketClient client(port);
    client.send(request_of(call));
    return take(client.answer(), call) == Told::changed;
  } catch (const std::exception&) {  // It has ended.
    return false;
  }
}

std::string NodeClients::request_of(const ClientCall& call) const {
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
Told NodeClients::take(const SocketAnswer& answer, ClientCall& call) {
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
void NodeClients::ask(ClientCall& call, std::mt19937& random, Clock::time_point until) const {
  call.invoked_ns = now_ns();
  do {
    try {
      SocketClient client(port_);
      client.send(request_of(call));
      if (random() % habits_.hangs_up_one_in == 0) continue;
      call.told = take(client.answer(), call);
    } catch (const std::exception&) {
    }
    call.completed_ns = now_ns();
    if (call.told == Told::nothing) std::this_thread::sleep_for(habits_.retry_after);
  } while (call.told == Told::nothing && Clock::now() < until && (habits_.gives_up_one_in == 0 || random() % habits_.gives_up_one_in != 0));
}

ClientHistory NodeClients::be_client(unsigned process, unsigned seed, Clock::time_point until) const {
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
    ask(call, random, until + habits_.patience);
    waits_for = std::max(waits_for, call.position);
    if (call.told == Told::state) seen[call.key] = call.state;
    if (call.told == Told::nothing) process += count;
    out.push_back(std::move(call));
    std::this_thread::sleep_for(habits_.rest_max * (random() % 64) / 64);
  }
  return out;
}

FinalLog NodeClients::read_log() {
  FinalLog out{.before = before_, .changes = {}};
  std::uint64_t& from = next_position_;
  for (bool goes_on = true; goes_on;) {
    SocketClient client(port_);
    client.send(http_request("GET", fmt::format("/v1/events?from={}&limit=1000", from), officer_, "", "Accept: application/x-ndjson\r\n"));
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

ClientHistory NodeClients::round(unsigned seed, std::chrono::milliseconds time, const std::function<void()>& meanwhile) {
  began_ = Clock::now();
  const auto until = began_ + time;
  std::vector<std::jthread> threads;
  std::mutex mutex;
  ClientHistory history;
  for (unsigned process = 0; process < count; ++process) {
    threads.emplace_back([&, process] {
      ClientHistory own = be_client(process, seed + process, until);
      const std::lock_guard lock(mutex);
      history.insert(history.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
    });
  }
  meanwhile();
  threads.clear();
  return history;
}

void NodeClients::go_on_from(const FinalLog& log) {
  for (const LoggedChange& change : log.changes) before_[change.key] = {change.is_locked, before_[change.key].version + 1};
}

void keep_history(const ClientHistory& history, const std::string& name) {
  const char* folder = std::getenv("MUNIMENT_HISTORIES");
  if (folder == nullptr) return;
  fs::create_directories(folder);
  std::ofstream edn(fs::path(folder) / (name + ".edn"));
  write_edn(history, edn);
  std::ofstream json(fs::path(folder) / (name + ".jsonl"));
  write_json_lines(history, json);
}

}  // namespace muniment::faults
