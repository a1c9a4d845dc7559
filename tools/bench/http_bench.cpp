// Commands over HTTP: a node and its callers in this process, each call a command or a batch, the next one when the last is answered.
// Prints the rate of durable commands.
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <bit>
#include <cstring>
#include <numeric>
#include <sstream>
#include <thread>

#include "tools/bench/http_callers.h"
#include "tools/server/http_server.h"
#include "tools/server/token_file.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

struct Flags {
  std::string folder;
  std::size_t connections = 16;
  std::size_t batch = 100;
  double seconds = 10;
  std::size_t accounts = 2000;
  std::string form = "capnp";
  std::string command = "assign_services";
  bool is_plain = false;

  bool is_assign() const { return command == "assign_services"; }
};

constexpr std::string_view provider = "110012345A";
constexpr std::int64_t time_mark = 0x7a7a'7a7a'7a7a'7a7a;

void tell(Store& store, const std::string& json) {
  CommandReader reader;
  std::string id;
  auto command = reader.read(json, id);
  if (!command) throw std::runtime_error(command.error().message());
  const Answer answer = store.sequencer().ask({.command = std::move(*command)});
  if (answer.status != Answer::Status::accepted) throw std::runtime_error("the store was not made ready");
}

// A provider with its Primary User and so many subordinates: jdoe1, jdoe2, ...
void make_accounts(Store& store, std::size_t count) {
  tell(
      store,
      R"({"type":"register_provider","command_id":"s1","actor":"officer:agency","provider":"110012345A","kind":"provider","organization":"M","name":"M"})");
  tell(
      store,
      R"({"type":"assign_primary_user","command_id":"s2","actor":"officer:agency","provider":"110012345A","profile":{"last_name":"Hughes","first_name":"Mary","birth_day":"11/23","email":"m@mercy.example","zip":"02139"},"pin":"4071"})");
  for (std::size_t i = 1; i <= count; ++i) {
    tell(
        store,
        fmt::format(
            R"({{"type":"create_subordinate","command_id":"c{0}","actor":"mhughes1","provider":"110012345A","last_name":"Doe","first_name":"John","birth_day":"07/04","email":"j{0}@mass.net","zip":"02302","pin":"1234","services":["manage_referrals"]}})",
            i));
  }
}

// One command with room for its id and its time. Every other turn gives an account a service and every other takes it away.
std::string command_of(const Flags& flags, std::size_t account, bool is_odd) {
  const std::string id(RequestTemplate::id_digits, '0');
  const std::string username = fmt::format("jdoe{}", account + 1);
  if (flags.form != "capnp" && flags.is_assign()) {
    return fmt::format(
        R"({{"type":"assign_services","command_id":"{}","provider":"{}","username":"{}","services":["manage_referrals"{}]}})", id, provider,
        username, is_odd ? "" : R"(,"view_provider_reports")");
  }
  if (flags.form != "capnp") {
    return fmt::format(R"({{"type":"record_sign_in","command_id":"{}","username":"{}","at":"{}","success":true}})", id, username,
                       RequestTemplate::text_time);
  }
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<request::Command>();
  command.setCommandId(id);
  command.setActor(flags.is_assign() ? "mhughes1" : "submitter:portal");
  if (flags.is_assign()) {
    auto body = command.getBody().initAssignServices();
    body.setProvider(capnp::Text::Reader(provider.data(), provider.size()));
    body.setUsername(username);
    auto services = body.initServices(is_odd ? 1 : 2);
    services.set(0, "manage_referrals");
    if (!is_odd) services.set(1, "view_provider_reports");
  } else {
    auto body = command.getBody().initRecordSignIn();
    body.setUsername(username);
    body.setAt(time_mark);
    body.setSuccess(true);
  }
  const auto words = capnp::messageToFlatArray(message);
  return {words.asChars().begin(), words.asChars().size()};
}

void note_places(std::string_view text, std::string_view mark, std::size_t base, std::vector<std::size_t>& out) {
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + mark.size())) out.push_back(base + at);
}

