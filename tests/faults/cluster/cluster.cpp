#include "tests/faults/cluster/cluster.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "events/postgres/patroni.h"
#include "events/postgres/postgres_url.h"
#include "tests/faults/process/process.h"

namespace muniment::faults {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int not_installed = 77;
constexpr auto patience = 90s;
// Of a death test's child, which has its parent's: where it is, and its URL.
constexpr const char* shared_variable = "MUNIMENT_TEST_CLUSTER";
constexpr const char* patroni_port = "28008";

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Of what Patroni says of a cluster: each member's object, in the order of their names.
std::vector<std::string> parts_of(const std::string& members) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = members.find(R"({"name": )", at)) != std::string::npos;) {
    const std::size_t end = members.find('}', at);
    if (end == std::string::npos) break;
    out.push_back(members.substr(at, end - at));
    at = end;
  }
  std::ranges::sort(out);
  return out;
}

// A number.
std::string member_of(const std::string& object, const std::string& name) {
  const std::string key = "\"" + name + "\": ";
  const std::size_t at = object.find(key);
  return at == std::string::npos ? "" : object.substr(at + key.size(), object.find_first_of(",}", at + key.size()) - at - key.size());
}

}  // namespace

std::unique_ptr<Cluster> Cluster::start(const fs::path& folder, const ClusterOptions& options) {
  std::unique_ptr<Cluster> cluster(new Cluster(folder, options));
  if (!cluster->begin()) return nullptr;
  return cluster;
}

Cluster* Cluster::shared() {
  static const std::unique_ptr<Cluster> shared = [] {
    if (const char* const parents = std::getenv(shared_variable); parents != nullptr) {
      const std::string_view both = parents;
      const std::size_t space = both.find(' ');
      std::unique_ptr<Cluster> borrowed(new Cluster(both.substr(0, space), {}));
      borrowed->use(std::string(both.substr(space + 1)));
      return borrowed;
    }
    auto cluster = start(fs::temp_directory_path() / fmt::format("muniment_cluster_{}", ::getpid()));
    if (cluster) ::setenv(shared_variable, fmt::format("{} {}", cluster->folder_.string(), cluster->url_).c_str(), 1);
    return cluster;
  }();
  return shared.get();
}

Cluster::~Cluster() {
  if (commands_ >= 0) ::close(commands_);
  if (process_ > 0) ::waitpid(process_, nullptr, 0);
}

bool Cluster::begin() {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  std::vector<std::string> arguments{MUNIMENT_RUN_CLUSTER, folder_.string()};
  if (!options_.is_synchronous) arguments.emplace_back("asynchronous");
  if (options_.has_links) arguments.emplace_back("links");
  if (!options_.first_disk.empty()) arguments.push_back("disk=" + options_.first_disk);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  const int error = ::posix_spawn(&process_, MUNIMENT_RUN_CLUSTER, &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  commands_ = in[1];
  if (error != 0) throw std::system_error(error, std::generic_category(), MUNIMENT_RUN_CLUSTER);
  std::string url;
  for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) url += c;
  ::close(out[0]);
  if (!url.empty()) {
    use(url);
    return true;
  }
  int status = 0;
  ::waitpid(std::exchange(process_, -1), &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_installed) return false;
  throw std::runtime_error("the cluster did not come up");
}

void Cluster::use(const std::string& url) {
  url_ = url;
  const std::string first = PostgresUrl(url_).hosts().front().name;
  net_ = first.substr(0, first.rfind('.'));
  ::setenv("PGPASSFILE", (folder_ / "pgpass").c_str(), 1);
}

std::string Cluster::address(int machine) const { return fmt::format("{}.{}", net_, machine); }

std::string Cluster::fresh(bool with_patroni) const {
  static std::atomic<int> next = 0;
  const std::string schema = fmt::format("test_{}_{}", ::getpid(), next++);
  execute("CREATE SCHEMA IF NOT EXISTS " + schema);
  std::string url = fmt::format("{}?options=-csearch_path%3D{}", url_, schema);
  if (with_patroni) url += fmt::format("&patroni={1}:{0},{2}:{0},{3}:{0}", patroni_port, address(1), address(2), address(3));
  return url;
}

