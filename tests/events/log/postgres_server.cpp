#include "tests/events/log/postgres_server.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>
#include <vector>

namespace muniment {
namespace {

constexpr const char* shared_variable = "MUNIMENT_TEST_POSTGRES";
constexpr std::string_view schema_option = "options=-csearch_path%3D";

}  // namespace

PostgresServer* PostgresServer::shared() {
  struct Shared {
    Shared() {
      if (const char* const parents = std::getenv(shared_variable); parents != nullptr) {
        server.emplace(parents);
        server->is_borrowed_ = true;
        return;
      }
      server.emplace(folder / "shared");
      if (server->start()) {
        ::setenv(shared_variable, server->folder_.c_str(), 1);
      } else {
        server.reset();
      }
    }
    ~Shared() { ::unsetenv(shared_variable); }

    TempFolder folder;
    std::optional<PostgresServer> server;
  };
  static Shared shared;
  return shared.server ? &*shared.server : nullptr;
}

PostgresServer::PostgresServer(std::filesystem::path folder) : folder_(std::move(folder)) {}

PostgresServer::~PostgresServer() {
  if (process_ < 0 || is_borrowed_) return;
  ::kill(process_, SIGQUIT);  // At once: nothing of it is needed.
  ::waitpid(process_, nullptr, 0);
}

// Of one that was killed, sessions may live on for a moment, and while they do no other starts.
bool PostgresServer::start() {
  for (int tries = 1;; ++tries) {
    try {
      return try_to_start();
    } catch (const std::runtime_error&) {
      if (tries == 50) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
}

bool PostgresServer::try_to_start() {
  std::string program = MUNIMENT_START_POSTGRES;
  std::string folder = folder_.string();
  const std::array<char*, 3> argv{program.data(), folder.data(), nullptr};
  if (const int error = ::posix_spawn(&process_, program.c_str(), nullptr, nullptr, argv.data(), environ); error != 0)
    throw std::system_error(error, std::generic_category(), program);
  for (int i = 0; i < 3'000; ++i) {
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) == process_) {
      process_ = -1;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return false;
      throw std::runtime_error(fmt::format("{} ended with status {}:\n{}", program, status, log()));
    }
    try {
      execute("SELECT 1");
      return true;
    } catch (const PostgresLost&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  throw std::runtime_error(fmt::format("{}: the server takes no connections:\n{}", program, log()));
}

// Its sessions too: they would live on for a moment, and one in a COMMIT might answer.
void PostgresServer::kill() {
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", process_));
  const std::vector<pid_t> sessions(std::istream_iterator<pid_t>(children), {});
  ::kill(process_, SIGKILL);
  for (const pid_t session : sessions) ::kill(session, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::string PostgresServer::log() const {
  std::ifstream file(folder_ / "server.log", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string PostgresServer::fresh() const {
  static std::atomic<int> next = 0;
  const std::string schema = fmt::format("test_{}_{}", ::getpid(), next++);
  execute("CREATE SCHEMA " + schema);
  return url_of(socket_folder(), schema);
}

std::string PostgresServer::fresh_database() const {
  static std::atomic<int> next = 0;
  const std::string name = fmt::format("test_{}_{}", ::getpid(), next++);
  execute("CREATE DATABASE " + name);
  return fmt::format("postgres://postgres@/{}?host={}", name, socket_folder().string());
}

std::string PostgresServer::url_of(const std::filesystem::path& socket_folder, const std::string& schema) {
  return fmt::format("postgres://postgres@/postgres?host={}&{}{}", socket_folder.string(), schema_option, schema);
}

std::string schema_of(const std::string& url) { return url.substr(url.find(schema_option) + schema_option.size()); }

PostgresRows PostgresServer::execute(const std::string& sql) const {
  const PostgresUrl url(fmt::format("postgres://postgres@/postgres?host={}", socket_folder().string()));
  return PostgresConnection(url, url.hosts().front(), std::chrono::seconds(30)).run_one({sql.c_str()});
}

}  // namespace muniment
