// muniment serve: the node.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ostream>
#include <thread>
#include <vector>

#include "events/log/durable_head.h"
#include "events/log/postgres_log.h"
#include "tools/muniment/node_configuration.h"
#include "tools/muniment/open_store.h"
#include "tools/server/held_signal.h"
#include "tools/server/host_port.h"
#include "tools/server/http_server.h"
#include "tools/server/peer_heads.h"
#include "tools/server/service_manager.h"
#include "tools/store/log_key.h"
#include "tools/store/log_place.h"

namespace muniment {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_at_lease_every{100};
constexpr std::chrono::seconds take_over_again_after{10};  // Where this node had the lease and could not use it.

ExitCode check(const Configuration& configuration, Console& console) {
  console.out << configuration.text() << std::flush;
  const std::vector<std::string> faults = configuration.faults();
  for (const std::string& fault : faults) console.error(fault);
  return faults.empty() ? ExitCode::ok : ExitCode::usage;
}

void require_cluster(const ClusterSettings& cluster) {
  if (!cluster.is_standby) return;
  if (cluster.advertise.starts_with("https") && cluster.ca.empty())
    throw CliError(ExitCode::usage,
                   "a standby needs cluster.ca, who signs the certificates of the nodes: it sends what callers show to no others");
  if (!cluster.ca.empty() && !cluster.advertise.empty() && !cluster.advertise.starts_with("https"))
    throw CliError(ExitCode::usage,
                   "cluster.ca is set, and then nodes call each other by https alone: cluster.advertise is to be an https address, or "
                   "cluster.ca is to be left out");
  if (cluster.advertise.empty() || cluster.token_file.empty())
    throw CliError(
        ExitCode::usage,
        "a standby needs cluster.advertise, where the other nodes reach it once it has taken over, and cluster.token_file, with a "
        "token of role node, without which nobody records who reads there");
}

// One process: a node, and where it is told to stand by, one node after another on the same socket.
class NodeService {
 public:
  NodeService(const ServeFlags& flags, const NodeSettings& settings, Console& console)
      : flags_(flags),
        settings_(settings),
        console_(console),
        held_(held({SIGHUP})),
        listener_(settings),
        what_(fmt::format("serve at {}", listener_.url())),
        log_(console.err, settings.log_level, can_write_to(STDERR_FILENO)) {}

  // The node that appends. Throws LogInUse while another does.
  ExitCode append(bool takes_over);
  // Nodes that follow, until one may append, or the process is to end.
  ExitCode stand_by();

 private:
  // Why the node ended.
  struct Ended {
    bool may_take_over = false;
  };

  StoreOptions options() const {
    return {.without_vault = flags_.without_vault,
            .log_url = settings_.store_log,
            .vault_url = settings_.store_vault,
            .read_log_url = settings_.cluster.read_log,
            .address = settings_.cluster.advertise};
  }
  StoreOptions options_to_append();
  static std::vector<std::unique_ptr<HeldSignal>> held(std::initializer_list<int> numbers) {
    std::vector<std::unique_ptr<HeldSignal>> out;
    for (const int number : numbers) out.push_back(std::make_unique<HeldSignal>(number));
    return out;
  }
  std::optional<ExitCode> try_to_append();
  Ended follow();
  Ended serve(Store& store);
  void wait_for_lease(const Node& node, HttpServer& server, std::atomic<bool>& may_take_over, const std::stop_token& stop) const;
  bool is_free(const LogLease& lease) const;
  bool may_take() const;