PostgresRows Cluster::execute(const std::string& sql) const {
  const PostgresUrl url(url_);
  for (const auto until = Clock::now() + patience;; std::this_thread::sleep_for(250ms)) {
    const auto host = static_cast<std::size_t>(leader() - 1);
    try {
      return PostgresConnection(url, url.hosts()[host], 10s).run_one({sql.c_str()});
    } catch (const PostgresLost& lost) {
      if (Clock::now() > until) throw std::runtime_error(lost.what() + std::string("\n") + logs());
    }
  }
}

int Cluster::first_with(const std::string& path) const {
  std::vector<PostgresHost> all;
  for (int machine = 1; machine <= machines; ++machine) all.push_back({address(machine), patroni_port});
  for (const auto until = Clock::now() + patience; Clock::now() < until; std::this_thread::sleep_for(100ms)) {
    if (const auto found = first_to_say_yes(all, path, 2s)) return static_cast<int>(*found) + 1;
  }
  throw std::runtime_error("no Patroni says yes to " + path + "\n" + logs());
}

int Cluster::leader() const { return first_with("/primary"); }
int Cluster::synchronous_standby() const { return first_with("/synchronous"); }

std::string Cluster::ask(const std::string& url) const { return run_process("/usr/bin/curl", {"--silent", "--max-time", "2", url}).output; }

int Cluster::etcd_leader() const {
  for (const auto until = Clock::now() + patience; Clock::now() < until; std::this_thread::sleep_for(100ms)) {
    for (int machine = 1; machine <= machines; ++machine) {
      if (has(ask(fmt::format("http://{}:22379/v2/stats/self", address(machine))), R"("state":"StateLeader")")) return machine;
    }
  }
  throw std::runtime_error("etcd has no leader\n" + logs());
}

std::vector<pid_t> Cluster::processes(Part part, int machine) const {
  const fs::path node = folder_ / fmt::format("n{}", machine);
  const fs::path data = node / "data";
  if (part == Part::postmaster) return {static_cast<pid_t>(std::stol("0" + contents(data / "postmaster.pid")))};
  std::vector<pid_t> out;
  for (const auto& process : fs::directory_iterator("/proc")) {
    std::error_code gone;
    const fs::path works_in = fs::read_symlink(process.path() / "cwd", gone);
    if (gone) continue;
    const bool is_server = works_in == data;
    const bool is_patroni = works_in == node;
    const bool is_part = part == Part::etcd      ? works_in == folder_ / fmt::format("e{}", machine)
                         : part == Part::patroni ? is_patroni
                         : part == Part::server  ? is_server
                                                 : is_server || is_patroni;
    if (is_part) out.push_back(static_cast<pid_t>(std::stol(process.path().filename())));
  }
  return out;
}

// Of many at once none has time to tell the others.
void Cluster::signal(Part part, int machine, int number) const {
  const std::vector<pid_t> all = processes(part, machine);
  if (all.empty() || all.front() == 0) throw std::runtime_error(fmt::format("nothing of machine {} to signal\n{}", machine, logs()));
  for (const pid_t process : all) ::kill(process, number);
}

