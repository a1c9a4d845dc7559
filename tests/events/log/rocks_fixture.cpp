#include "tests/events/log/rocks_fixture.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "events/log/format.h"

namespace muniment {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

Files files_of(const std::filesystem::path& folder) {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files[entry.path().filename().string()] = read_file(entry.path());
  return files;
}

void RocksLogTest::append(RocksLog& log, const std::vector<std::size_t>& sizes) {
  for (const std::size_t size : sizes) {
    const auto head = sample::append(log, source_.group(size));
    ASSERT_TRUE(head.has_value());
    heads_[head->position] = *head;
  }
}

void RocksLogTest::wait_for_head(Position position) const {
  for (int i = 0; i < 10'000; ++i) {
    const std::string file = read_file(folder_ / "head");
    for (const std::size_t at : {std::size_t{0}, log_format::head_sector_bytes}) {
      const auto head = head_from_sector(std::string_view(file).substr(at, log_format::head_sector_bytes), 0);
      if (head && head->head.position == position) return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  FAIL() << "the durable head never said " << position;
}

void RocksLogTest::expect_holds(const RocksLog& log, Position count) const {
  ASSERT_EQ(log.head(0).position, count);
  if (heads_.contains(count)) {
    EXPECT_EQ(log.head(0), heads_.at(count));
  }
  Position expected = 1;
  log.read(0, 1, count, [&](Position position, RecordWords record) {
    EXPECT_EQ(position, expected);
    EXPECT_EQ(sample::text_of_words(record), sample::text_of_words(source_.records()[position - 1]));
    ++expected;
    return true;
  });
  EXPECT_EQ(expected, count + 1);
  for (const auto& [name, all] : source_.streams()) {
    std::vector<Position> there;
    std::ranges::copy_if(all, std::back_inserter(there), [&](Position position) { return position <= count; });
    std::vector<Position> found;
    log.read_stream(0, name, 1, [&](Position position, RecordWords) {
      found.push_back(position);
      return true;
    });
    EXPECT_EQ(found, there) << name.describe();
    EXPECT_EQ(log.stream_version(0, name), there.size()) << name.describe();
  }
  for (Position position = 1; position <= source_.records().size(); ++position) {
    const auto found = log.find_command(0, Principal::submitter("portal"), fmt::format("c{}", position));
    EXPECT_EQ(found, position <= count ? std::optional(position) : std::nullopt);
  }
}

}  // namespace muniment
