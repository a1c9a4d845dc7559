// Three machines with etcd, Patroni and PostgreSQL, as run_cluster makes them, and what can happen to them.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "events/postgres/postgres_connection.h"

namespace muniment::faults {

inline constexpr const char* no_cluster =
    "left out: Patroni, etcd or PostgreSQL is not installed (Debian packages patroni, etcd-server, postgresql)";

struct ClusterOptions {
  bool is_synchronous = true;
  // Each machine is a network namespace. The caller has to be in one of its own.
  bool has_links = false;
  std::string first_disk = {};  // Of the first machine, such as 300m; empty: this machine's.
};

class Cluster {
 public:
  enum class Part {
    node,        // Patroni, and the server with its sessions.
    server,      // The server with its sessions.
    postmaster,  // Of it only the process that sees to the others.
    patroni,
    etcd,
  };
  static constexpr int machines = 3;

  // Returns when all of them replicate. Null: something is not installed. Throws std::runtime_error where it does not get so far.
  static std::unique_ptr<Cluster> start(const std::filesystem::path& folder, const ClusterOptions& options = {});
  // The one that this program's tests share, started when first asked for. Where MUNIMENT_TEST_CLUSTER has the folder and the URL of one
  // that run_cluster has made, it is that, and nothing of it can be started again.
  static Cluster* shared();
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // Of a database without tables: a schema that no other test has. With where Patroni answers, or without.
  std::string fresh(bool with_patroni = true) const;
  // Does a statement that may be done twice as the superuser, at the primary, once there is one that commits.
  PostgresRows execute(const std::string& sql) const;

  // 1 to 3; throws where there is none in a minute.
  int leader() const;
  int synchronous_standby() const;
  int etcd_leader() const;
  // Neither that one nor the other.
  static int third(int one, int other) { return 6 - one - other; }

  void signal(Part part, int machine, int number) const;
  void kill(Part part, int machine) const { signal(part, machine, SIGKILL); }
  // Starts again what was killed: of a node Patroni, which starts the server.
  void start_again(Part part, int machine) const;
  // Makes the machine the leader, whatever it is now; all three have to be there.
  void make_leader(int machine) const;
  // Until all three replicate again, and commits wait for one of them.
  void wait_until_whole() const;

  // Of the machine's link: it is cut off from all others.
  void cut(int machine) const;
  // What the one sends to the other, which is told nothing of it, goes nowhere. 254: this program.
  void silence(int from, int to) const;
  void mend_links() const;

  // The folder that a machine's disk is.
  std::filesystem::path disk(int machine) const;
  // For whoever looks for why: the ends of all logs.
  std::string logs() const;

 private:
  Cluster(std::filesystem::path folder, const ClusterOptions& options) : folder_(std::move(folder)), options_(options) {}

  bool begin();
  void use(const std::string& url);
  std::string address(int machine) const;
  int first_with(const std::string& path) const;
  std::string ask(const std::string& url) const;
  void enter(int machine, const std::vector<std::string>& command) const;
  void tell(const std::string& line) const;
  std::vector<pid_t> processes(Part part, int machine) const;

  static constexpr int client = 254;  // This program's last number in an address.

  const std::filesystem::path folder_;
  const ClusterOptions options_;
  pid_t process_ = -1;
  int commands_ = -1;  // To run_cluster.
  std::string url_;    // As it says it.
  std::string net_;    // The first three numbers of all addresses.
};

}  // namespace muniment::faults