  const ServeFlags& flags_;
  const NodeSettings& settings_;
  Console& console_;
  // From before the certificate is read: one that is renewed while the store opens is read again once the node listens. From one node to
  // the next, what ends it too.
  std::vector<std::unique_ptr<HeldSignal>> held_;
  HttpListener listener_;
  const std::string what_;
  Log log_;
  const ServiceManager manager_;
  std::optional<SignsOfLife> signs_of_life_;  // From the end of one node until the next is there.
  bool has_told_port_ = false;
  Clock::time_point take_over_after_ = Clock::now();
  std::vector<Submission> unrecorded_;  // By the node that followed.
};

NodeService::Ended NodeService::serve(Store& store) {
  std::atomic<bool> may_take_over = false;
  Node node(store, {.settings = settings_,
                    .on_notice = [this](std::string_view notice) { log_.write(LogLevel::warning, notice); },
                    .on_alive = [this] { manager_.tell("WATCHDOG=1"); },
                    .on_stopping =
                        [this, &may_take_over] {
                          if (may_take_over) {
                            signs_of_life_.emplace(manager_);
                          } else {
                            manager_.tell("STOPPING=1");
                          }
                        },
                    .unrecorded = std::exchange(unrecorded_, {})});
  HttpServer server(node, log_, settings_, settings_.cluster.is_standby ? listener_.again(settings_) : std::move(listener_));
  server.handle_signals();
  held_.clear();
  log_.write(LogLevel::info, "listening",
             {{"address", host_port(settings_.listen.host, server.port())},
              {"head", Cell{store.log().head(0).position}},
              {"standby_of", node.is_standby() ? Cell{node.lease().holder.text()} : Cell{}}});
  if (!std::exchange(has_told_port_, true)) console_.out << server.port() << std::endl;
  manager_.tell("READY=1");
  signs_of_life_.reset();  // The node gives them.
  std::jthread watch;
  if (node.is_standby()) watch = std::jthread([&](const std::stop_token& stop) { wait_for_lease(node, server, may_take_over, stop); });
  server.run();
  watch = {};
  // Who was told to end does not take over, whichever came first.
  if (server.was_signalled()) may_take_over = false;
  if (may_take_over) held_ = held({SIGHUP, SIGTERM, SIGINT});
  if (node.has_failed()) {
    log_.write(LogLevel::error, "ended after a failure of the store", {{"what", node.failure()}});
    if (node.is_failure_of_databases())
      throw StoreTaken("the store's databases take nothing more from this node, and it ended; start it again");
    // As after a crash: nothing is flushed from a memory that the disk may not agree with, and the next opening checks.
    throw StoreStopped("the store could not record something, and the node ended; see that the disk is well, then start it again");
  }
  unrecorded_ = node.take_unrecorded();
  if (!may_take_over && !unrecorded_.empty())
    log_.write(LogLevel::warning, "what was read here last is not on record: the node that appends could not be told",
               {{"records", std::to_string(unrecorded_.size())}});
  log_.write(LogLevel::info, may_take_over ? "the other node is gone; this one takes over" : "ended",
             {{"head", Cell{store.log().head(0).position}}});
  return {.may_take_over = may_take_over};
}

// What others have seen is asked first: the log that is written to must be the one that they saw.
StoreOptions NodeService::options_to_append() {
  StoreOptions out = options();
  if (settings_.cluster.nodes.empty()) return out;
  read_marker(settings_.store);  // Whether it is a store at all is said first.
  PeerHeads peers = ask_peers(settings_.cluster, read_public_log_keys(settings_.store));
  for (const std::string& what : peers.unheard) log_.write(LogLevel::warning, what);
  out.known = std::move(peers.known);
  return out;
}

ExitCode NodeService::append(bool takes_over) {
  StoreOptions options = options_to_append();
  options.takes_over = takes_over;
  return with_store(
      settings_.store, what_, console_,
      [&](Store& store) {
        serve(store);
        return ExitCode::ok;
      },
      std::move(options));
}

// Nothing: another node has the log, or this one cannot do what it takes to append to it; then it has given the lease back.
std::optional<ExitCode> NodeService::try_to_append() {
  const auto cannot = [this](const std::exception& why) {
    log_.write(LogLevel::error, "this node cannot take over", {{"what", std::string{why.what()}}});
    take_over_after_ = Clock::now() + take_over_again_after;
    return std::nullopt;
  };
  bool has_begun = false;
  StoreOptions options = options_to_append();
  options.takes_over = true;
  std::optional<std::string> why_not;
  try {
    const ExitCode code = with_store(
        settings_.store, what_, console_,
        [&](Store& store) {
          try {
            store.sequencer();
          } catch (const LogKeyError& error) {
            why_not = error.what();
            return ExitCode::ok;  // With the store closed in order.
          }
          has_begun = true;
          log_.write(LogLevel::info, "this node has the lease of the log");
          serve(store);
          return ExitCode::ok;
        },
        std::move(options));
    if (why_not) return cannot(std::runtime_error(*why_not));
    return code;
  } catch (const LogInUse&) {
    return std::nullopt;
  } catch (const VaultError& error) {
    if (has_begun) throw;
    return cannot(error);
  }
}

ExitCode NodeService::stand_by() {
  while (true) {
    const auto appended = try_to_append();
    if (appended) return *appended;
    if (!follow().may_take_over) return ExitCode::ok;
  }
}

NodeService::Ended NodeService::follow() {
  Ended ended;
  StoreOptions options = this->options();
  options.follows = true;
  with_store(
      settings_.store, what_, console_,
      [&](Store& store) {
        ended = serve(store);
        return ExitCode::ok;
      },
      std::move(options));
  return ended;
}

bool NodeService::is_free(const LogLease& lease) const {
  return lease.left == lease.left.zero() || lease.holder.name == node_name_of(settings_.store);
}

// By a server that takes writes: the one that a standby reads from may be behind.
bool NodeService::may_take() const {
  try {
    const std::string url = settings_.store_log.empty() ? read_log_url(settings_.store) : settings_.store_log;
    return is_free(PostgresLog::look_at_lease({.url = PostgresUrl(url), .head_file = {}, .retry_for = std::chrono::milliseconds(0)}));
  } catch (const std::exception&) {  // Nobody could take it now.
    return false;
  }
}

void NodeService::wait_for_lease(const Node& node, HttpServer& server, std::atomic<bool>& may_take_over,
                                 const std::stop_token& stop) const {
  while (!stop.stop_requested()) {
    if (Clock::now() >= take_over_after_ && is_free(node.lease()) && may_take()) {
      may_take_over = true;
      server.stop();
      return;
    }
    std::this_thread::sleep_for(look_at_lease_every);
  }
}

}  // namespace

ExitCode run_serve(const ServeFlags& flags, Console& console) {
  const Configuration configuration = configuration_of(flags);
  if (flags.only_checks) return check(configuration, console);
  const NodeSettings& settings = configuration.settings();
  require_cluster(settings.cluster);
  require_store_named(settings.store);
  // It takes the address before the store is opened, which may take long and leaves traces.
  NodeService service(flags, settings, console);
  return settings.cluster.is_standby ? service.stand_by() : service.append(false);
}

}  // namespace muniment
