// A disk under this process that forgets and fails. It stands between the process and the real files, at the C library's calls, so that
// everything is on it: RocksDB's files, the durable head, the vault, keys and checkpoints. Production code knows nothing of it.
//
// What it promises of a cut: of everything that a file was told before its last sync that succeeded, all is there; of what it was told
// since, anything may be: nothing, a beginning, some writes without those before them, and a last one that is torn. Names likewise: what
// was created, renamed, linked or removed since the last sync of its folder is there up to some point and undone from there on.
//
// A sync that fails loses what it should have written, as on Linux: the process reads it still, and a later sync that succeeds does not
// bring it back.
//
// A program that links simulated_disk.cpp and interposed.cpp and calls start() is on it from then on. Thread-safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace muniment::faults {

enum class DiskCall { none, read, write, sync, rename };

struct DiskPlan {
  std::string root;  // What lies below it is on the disk. Beside it stands a folder for what was removed and may come back.
  std::uint64_t seed = 1;
  std::uint64_t cut_at = 0;  // At this call that changes or syncs something, counted from 1, the power goes; 0: never.
  // These calls fail, of files whose path contains `failing_in`, from the n-th (from 0) on, so many.
  DiskCall failing = DiskCall::none;
  std::string failing_in = {};
  std::uint64_t fail_from = 0;
  std::uint64_t fail_count = 0;
  int error = 0;  // errno
  // For controls: the disk says that it has synced files of such a path, a pattern as of a shell, and has not. Empty: it is honest.
  std::string lying_in = {};
  unsigned sync_us_max = 200;
};

class SimulatedDisk {
 public:
  static constexpr int cut_exit_code = 99;

  // From now on, for the rest of the process.
  static void start(const DiskPlan& plan);
  // Null: there is none.
  static SimulatedDisk* current();

  // As the calls of the same name: what they return, and errno.
  ssize_t read(int descriptor, void* bytes, std::size_t size, std::optional<off_t> at);
  ssize_t write(int descriptor, const void* bytes, std::size_t size, std::optional<off_t> at);
  int truncate(int descriptor, off_t size);
  int sync(int descriptor);
  int open(int folder, const char* path, int flags, mode_t mode);
  int rename(const char* from, const char* to);
  int link(const char* from, const char* to);
  int unlink(int folder, const char* path, int flags);
  int make_folder(const char* path, mode_t mode);

  // The power goes: rolls back what is not on the disk and ends the process with cut_exit_code.
  [[noreturn]] void cut();
  std::uint64_t failures() const;

 private:
  explicit SimulatedDisk(const DiskPlan& plan);

  enum class Fate { pending, durable, doomed };
  // A change of a file's bytes, and what was there before.
  struct Change {
    off_t at;
    std::string before;  // Up to the end of the file as it was.
    std::string after;   // Empty where the file was cut.
    off_t size_before;
    off_t size_after;
    Fate fate = Fate::pending;
  };
  struct File {
    int descriptor;  // The disk's own, so that the file stays what it is whatever becomes of its name.
    std::string path;
    std::vector<Change> changes;
  };
  struct NameChange {
    enum class Kind { created, removed, renamed, linked, folder_made, folder_removed } kind;
    std::string path;        // Whose folder must be synced.
    std::string from = {};   // What was renamed.
    std::string grave = {};  // Where the file that had the name lies now.
  };

  [[noreturn]] void lose_power();  // Under mutex_, which nobody gets any more.
  File* file_of(int descriptor);
  void before_change();
  bool fails(DiskCall call, const std::string& path);
  bool is_on_disk(const std::string& path) const;
  bool lies(const std::string& path) const;
  void note(const NameChange& change);
  std::string bury(const std::string& path);
  void sync_folder(const std::string& folder);
  void roll_back_names();
  void roll_back(File& file);
  bool survives(Change& change, bool is_last);
  static void undo(const NameChange& change);
  std::uint64_t below(std::uint64_t end) { return random_() % end; }

  const DiskPlan plan_;
  const std::string graveyard_;
  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  std::uint64_t calls_ = 0;
  std::uint64_t candidates_ = 0;  // For the failure.
  std::uint64_t failed_ = 0;
  std::uint64_t buried_ = 0;
  std::unordered_map<ino_t, std::unique_ptr<File>> files_;  // Null: not on the disk.
  std::list<NameChange> names_;
};

}  // namespace muniment::faults
