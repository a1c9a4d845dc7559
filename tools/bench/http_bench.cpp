// Commands over HTTP: a node and its callers in this process, each call a batch, the next one when the last is answered. Prints the rate of
// durable commands.
#include <arpa/inet.h>
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <sstream>
#include <thread>

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
  std::size_t accounts = 1000;
  std::string form = "capnp";
};

constexpr std::size_t id_digits = 12;

void tell(Store& store, const std::string& json) {
  CommandReader reader;
  std::string id;
  auto command = reader.read(json, id);
  if (!command) throw std::runtime_error(command.error().message());
  const Answer answer = store.sequencer().ask({.command = std::move(*command)});
  if (answer.status != Answer::Status::accepted) throw std::runtime_error("the store was not made ready");
}

// A provider with its Primary User and so many subordinates: user1, user2, ...
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

// One command with room for its id, which stands in it as so many digits.
std::string command_of(const Flags& flags, std::size_t account) {
  const std::string id(id_digits, '0');
  const std::string username = fmt::format("jdoe{}", account + 1);
  if (flags.form == "ndjson")
    return fmt::format(R"({{"type":"record_sign_in","command_id":"{}","username":"{}","at":"2024-01-01","success":true}})", id, username) +
           "\n";
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<request::Command>();
  command.setCommandId(id);
  command.setActor("submitter:portal");
  auto body = command.getBody().initRecordSignIn();
  body.setUsername(username);
  body.setAt(1'704'067'200'000'000'000);
  body.setSuccess(true);
  const auto words = capnp::messageToFlatArray(message);
  return {words.asChars().begin(), words.asChars().size()};
}

// One connection, one batch after another.
class Caller {
 public:
  Caller(const Flags& flags, std::uint16_t port, const std::string& token, std::size_t number)
      : number_(number), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("cannot connect");
    std::string body;
    for (std::size_t i = 0; i < flags.batch; ++i) {
      const std::string command = command_of(flags, (number * flags.batch + i) % flags.accounts);
      ids_.push_back(body.size() + command.find(std::string(id_digits, '0')));
      body += command;
    }
    request_ = fmt::format(
        "POST /v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/{}\r\nContent-Length: {}\r\n\r\n",
        token, flags.form == "capnp" ? "capnp" : "x-ndjson", body.size());
    for (std::size_t& place : ids_) place += request_.size();
    request_ += body;
  }
  ~Caller() { ::close(socket_); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void call() {
    for (const std::size_t place : ids_) fmt::format_to_n(request_.data() + place, id_digits, "{:02}{:010}", number_, count_++);
    if (::send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size()))
      throw std::runtime_error("the node has closed");
    received_.clear();
    while (!is_answered()) receive();
    if (!received_.starts_with("HTTP/1.1 200")) throw std::runtime_error(received_);
  }

 private:
  void receive() {
    const std::size_t size = received_.size();
    received_.resize(size + 65'536);
    const ssize_t got = ::recv(socket_, received_.data() + size, received_.size() - size, 0);
    if (got <= 0) throw std::runtime_error("the node has closed");
    received_.resize(size + static_cast<std::size_t>(got));
  }

  // The last chunk is there.
  bool is_answered() const {
    std::size_t at = received_.find("\r\n\r\n");
    if (at == std::string::npos) return false;
    at += 4;
    while (at < received_.size()) {
      const std::size_t end = received_.find("\r\n", at);
      if (end == std::string::npos) return false;
      const std::size_t size = std::stoul(received_.substr(at, end - at), nullptr, 16);
      at = end + 2 + size + 2;
      if (size == 0) return at <= received_.size();
    }
    return false;
  }

  const std::size_t number_;
  int socket_;
  std::string request_;
  std::vector<std::size_t> ids_;  // Places of the ids in it.
  std::size_t count_ = 0;
  std::string received_;
};

double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void run(const Flags& flags) {
  Store::create(flags.folder, "agency");
  Store store(flags.folder);
  make_accounts(store, flags.accounts);
  const std::string token = TokenFile(flags.folder)
                                .create({.id = {},
                                         .hash = {},
                                         .role = TokenRole::SUBMITTER,
                                         .name = "portal",
                                         .providers = {},
                                         .created_at = system_now(),
                                         .created_by = "bench",
                                         .expires_at = {},
                                         .revoked_at = {},
                                         .revoked_by = {}});
  {
    Node node(store);
    std::ostringstream written;
    Log log(written, LogLevel::error);
    HttpServer server(node, log, NodeSettings{.listen = {"127.0.0.1", 0}});
    std::thread serving([&] { server.run(false); });
    const Position before = store.log().head(0).position;
    const auto began = std::chrono::steady_clock::now();
    const double processor_before = processor_seconds();
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < flags.connections; ++i) {
      callers.emplace_back([&, i] {
        Caller caller(flags, server.port(), token, i);
        const auto until = began + std::chrono::duration<double>(flags.seconds);
        while (std::chrono::steady_clock::now() < until) caller.call();
      });
    }
    for (std::thread& caller : callers) caller.join();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const auto commands = static_cast<double>(store.log().head(0).position - before);
    fmt::print("{} connections, batches of {}, {}: {:.0f} durable commands/s, {:.2f} us of processor a command, callers included\n",
               flags.connections, flags.batch, flags.form, commands / seconds, (processor_seconds() - processor_before) * 1e6 / commands);
    server.stop();
    serving.join();
  }
  store.close();
}

}  // namespace
}  // namespace muniment

int main(int argc, char** argv) {
  muniment::Flags flags;
  CLI::App app("Commands over HTTP against a node in this process");
  app.add_option("folder", flags.folder, "A new folder for the store")->required();
  app.add_option("--connections", flags.connections, "Each sends one batch after another");
  app.add_option("--batch", flags.batch, "Commands a request");
  app.add_option("--seconds", flags.seconds, "How long");
  app.add_option("--accounts", flags.accounts, "That the commands are about");
  app.add_option("--form", flags.form, "capnp or ndjson")->check(CLI::IsMember({"capnp", "ndjson"}));
  CLI11_PARSE(app, argc, argv);
  try {
    muniment::run(flags);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