void Cluster::tell(const std::string& line) const {
  if (::write(commands_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) throw std::runtime_error("run_cluster has ended");
}

void Cluster::start_again(Part part, int machine) const { tell(fmt::format("{} {}\n", part == Part::etcd ? "etcd" : "node", machine)); }

// A standby that had more than the new primary when that took over goes on asking for what there is not; Patroni leaves it at that, and an
// operator makes it anew.
void Cluster::wait_until_whole() const {
  std::string members;
  const auto begin = Clock::now();
  for (auto remake_from = begin + 20s; Clock::now() < begin + patience; std::this_thread::sleep_for(250ms)) {
    const int first = leader();
    members = ask(fmt::format("http://{}:{}/cluster", address(first), patroni_port));
    const std::vector<std::string> all = parts_of(members);
    const std::string timeline = all.size() == machines ? member_of(all[static_cast<std::size_t>(first - 1)], "timeline") : "";
    std::vector<int> behind;
    for (int machine = 1; machine <= static_cast<int>(all.size()); ++machine) {
      const std::string& one = all[static_cast<std::size_t>(machine - 1)];
      const bool runs = has(one, R"("state": "running")") || has(one, R"("state": "streaming")");
      if (!runs || member_of(one, "timeline") != timeline) behind.push_back(machine);
    }
    if (!timeline.empty() && behind.empty() && (!options_.is_synchronous || has(members, R"("role": "sync_standby")"))) return;
    if (timeline.empty() || Clock::now() < remake_from) continue;
    remake_from = Clock::now() + 30s;
    for (const int machine : behind) {
      fmt::print("machine {} is made anew: {}\n", machine, all[static_cast<std::size_t>(machine - 1)]);
      run_process("/usr/bin/curl", {"--silent", "--max-time", "10", "--data", R"({"force":true})",
                                    fmt::format("http://{}:{}/reinitialize", address(machine), patroni_port)});
    }
  }
  throw std::runtime_error("the cluster does not become whole: " + members + "\n" + logs());
}

// Only who is waited for by commits can take over without a loss, so it is made that first: by there being nobody else.
void Cluster::make_leader(int machine) const {
  for (const auto until = Clock::now() + patience; leader() != machine;) {
    const int now = leader();
    const int other = third(now, machine);
    const bool has_turn = synchronous_standby() == machine;
    if (!has_turn) kill(Part::node, other);
    while (synchronous_standby() != machine) std::this_thread::sleep_for(100ms);
    const std::string order = fmt::format(R"({{"leader":"n{}","candidate":"n{}"}})", now, machine);
    run_process("/usr/bin/curl",
                {"--silent", "--max-time", "20", "--data", order, fmt::format("http://{}:{}/switchover", address(now), patroni_port)});
    if (!has_turn) start_again(Part::node, other);
    wait_until_whole();
    if (Clock::now() > until) throw std::runtime_error("the leader does not change\n" + logs());
  }
}

// Links. An address that nobody has swallows what is sent to it.

void Cluster::enter(int machine, const std::vector<std::string>& command) const {
  std::vector<std::string> all{"--net", "--target", contents(folder_ / fmt::format("net{}.pid", machine))};
  while (all.back().ends_with('\n')) all.back().pop_back();
  all.insert(all.end(), command.begin(), command.end());
  const Ended ended = run_process("/usr/bin/nsenter", all);
  if (ended.code != 0) throw std::runtime_error(ended.errors);
}

void Cluster::cut(int machine) const { enter(machine, {"ip", "link", "set", "dev", "wire", "down"}); }

void Cluster::silence(int from, int to) const {
  const std::vector<std::string> nowhere{"ip",  "neighbour", "replace", address(to), "lladdr", "02:00:00:00:00:99",
                                         "nud", "permanent", "dev"};
  std::vector<std::string> command = nowhere;
  command.emplace_back("wire");
  enter(from, command);
}

void Cluster::mend_links() const {
  for (int machine = 1; machine <= machines; ++machine) {
    enter(machine, {"ip", "link", "set", "dev", "wire", "up"});
    enter(machine, {"ip", "neighbour", "flush", "nud", "permanent", "dev", "wire"});
  }
}

fs::path Cluster::disk(int machine) const { return folder_ / fmt::format("n{}", machine); }

std::string Cluster::logs() const {
  std::string out;
  constexpr std::size_t end = 1'500;
  for (const auto& file : fs::directory_iterator(folder_)) {
    if (file.path().extension() != ".log") continue;
    const std::string all = contents(file.path());
    out += fmt::format("== {}\n{}\n", file.path().filename().string(), all.substr(all.size() - std::min(all.size(), end)));
  }
  return out;
}

}  // namespace muniment::faults
