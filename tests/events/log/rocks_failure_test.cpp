// A disk that fails: the log stops, says so, and what it had answered for is there afterwards.
#include <rocksdb/file_system.h>

#include <atomic>

#include "events/log/rocks_hooks.h"
#include "tests/events/log/rocks_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// What fails, while it is set.
enum class Failing { nothing, wal_sync, wal_append, table_files, table_reads };

class FailingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingFile(std::unique_ptr<rocksdb::FSWritableFile> file, bool is_wal, const std::atomic<Failing>& failing)
      : FSWritableFileOwnerWrapper(std::move(file)), is_wal_(is_wal), failing_(failing) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    if (failing_ == (is_wal_ ? Failing::wal_append : Failing::table_files)) return rocksdb::IOStatus::NoSpace("the test's disk is full");
    return FSWritableFileOwnerWrapper::Append(data, options, context);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options, const rocksdb::DataVerificationInfo&,
                           rocksdb::IODebugContext* context) override {
    return Append(data, options, context);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    if (is_wal_ && failing_ == Failing::wal_sync) return rocksdb::IOStatus::IOError("the test's disk does not sync");
    return FSWritableFileOwnerWrapper::Sync(options, context);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override { return Sync(options, context); }

 private:
  const bool is_wal_;
  const std::atomic<Failing>& failing_;
};

class FailingReader final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FailingReader(std::unique_ptr<rocksdb::FSRandomAccessFile> file, const std::atomic<Failing>& failing)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), failing_(failing) {}

  rocksdb::IOStatus Read(std::uint64_t offset, std::size_t size, const rocksdb::IOOptions& options, rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext* context) const override {
    if (failing_ == Failing::table_reads) return rocksdb::IOStatus::IOError("the test's disk does not read");
    return FSRandomAccessFileOwnerWrapper::Read(offset, size, options, result, scratch, context);
  }
  rocksdb::IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* context) override {
    return FSRandomAccessFile::MultiRead(requests, count, options, context);  // By Read().
  }

 private:
  const std::atomic<Failing>& failing_;
};

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FailingFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* context) override {
    const rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, context);
    const bool is_wal = name.ends_with(".log");
    const bool is_table = name.ends_with(".sst") || name.ends_with(".run");
    if (status.ok() && (is_wal || is_table)) *file = std::make_unique<FailingFile>(std::move(*file), is_wal, failing);
    return status;
  }

  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file, rocksdb::IODebugContext* context) override {
    const rocksdb::IOStatus status = FileSystemWrapper::NewRandomAccessFile(name, options, file, context);
    if (status.ok()) *file = std::make_unique<FailingReader>(std::move(*file), failing);
    return status;
  }

  std::atomic<Failing> failing = Failing::nothing;
};

class RocksFailure : public RocksLogTest {
 protected:
  RocksLogOptions failing_options() {
    RocksLogOptions with = options();
    with.hooks = &hooks_;
    return with;
  }
  void fail(Failing what) { file_system_->failing = what; }

  std::shared_ptr<FailingFileSystem> file_system_ = std::make_shared<FailingFileSystem>();
  RocksLogHooks hooks_{file_system_};
};

class RocksFailureOfAWrite : public RocksFailure, public testing::WithParamInterface<std::pair<Failing, std::string>> {};

TEST_P(RocksFailureOfAWrite, StopsTheLog) {
  {
    const auto log = RocksLog::create(failing_options());
    append(*log, {5, 5});
    fail(GetParam().first);
    sample::Source ahead = source_;
    const sample::Group lost = ahead.group(3);
    EXPECT_THAT([&] { (void)sample::append(*log, lost); }, ThrowsMessage<LogFailed>(HasSubstr(GetParam().second)));
    expect_holds(*log, 10);
    EXPECT_FALSE(log->wait_beyond(0, 10, std::chrono::milliseconds(1)));

    // The disk is well again; the log is not, before it has been opened again.
    fail(Failing::nothing);
    EXPECT_THAT([&] { (void)sample::append(*log, lost); }, ThrowsMessage<LogFailed>(HasSubstr("until it is opened again")));
    EXPECT_THAT([&] { (void)sample::append(*log, lost); }, ThrowsMessage<LogFailed>(HasSubstr(GetParam().second)));
    log->close();
  }
  const auto log = RocksLog::open(options());
  EXPECT_FALSE(log->was_closed_cleanly());
  // Nobody was answered for the last group: it may be there, whole, or not.
  if (log->head(0).position == 13) source_.group(3);
  expect_holds(*log, source_.records().size());
  append(*log, {4});
}

const auto name_of_failure = [](const auto& failure) { return std::string{failure.param.first == Failing::wal_sync ? "Sync" : "Append"}; };
INSTANTIATE_TEST_SUITE_P(Every, RocksFailureOfAWrite,
                         testing::Values(std::pair(Failing::wal_sync, "the test's disk does not sync"),
                                         std::pair(Failing::wal_append, "the test's disk is full")),
                         name_of_failure);

TEST_F(RocksFailure, OfNothingStopsNothing) {
  const auto log = RocksLog::create(failing_options());
  append(*log, {5, 5});
  log->close();
  expect_holds(*RocksLog::open(options()), 10);
}

// The index could be made again, but a disk that does not take it will not take the next event either.
TEST_F(RocksFailure, OfTheIndexStopsTheLog) {
  index_run_records_ = 20;
  {
    const auto log = RocksLog::create(failing_options());
    fail(Failing::table_files);
    const auto append_until_it_fails = [&] {
      while (source_.records().size() < 10'000) append(*log, {5});
    };
    EXPECT_THAT(append_until_it_fails, ThrowsMessage<LogFailed>(HasSubstr("the test's disk is full")));
  }
  fail(Failing::nothing);
  const Position durable = heads_.rbegin()->first;
  const auto log = RocksLog::open(failing_options());
  expect_holds(*log, durable);
}

// What a stream's version is was not learnt, so nothing may be believed of it afterwards.
TEST_F(RocksFailure, OfALookUpRefusesTheGroupAlone) {
  index_run_records_ = 16;
  {
    const auto log = RocksLog::create(options());
    append(*log, {100});
    log->close();
  }
  const auto log = RocksLog::open(failing_options());
  fail(Failing::table_reads);
  sample::Source ahead = source_;
  const sample::Group group = ahead.group(40);
  EXPECT_THAT([&] { (void)sample::append(*log, group); }, ThrowsMessage<LogFailed>(HasSubstr("the test's disk does not read")));
  fail(Failing::nothing);
  expect_holds(*log, 100);
  append(*log, {40});
  expect_holds(*log, 140);
}

TEST_F(RocksFailure, OfTheFlushLeavesTheLogUnclean) {
  {
    const auto log = RocksLog::create(failing_options());
    append(*log, {5});
    fail(Failing::table_files);
    EXPECT_THROW(log->close(), LogFailed);
  }
  fail(Failing::nothing);
  const auto log = RocksLog::open(options());
  EXPECT_FALSE(log->was_closed_cleanly());
  expect_holds(*log, 5);
}

}  // namespace
}  // namespace muniment
