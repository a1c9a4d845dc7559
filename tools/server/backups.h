// Makes backups of the node's store while it runs: of the log and of the vault, each by its own interval, and when an operator asks for
// one. Each goes into the folder that the configuration names for it, and nowhere else. docs/server.md, "Backups".
//
// One at a time, on a thread of its own that yields to all others. What fails is told and tried again; nothing else of the node waits for
// it.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <expected>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tools/server/settings.h"
#include "tools/store/store.h"
#include "tools/wire/cell.h"

namespace muniment {

enum class BackupOf { log, vault };
inline constexpr std::array all_backups{BackupOf::log, BackupOf::vault};
std::string_view name_of(BackupOf of);

// Thread-safe.
class Backups {
 public:
  struct Failure {
    std::string_view problem;  // Its name: backup_failed, stopping.
    std::string what = {};
  };
  // What the backup says of itself, as members.
  using Result = std::expected<std::vector<NamedCell>, Failure>;
  using Done = std::function<void(const Result&)>;
  // Told in a sentence when backups begin to fail, and when they are made again.
  using Notice = std::function<void(std::string_view)>;

  struct State {
    std::chrono::seconds interval{0};  // 0: only when asked for.
    Timestamp last_made = {};          // 0: none is known.
    std::uint64_t made = 0;            // Since the node began.
    std::uint64_t failures = 0;        // The same.
  };

  static constexpr std::chrono::milliseconds retry_after{60'000};

  // Borrows the store. What the folders hold already counts: a backup that is young enough is not made again.
  Backups(Store& store, const BackupSettings& settings, Notice notice, std::chrono::milliseconds retry = retry_after);
  ~Backups();  // stop()
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;

  // False: the configuration names no folder for it. Else one is made that begins after this call, and `done` is called once, from another
  // thread; at once where the node is stopping.
  bool ask(BackupOf of, Done done);
  bool makes(BackupOf of) const { return !kind(of).settings.folder.empty(); }
  State state(BackupOf of) const;

  // Cuts off what is under way, and begins nothing more. Does not wait.
  void begin_stop() { thread_.request_stop(); }
  // Waits for the thread. Idempotent.
  void stop();

 private:
  using Steady = std::chrono::steady_clock;
  struct Kind {
    BackupOf of = BackupOf::log;
    BackupKindSettings settings = {};
    Steady::time_point due = Steady::time_point::max();
    std::vector<Done> waiting = {};
    State state = {};
    std::string told = {};        // Why the last one failed; empty: it did not.
    std::string told_older = {};  // What was wrong with those before it; empty: nothing.
  };

  const Kind& kind(BackupOf of) const { return kinds_[static_cast<std::size_t>(of)]; }
  Kind& kind(BackupOf of) { return kinds_[static_cast<std::size_t>(of)]; }
  void schedule_first(Kind& kind);
  void run(const std::stop_token& stop);
  Kind* next_due();
  Result make(const Kind& kind, const std::stop_token& stop);
  static std::string tidy(const Kind& kind);
  std::string note(Kind& kind, const Result& result);
  std::vector<Done> take_waiting();

  Store& store_;
  const Notice notice_;
  const std::chrono::milliseconds retry_;
  std::array<Kind, all_backups.size()> kinds_;
  mutable std::mutex mutex_;
  std::condition_variable_any wakes_;
  bool has_ended_ = false;
  std::jthread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
