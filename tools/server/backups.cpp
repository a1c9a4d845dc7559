#include "tools/server/backups.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "tools/server/problem.h"
#include "tools/store/vault_backups.h"

namespace muniment {
namespace {

constexpr int backup_niceness = 19;
constexpr std::chrono::hours rest_max{1};

std::vector<NamedCell> make_log_backup(Store& store, const BackupKindSettings& settings, const std::stop_token& stop) {
  const BackupManifest made = back_up_log(store, settings.folder, stop);
  return {{"number", Cell{std::uint64_t{made.number}}},
          {"position", Cell{made.head.position}},
          {"root", Cell{to_hex(made.head.root)}},
          {"made_at", Cell{made.made_at.text()}}};
}

std::vector<NamedCell> make_vault_backup(Store& store, const BackupKindSettings& settings) {
  const KeptVaultBackup made = add_vault_backup(store, settings.folder);
  return {{"name", Cell{made.folder.filename().string()}},
          {"epoch", Cell{made.manifest.epoch}},
          {"erasures", Cell{made.manifest.erasures}},
          {"made_at", Cell{made.manifest.made_at.text()}}};
}

// Of the newest that is there; nothing where none is, or what is there cannot be read: the next one to be made tells.
std::optional<Timestamp> newest_in(BackupOf of, const std::filesystem::path& folder) {
  try {
    if (of == BackupOf::log) {
      const auto all = backups_in(folder);
      return all.empty() ? std::nullopt : std::optional{all.back().made_at};
    }
    const auto all = vault_backups_in(folder);
    return all.empty() ? std::nullopt : std::optional{all.back().manifest.made_at};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void keep_newest(BackupOf of, const BackupKindSettings& settings) {
  if (settings.keep == 0) return;
  if (of == BackupOf::log) {
    keep_newest_backups(settings.folder, settings.keep);
  } else {
    keep_newest_vault_backups(settings.folder, settings.keep);
  }
}

}  // namespace

std::string_view name_of(BackupOf of) { return of == BackupOf::log ? "log" : "vault"; }

Backups::Backups(Store& store, const BackupSettings& settings, Notice notice, std::chrono::milliseconds retry)
    : store_(store),
      notice_(std::move(notice)),
      retry_(retry),
      kinds_{Kind{.of = BackupOf::log, .settings = settings.log}, Kind{.of = BackupOf::vault, .settings = settings.vault}} {
  for (Kind& kind : kinds_) {
    if (makes(kind.of)) schedule_first(kind);
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Backups::~Backups() { stop(); }

void Backups::schedule_first(Kind& kind) {
  kind.state.interval = kind.settings.interval;
  auto newest = newest_in(kind.of, kind.settings.folder);
  if (newest && *newest > system_now()) {
    notice_(fmt::format("the newest backup of the {} says that it was made at {}, which is yet to come: look at the clock",
                        name_of(kind.of), newest->text()));
    newest.reset();  // Its age says nothing.
  }
  kind.state.last_made = newest.value_or(Timestamp{});
  if (kind.settings.interval.count() == 0) return;
  const std::chrono::nanoseconds age{newest ? system_now().ns - newest->ns : std::int64_t{0}};
  const bool is_due = !newest || age >= kind.settings.interval;
  kind.due = is_due ? Steady::now() : Steady::now() + (kind.settings.interval - age);
}

bool Backups::ask(BackupOf of, Done done) {
  if (!makes(of)) return false;
  {
    const std::lock_guard lock(mutex_);
    if (!has_ended_) {
      kind(of).waiting.push_back(std::move(done));
      wakes_.notify_all();
      return true;
    }
  }
  done(std::unexpected(Failure{problem::stopping}));
  return true;
}

Backups::State Backups::state(BackupOf of) const {
  const std::lock_guard lock(mutex_);
  return kind(of).state;
}

void Backups::stop() {
  begin_stop();
  if (thread_.joinable()) thread_.join();
}

Backups::Kind* Backups::next_due() {
  const auto now = Steady::now();
  const auto found = std::ranges::find_if(kinds_, [&](const Kind& kind) { return !kind.waiting.empty() || kind.due <= now; });
  return found == kinds_.end() ? nullptr : &*found;
}

void Backups::run(const std::stop_token& stop) {
  // On Linux a thread has its own, and those that it begins have the same. Not vital: the result does not matter.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), backup_niceness);
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    Kind* const kind = next_due();
    if (kind == nullptr) {
      const auto until = std::min({kinds_[0].due, kinds_[1].due, Steady::now() + rest_max});
      wakes_.wait_until(lock, stop, until, [this] { return next_due() != nullptr; });
      continue;
    }
    const std::vector<Done> waiting = std::exchange(kind->waiting, {});
    lock.unlock();
    Result result = make(*kind, stop);
    if (!result && stop.stop_requested()) result = std::unexpected(Failure{problem::stopping});
    const std::string older = result ? tidy(*kind) : kind->told_older;
    lock.lock();
    const std::string news = note(*kind, result);
    lock.unlock();
    if (!news.empty()) notice_(news);
    if (std::exchange(kind->told_older, older) != older && !older.empty()) notice_(older);
    for (const Done& done : waiting) done(result);
    lock.lock();
  }
  has_ended_ = true;
  const std::vector<Done> left = take_waiting();
  lock.unlock();
  for (const Done& done : left) done(std::unexpected(Failure{problem::stopping}));
}

std::vector<Backups::Done> Backups::take_waiting() {
  std::vector<Done> out;
  for (Kind& kind : kinds_) {
    for (Done& done : kind.waiting) out.push_back(std::move(done));
    kind.waiting.clear();
  }
  return out;
}

Backups::Result Backups::make(const Kind& kind, const std::stop_token& stop) {
  try {
    return kind.of == BackupOf::log ? make_log_backup(store_, kind.settings, stop) : make_vault_backup(store_, kind.settings);
  } catch (const std::exception& error) {
    return std::unexpected(Failure{problem::backup_failed, error.what()});
  }
}

// Removes what is not to be kept of those that were made before: that it fails is no failure of the one that was made. What is wrong with
// them, in a sentence; empty: nothing.
std::string Backups::tidy(const Kind& kind) {
  try {
    keep_newest(kind.of, kind.settings);
    const auto damaged =
        kind.of == BackupOf::log ? damaged_backups_in(kind.settings.folder) : damaged_vault_backups_in(kind.settings.folder);
    if (damaged.empty()) return {};
    return fmt::format("a backup of the {} is damaged, and is left as it is: {}", name_of(kind.of), damaged.front().what);
  } catch (const std::exception& error) {
    return fmt::format("older backups of the {} could not be removed: {}", name_of(kind.of), error.what());
  }
}

// What there is to tell; empty: nothing. A failure is told once, until it is another one.
std::string Backups::note(Kind& kind, const Result& result) {
  const bool is_scheduled = kind.settings.interval.count() > 0;
  if (result) {
    ++kind.state.made;
    kind.state.last_made = system_now();
    if (is_scheduled) kind.due = Steady::now() + kind.settings.interval;
    return std::exchange(kind.told, {}).empty() ? "" : fmt::format("backups of the {} are made again", name_of(kind.of));
  }
  const std::string& what = result.error().what;
  if (result.error().problem == problem::stopping) return {};
  ++kind.state.failures;
  if (is_scheduled) kind.due = Steady::now() + std::min<std::chrono::milliseconds>(retry_, kind.settings.interval);
  if (std::exchange(kind.told, what) == what) return {};
  return fmt::format("a backup of the {} could not be made: {}", name_of(kind.of), what);
}

}  // namespace muniment
