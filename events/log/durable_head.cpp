#include "events/log/durable_head.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>

#include "events/log/format.h"

namespace muniment {
namespace {

static_assert(std::endian::native == std::endian::little, "the durable head is written in place: it is little-endian");

// As in format.h; every member lies where its size puts it, so there is no padding.
struct Sector {
  char magic[8];
  std::uint32_t format;
  std::uint16_t partition;
  std::uint16_t flags;
  std::uint64_t sequence;
  std::uint64_t position;
  Hash root;
  std::uint64_t checksum;
};
static_assert(sizeof(Sector) == 72);

std::uint64_t checksum_of(const Sector& sector) { return XXH3_64bits(&sector, offsetof(Sector, checksum)); }

std::string error_text() { return std::strerror(errno); }

void write_sector(int file, const std::filesystem::path& path, const DurableHead& head, Partition partition) {
  const std::string bytes = head_sector(head, partition);
  const auto offset = static_cast<off_t>(head.sequence % log_format::head_sectors * log_format::head_sector_bytes);
  const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), offset);
  if (written != static_cast<ssize_t>(bytes.size()))
    throw LogFailed(fmt::format("{}: cannot write the durable head: {}", path.string(), error_text()));
  if (::fdatasync(file) != 0) throw LogFailed(fmt::format("{}: cannot sync the durable head: {}", path.string(), error_text()));
}

void sync_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const std::string why = error_text();
  if (file >= 0) ::close(file);
  if (!synced) throw LogFailed(fmt::format("{}: cannot sync the folder: {}", folder.string(), why));
}

// The newest valid sector; nothing when there is none.
std::optional<DurableHead> read_newest(int file, const std::filesystem::path& path, Partition partition) {
  std::optional<DurableHead> newest;
  for (std::size_t i = 0; i < log_format::head_sectors; ++i) {
    std::string bytes(log_format::head_sector_bytes, '\0');
    const ssize_t got = ::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(i * bytes.size()));
    if (got < 0) throw LogFailed(fmt::format("{}: cannot read the durable head: {}", path.string(), error_text()));
    bytes.resize(static_cast<std::size_t>(got));
    const auto head = head_from_sector(bytes, partition);
    if (head && (!newest || head->sequence > newest->sequence)) newest = head;
  }
  return newest;
}

}  // namespace

std::string head_sector(const DurableHead& head, Partition partition) {
  Sector sector{};
  log_format::head_magic.copy(sector.magic, sizeof sector.magic);
  sector.format = log_format::head_format;
  sector.partition = partition;
  sector.flags = head.clean ? log_format::head_flag_clean : std::uint16_t{0};
  sector.sequence = head.sequence;
  sector.position = head.head.position;
  sector.root = head.head.root;
  sector.checksum = checksum_of(sector);
  std::string bytes(log_format::head_sector_bytes, '\0');
  std::memcpy(bytes.data(), &sector, sizeof sector);
  return bytes;
}

std::optional<DurableHead> head_from_sector(std::string_view bytes, Partition partition) {
  Sector sector{};
  if (bytes.size() != log_format::head_sector_bytes) return std::nullopt;
  std::memcpy(&sector, bytes.data(), sizeof sector);
  if (std::string_view(sector.magic, sizeof sector.magic) != log_format::head_magic || sector.format != log_format::head_format ||
      sector.partition != partition || sector.checksum != checksum_of(sector)) {
    return std::nullopt;
  }
  return DurableHead{{sector.position, sector.root}, (sector.flags & log_format::head_flag_clean) != 0, sector.sequence};
}

void DurableHeadFile::create(const std::filesystem::path& path, Partition partition) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (file < 0) throw LogFailed(fmt::format("{}: cannot create the durable head: {}", path.string(), error_text()));
  const std::unique_ptr<const int, void (*)(const int*)> closer(&file, [](const int* open) { ::close(*open); });
  for (std::uint64_t sequence = 0; sequence < log_format::head_sectors; ++sequence) {
    write_sector(file, path, {{0, empty_root}, true, sequence}, partition);
  }
  if (::fsync(file) != 0) throw LogFailed(fmt::format("{}: cannot sync the durable head: {}", path.string(), error_text()));
  sync_folder_of(path);
}

DurableHeadFile::DurableHeadFile(const std::filesystem::path& path, Partition partition) : path_(path), partition_(partition) {
  file_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0 && errno == ENOENT) {
    throw LogDamaged(
        fmt::format("{}: the durable head is missing: without it nothing tells whether the log is whole; restore it with the log, "
                    "from the same backup",
                    path.string()));
  }
  if (file_ < 0) throw LogFailed(fmt::format("{}: cannot open the durable head: {}", path.string(), error_text()));
  try {
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) throw LogInUse(fmt::format("{}: the log is open in another process", path.string()));
    const auto newest = read_newest(file_, path, partition);
    if (!newest) {
      throw LogDamaged(
          fmt::format("{}: the durable head is damaged, in both of its sectors: without it nothing tells whether the log is whole; "
                      "restore it with the log, from the same backup",
                      path.string()));
    }
    newest_ = *newest;
  } catch (...) {
    ::close(file_);
    throw;
  }
}

DurableHeadFile::~DurableHeadFile() { ::close(file_); }

void DurableHeadFile::write(const LogHead& head, bool clean) {
  const DurableHead next{head, clean, newest_.sequence + 1};
  write_sector(file_, path_, next, partition_);
  newest_ = next;
}

DurableHeadWriter::DurableHeadWriter(DurableHeadFile& file)
    : file_(file), written_(file.read().head.position), thread_([this] { run(); }) {}

DurableHeadWriter::~DurableHeadWriter() { stop(); }

void DurableHeadWriter::advance(const LogHead& head) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_.empty()) throw LogFailed(failure_);
    pending_ = head;
  }
  given_.notify_one();
}

bool DurableHeadWriter::wait_for(Position position) {
  std::unique_lock lock(mutex_);
  written_changed_.wait(lock, [&] { return written_ >= position || stopping_ || !failure_.empty(); });
  return written_ >= position;
}

void DurableHeadWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  given_.notify_one();
  stopped_.notify_one();
  written_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void DurableHeadWriter::run() {
  ::pthread_setname_np(::pthread_self(), "log-head");  // For top and perf: whether it is taken does not matter.
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    given_.wait(lock, [&] { return stopping_ || pending_; });
    if (stopping_ || !write_one(lock)) return;
    stopped_.wait_for(lock, interval, [&] { return stopping_; });
  }
}

bool DurableHeadWriter::write_one(std::unique_lock<std::mutex>& lock) {
  const LogHead head = *pending_;
  pending_.reset();
  lock.unlock();
  std::string failure;
  try {
    file_.write(head, false);
  } catch (const LogFailed& error) {
    failure = error.what();
  }
  lock.lock();
  if (failure.empty()) written_ = head.position;
  failure_ = failure;
  written_changed_.notify_all();
  return failure.empty();
}

}  // namespace muniment
