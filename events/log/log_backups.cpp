#include "events/log/log_backups.h"

#include <fmt/format.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "events/log/rocks_log.h"
#include "events/log/rocks_store.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr int copying_threads = 2;
constexpr std::uint64_t copied_a_call = 4u << 20;  // Bytes, between two calls that tell of it.

void check(const rocksdb::Status& status, const fs::path& folder, std::string_view doing) {
  if (status.ok()) return;
  const std::string message = fmt::format("backups at {}: cannot {}: {}", folder.string(), doing, status.ToString());
  if (status.IsCorruption()) throw LogDamaged(message + "; use another backup");
  throw LogFailed(message + "; check the disk, its free space and the folder's permissions");
}

rocksdb::BackupEngineOptions options_for(const fs::path& folder) {
  rocksdb::BackupEngineOptions options(folder.string());
  options.share_table_files = true;
  options.share_files_with_checksum = true;  // A file is another one if its content is, whatever its name.
  options.sync = true;
  options.max_background_operations = copying_threads;
  options.callback_trigger_interval_size = copied_a_call;
  return options;
}

std::unique_ptr<rocksdb::BackupEngine> open_for_writing(const fs::path& folder) {
  rocksdb::BackupEngine* opened = nullptr;
  check(rocksdb::BackupEngine::Open(rocksdb::Env::Default(), options_for(folder), &opened), folder, "open them");
  return std::unique_ptr<rocksdb::BackupEngine>(opened);
}

std::unique_ptr<rocksdb::BackupEngineReadOnly> open_for_reading(const fs::path& folder) {
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  check(rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), options_for(folder), &opened), folder, "open them");
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(opened);
}

}  // namespace

std::uint32_t back_up_log(const RocksLog& log, const fs::path& folder, const std::stop_token& stop, const OnProgress& on_progress) {
  const auto engine = open_for_writing(folder);
  const std::stop_callback cut_off(stop, [&] { engine->StopBackup(); });
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;
  std::uint64_t copied = 0;  // What an earlier backup has is not copied: how much it will be is not known.
  std::mutex one_at_a_time;
  if (on_progress) {
    on_progress("bytes copied", 0, 0);
    options.progress_callback = [&] {
      const std::lock_guard lock(one_at_a_time);
      on_progress("bytes copied", copied += copied_a_call, 0);
    };
  }
  rocksdb::BackupID number = 0;
  check(engine->CreateNewBackup(options, &log.store().db(), &number), folder, "make one");
  return number;
}

std::vector<std::uint32_t> log_backups(const fs::path& folder) {
  std::vector<rocksdb::BackupInfo> all;
  open_for_reading(folder)->GetBackupInfo(&all);
  std::vector<std::uint32_t> out;
  for (const auto& backup : all) out.push_back(backup.backup_id);
  std::ranges::sort(out);
  return out;
}

void restore_log(const fs::path& folder, std::uint32_t number, const fs::path& to) {
  if (fs::exists(to)) throw LogFailed(fmt::format("{} exists already: name a folder that does not", to.string()));
  const auto engine = open_for_reading(folder);
  check(engine->VerifyBackup(number, true), folder, fmt::format("verify backup {}", number));
  check(engine->RestoreDBFromBackup(number, to.string(), to.string()), folder, fmt::format("restore backup {}", number));
}

void forget_log_backups(const fs::path& folder, std::span<const std::uint32_t> numbers) {
  const auto engine = open_for_writing(folder);
  for (const std::uint32_t number : numbers) check(engine->DeleteBackup(number), folder, fmt::format("forget backup {}", number));
  check(engine->GarbageCollect(), folder, "forget old ones");
}

}  // namespace muniment