RequestTemplate request_of(const Flags& flags, const std::string& token, std::size_t connection, bool is_odd) {
  std::string body;
  for (std::size_t i = 0; i < flags.batch; ++i) {
    body += command_of(flags, (connection * flags.batch + i) % flags.accounts, is_odd);
    if (flags.form == "ndjson") body += "\n";
  }
  const std::string type = flags.form == "ndjson" ? "x-ndjson" : flags.form;
  RequestTemplate out;
  out.text = fmt::format(
      "POST /v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/{}\r\nContent-Length: {}\r\n\r\n",
      token, type, body.size());
  const std::size_t base = out.text.size();
  note_places(body, std::string(RequestTemplate::id_digits, '0'), base, out.ids);
  note_places(body, RequestTemplate::text_time, base, out.text_times);
  const auto mark = std::bit_cast<std::array<char, sizeof time_mark>>(time_mark);
  note_places(body, {mark.data(), mark.size()}, base, out.times);
  out.text += body;
  return out;
}

double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string token_for(const Flags& flags) {
  return TokenFile(flags.folder)
      .create({.id = {},
               .hash = {},
               .role = flags.is_assign() ? TokenRole::ACCOUNT : TokenRole::SUBMITTER,
               .name = flags.is_assign() ? "mhughes1" : "portal",
               .providers = {},
               .created_at = system_now(),
               .created_by = "bench",
               .expires_at = {},
               .revoked_at = {},
               .revoked_by = {}});
}

// That were written: each is one sync.
double groups_of(Node& node) {
  const auto counts = node.sequencer()->meter().group_sizes().counts;
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

void measure(const Flags& flags, Node& node, Store& store, std::uint16_t port, const std::string& token) {
  std::vector<std::vector<RequestTemplate>> requests;
  for (std::size_t i = 0; i < flags.connections; ++i)
    requests.push_back({request_of(flags, token, i, false), request_of(flags, token, i, true)});
  HttpCallers callers(port, std::move(requests));
  const Position before = store.log().head(0).position;
  const double processor_before = processor_seconds();
  const auto groups_before = groups_of(node);
  const auto began = std::chrono::steady_clock::now();
  const std::size_t answered =
      callers.run(std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(flags.seconds)));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const auto commands = static_cast<double>(store.log().head(0).position - before);
  if (commands < static_cast<double>(answered * flags.batch)) throw std::runtime_error("not every command that was answered is an event");
  if (flags.is_plain) return fmt::print("{:.0f}\n", commands / seconds);
  fmt::print(
      "{} connections, {} of {}, {}: {:.0f} durable commands/s, {:.2f} us of processor a command, callers included, groups of {:.1f}\n",
      flags.connections, flags.command, flags.batch, flags.form, commands / seconds,
      (processor_seconds() - processor_before) * 1e6 / commands, commands / (groups_of(node) - groups_before));
}

void run(const Flags& flags) {
  if (flags.form == "json" && flags.batch != 1) throw std::runtime_error("--form json carries one command: --batch 1");
  if (flags.accounts < flags.connections * flags.batch) throw std::runtime_error("--accounts: fewer than commands under way");
  Store::create(flags.folder, "agency");
  Store store(flags.folder);
  make_accounts(store, flags.accounts);
  const std::string token = token_for(flags);
  {
    // One caller sends all that the node takes: what it is allowed a second by default is not what is measured.
    NodeSettings settings{.listen = {"127.0.0.1", 0}};
    settings.limits.commands_a_second_max = 0;
    Node node(store, {.settings = settings});
    std::ostringstream written;
    Log log(written, LogLevel::error);
    HttpServer server(node, log, settings);
    std::jthread serving([&] {
      ::pthread_setname_np(::pthread_self(), "node");  // For top and perf.
      server.run();
    });
    const std::unique_ptr<HttpServer, void (*)(HttpServer*)> stop_at_end(&server, [](HttpServer* node_server) { node_server->stop(); });
    measure(flags, node, store, server.port(), token);
  }
  store.close();
}

}  // namespace
}  // namespace muniment

int main(int argc, char** argv) {
  muniment::Flags flags;
  CLI::App app("Commands over HTTP against a node in this process");
  app.add_option("folder", flags.folder, "A new folder for the store")->required();
  app.add_option("--connections", flags.connections, "Each sends one request after another");
  app.add_option("--batch", flags.batch, "Commands a request");
  app.add_option("--seconds", flags.seconds, "How long");
  app.add_option("--accounts", flags.accounts, "That the commands are about");
  app.add_option("--form", flags.form, "capnp, ndjson or, of one command a request, json")
      ->check(CLI::IsMember({"capnp", "ndjson", "json"}));
  app.add_option("--command", flags.command, "assign_services or record_sign_in")
      ->check(CLI::IsMember({"assign_services", "record_sign_in"}));
  app.add_flag("--plain", flags.is_plain, "Print the rate alone");
  CLI11_PARSE(app, argc, argv);
  try {
    muniment::run(flags);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
