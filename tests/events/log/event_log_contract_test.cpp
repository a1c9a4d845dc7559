// The contract of event_log.h, for every implementation: log_kinds.h says which of them this program has.
#include <gmock/gmock.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "events/proof/tree.h"
#include "tests/events/log/log_kinds.h"
#include "tests/events/log/sample_record.h"

namespace muniment {
namespace {

using sample::account;
using sample::provider;
using sample::text_of_words;
using sample::username;
using testing::ElementsAre;

constexpr Position to_the_end = std::numeric_limits<Position>::max();

class EventLogContract : public testing::TestWithParam<LogKind> {
 protected:
  using Visited = std::vector<std::pair<Position, std::string>>;

  void SetUp() override {
    if (!log_) GTEST_SKIP() << GetParam().left_out;
  }
  Visited read(Position from = 1, Position to = to_the_end) const {
    Visited all;
    log_->read(0, from, to, [&](Position position, RecordWords record) {
      all.emplace_back(position, text_of_words(record));
      return true;
    });
    return all;
  }
  std::vector<Position> stream(const StreamName& name, Version from = 1) const {
    std::vector<Position> positions;
    log_->read_stream(0, name, from, [&](Position position, RecordWords) {
      positions.push_back(position);
      return true;
    });
    return positions;
  }
  // Appends what must be accepted.
  LogHead append(const sample::Group& group, std::span<const Condition> conditions = {}) {
    const auto head = sample::append(*log_, group, conditions);
    EXPECT_TRUE(head.has_value());
    return head.value_or(LogHead{});
  }
  LogHead append_one(const std::vector<StreamName>& streams, const std::string& command = {}) {
    sample::Group group;
    source_.add(group, streams, command);
    return append(group);
  }
  // What a group is refused for; the log must be as before.
  Conflict refusal(const sample::Group& group, std::span<const Condition> conditions = {}) {
    const LogHead before = log_->head(0);
    const Visited all = read();
    const auto outcome = sample::append(*log_, group, conditions);
    EXPECT_FALSE(outcome.has_value());
    EXPECT_EQ(log_->head(0), before);
    EXPECT_EQ(read(), all);
    return outcome.has_value() ? Conflict{account(0), 99, 99} : outcome.error();
  }
  Hash root_of(std::span<const sample::Words> records) {
    MerkleTree tree;
    LeafHasher hasher;
    for (const auto& record : records) tree.append(hasher.leaf_hash(bytes_of(RecordWords(record))));
    return tree.root();
  }

  TempFolder folder_;
  std::unique_ptr<EventLog> log_ = GetParam().make(folder_);
  sample::Source source_;
};

sample::Group one(Position position, const std::vector<StreamVersion>& streams) {
  sample::Group group;
  group.add(sample::record({.position = position, .streams = streams}));
  return group;
}

TEST_P(EventLogContract, BeginsEmpty) {
  EXPECT_EQ(log_->head(0), (LogHead{0, empty_root}));
  EXPECT_TRUE(read().empty());
  EXPECT_TRUE(stream(account(1)).empty());
  EXPECT_EQ(log_->stream_version(0, account(1)), 0u);
  EXPECT_EQ(log_->find_command(0, Principal::submitter("portal"), "c1"), std::nullopt);
}

TEST_P(EventLogContract, GivesBackTheExactBytes) {
  append(source_.group(3));
  append(source_.group(2));
  const Visited all = read();
  ASSERT_EQ(all.size(), 5u);
  for (Position position = 1; position <= 5; ++position) {
    EXPECT_EQ(all[position - 1], std::pair(position, text_of_words(source_.records()[position - 1])));
  }
}

TEST_P(EventLogContract, GivesBackTheLargestRecord) {
  sample::Group group;
  source_.add(group, {account(1)}, {}, 65'000);
  source_.add(group, {account(1)}, {}, 65'000);
  source_.add(group, {account(1)}, {}, 65'000);
  append(group);
  const Visited all = read();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].second, text_of_words(source_.records()[2]));
}

TEST_P(EventLogContract, RefusesARecordThatIsLargerThanTheLargest) {
  const auto sized = [](std::size_t bytes) {
    sample::Words words = sample::record({.position = 1, .streams = {{account(1), 1}}, .sealed_bytes = 65'000});
    words.resize(bytes / sizeof(capnp::word));
    const auto segment = static_cast<std::uint32_t>(words.size() - 1);
    std::memcpy(reinterpret_cast<char*>(words.data()) + sizeof segment, &segment, sizeof segment);
    return words;
  };
  sample::Group too_large;
  too_large.add(sized(record_bytes_max + sizeof(capnp::word)));
  const auto records = too_large.views();
  EXPECT_THROW(static_cast<void>(log_->append({.records = records, .conditions = {}})), BadRecord);
  EXPECT_EQ(log_->head(0).position, 0u);
  sample::Group largest;
  largest.add(sized(record_bytes_max));
  append(largest);  // And nothing is the matter with the log.
  EXPECT_EQ(read().front().second.size(), record_bytes_max);
}

TEST_P(EventLogContract, ReadsARange) {
  append(source_.group(300));
  const Visited some = read(65, 130);
  ASSERT_EQ(some.size(), 66u);
  EXPECT_EQ(some.front(), std::pair(Position{65}, text_of_words(source_.records()[64])));
  EXPECT_EQ(some.back(), std::pair(Position{130}, text_of_words(source_.records()[129])));
  EXPECT_EQ(read(300).size(), 1u);
  EXPECT_TRUE(read(301).empty());
  EXPECT_TRUE(read(7, 6).empty());
}

TEST_P(EventLogContract, ReadsARangeInRunsOfRecords) {
  append(source_.group(300));
  append(source_.group(1));
  Position next = 65;
  std::size_t runs = 0;
  log_->read_runs(0, 65, to_the_end, [&](Position first, std::span<const RecordWords> records) {
    EXPECT_EQ(first, next);
    for (const RecordWords record : records) EXPECT_EQ(text_of_words(record), text_of_words(source_.records()[next++ - 1]));
    ++runs;
    return true;
  });
  EXPECT_EQ(next, 302u);
  EXPECT_LE(runs, 5u);
}

TEST_P(EventLogContract, ReadsNoRunBeyondTheRange) {
  append(source_.group(100));
  std::vector<std::pair<Position, std::size_t>> runs;
  const auto note = [&](Position first, std::span<const RecordWords> records) {
    runs.emplace_back(first, records.size());
    return true;
  };
  log_->read_runs(0, 10, 12, note);
  EXPECT_THAT(runs, ElementsAre(std::pair(10, 3)));
  runs.clear();
  log_->read_runs(0, 101, to_the_end, note);
  log_->read_runs(0, 7, 6, note);
  EXPECT_THAT(runs, ElementsAre());
}

TEST_P(EventLogContract, StopsReadingRunsWhenTheVisitorSaysSo) {
  append(source_.group(300));
  std::size_t runs = 0;
  log_->read_runs(0, 1, to_the_end, [&](Position, std::span<const RecordWords>) { return ++runs < 2; });
  EXPECT_EQ(runs, 2u);
}

TEST_P(EventLogContract, StopsReadingWhenTheVisitorSaysSo) {
  append(source_.group(10));
  std::vector<Position> visited;
  const auto until_four = [&](Position position, RecordWords) {
    visited.push_back(position);
    return position < 4;
  };
  log_->read(0, 2, to_the_end, until_four);
  EXPECT_THAT(visited, ElementsAre(2, 3, 4));
  visited.clear();
  log_->read_stream(0, provider(1), 1, until_four);
  EXPECT_THAT(visited, ElementsAre(1, 4));
}

TEST_P(EventLogContract, AnswersWithTheRootOfItsRecords) {
  for (const std::size_t size : {1u, 2u, 255u, 300u}) {
    const LogHead head = append(source_.group(size));
    EXPECT_EQ(head, (LogHead{source_.records().size(), root_of(source_.records())}));
    EXPECT_EQ(log_->head(0), head);
  }
}

TEST_P(EventLogContract, TakesTheLeafHashesThatTheCallerHas) {
  const sample::Group group = source_.group(3);
  const auto views = group.views();
  LeafHasher hasher;
  std::vector<Hash> hashes;
  for (const RecordWords record : views) hashes.push_back(hasher.leaf_hash(bytes_of(record)));
  const auto head = log_->append({.records = views, .conditions = {}, .leaf_hashes = hashes});
  EXPECT_EQ(head->root, root_of(source_.records()));
}

TEST_P(EventLogContract, CommitsOnlyAtTheNextVersionOfAStream) {
  append(one(1, {{account(1), 1}}));
  const Conflict again = refusal(one(2, {{account(1), 1}}));
  EXPECT_EQ(again.stream, account(1));
  EXPECT_EQ(again.expected, 0u);
  EXPECT_EQ(again.actual, 1u);
  const Conflict ahead = refusal(one(2, {{account(1), 3}}));
  EXPECT_EQ(ahead.expected, 2u);
  EXPECT_EQ(ahead.actual, 1u);
  const Conflict absent = refusal(one(2, {{account(2), 2}}));
  EXPECT_EQ(absent.stream, account(2));
  EXPECT_EQ(absent.expected, 1u);
  EXPECT_EQ(absent.actual, 0u);
  append(one(2, {{account(1), 2}}));
}

// Also when nobody wrote to the streams that the group is about: what it rests on may be any other.
TEST_P(EventLogContract, CommitsOnlyAtThePositionAfterTheHead) {
  append(one(1, {{account(1), 1}}));
  for (const Position position : {1u, 3u}) {
    const Conflict conflict = refusal(one(position, {{account(2), 1}}));
    EXPECT_EQ(conflict.stream, std::nullopt);
    EXPECT_EQ(conflict.expected, position - 1);
    EXPECT_EQ(conflict.actual, 1u);
  }
  append(one(2, {{account(2), 1}}));
}

TEST_P(EventLogContract, ChecksEveryStreamOfAnEvent) {
  append(one(1, {{provider(1), 1}}));
  const Conflict conflict = refusal(one(2, {{account(1), 1}, {username(1), 1}, {provider(1), 1}}));
  EXPECT_EQ(conflict.stream, provider(1));
}

TEST_P(EventLogContract, RefusesAGroupWhole) {
  sample::Group group;
  group.add(sample::record({.position = 1, .streams = {{account(1), 1}}, .command = "c1"}));
  group.add(sample::record({.position = 2, .streams = {{account(2), 5}}}));
  EXPECT_EQ(refusal(group).stream, account(2));
  EXPECT_EQ(log_->stream_version(0, account(1)), 0u);
  EXPECT_EQ(log_->find_command(0, Principal::submitter("portal"), "c1"), std::nullopt);
}

TEST_P(EventLogContract, SeesTheEarlierEventsOfTheGroup) {
  sample::Group group;
  group.add(sample::record({.position = 1, .streams = {{account(1), 1}}}));
  group.add(sample::record({.position = 2, .streams = {{account(1), 2}}}));
  append(group);
  sample::Group twice;
  twice.add(sample::record({.position = 3, .streams = {{account(1), 3}}}));
  twice.add(sample::record({.position = 4, .streams = {{account(1), 3}}}));
  const Conflict conflict = refusal(twice);
  EXPECT_EQ(conflict.expected, 2u);
  EXPECT_EQ(conflict.actual, 3u);
}

TEST_P(EventLogContract, CommitsOnlyUnderItsConditions) {
  append(one(1, {{provider(1), 1}}));
  const Condition stale[] = {{provider(1), 1}, {provider(2), 1}};
  const Conflict conflict = refusal(one(2, {{account(1), 1}}), stale);
  EXPECT_EQ(conflict.stream, provider(2));
  EXPECT_EQ(conflict.expected, 1u);
  EXPECT_EQ(conflict.actual, 0u);
  const Condition absent[] = {{provider(1), 0}};
  EXPECT_EQ(refusal(one(2, {{account(1), 1}}), absent).actual, 1u);
  const Condition met[] = {{provider(1), 1}, {provider(2), 0}};
  append(one(2, {{account(1), 1}}), met);
}

TEST_P(EventLogContract, ComparesConditionsWithWhatStoodBeforeTheGroup) {
  const Condition before[] = {{account(1), 0}};
  append(one(1, {{account(1), 1}}), before);
}

TEST_P(EventLogContract, FindsACommandByItsFirstEvent) {
  sample::Group group;
  source_.add(group, {account(1)}, "c1");
  source_.add(group, {account(1)});
  source_.add(group, {account(2)}, "c2");
  append(group);
  const Principal portal = Principal::submitter("portal");
  EXPECT_EQ(log_->find_command(0, portal, "c1"), Position{1});
  EXPECT_EQ(log_->find_command(0, portal, "c2"), Position{3});
  EXPECT_EQ(log_->find_command(0, portal, "c3"), std::nullopt);
  EXPECT_EQ(log_->find_command(0, portal, ""), std::nullopt);
}

TEST_P(EventLogContract, FindsACommandOfItsPrincipalAlone) {
  append_one({account(1)}, "c1");
  EXPECT_EQ(log_->find_command(0, Principal::submitter("portal2"), "c1"), std::nullopt);
  EXPECT_EQ(log_->find_command(0, Principal::officer("portal"), "c1"), std::nullopt);
  EXPECT_EQ(log_->find_command(0, Principal::submitter("porta"), "lc1"), std::nullopt);
}

TEST_P(EventLogContract, FindsManyCommandsAtOnce) {
  append(source_.group(100));
  std::vector<std::string> ids;
  for (unsigned number = 1; number <= 200; ++number) ids.push_back(fmt::format("c{}", number * 7 % 200 + 1));
  ids.push_back(ids.front());
  std::vector<CommandName> commands;
  for (const std::string& id : ids) commands.push_back({schema::PrincipalKind::SUBMITTER, "portal", id});
  commands.push_back({schema::PrincipalKind::SUBMITTER, "portal2", "c1"});
  commands.push_back({schema::PrincipalKind::OFFICER, "portal", "c1"});
  std::vector<std::optional<Position>> found(commands.size(), Position{77});
  log_->find_commands(0, commands, found);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Position position = std::stoull(ids[i].substr(1));
    EXPECT_EQ(found[i], position <= 100 ? std::optional(position) : std::nullopt) << ids[i];
  }
  EXPECT_EQ(found[ids.size()], std::nullopt);
  EXPECT_EQ(found[ids.size() + 1], std::nullopt);
  log_->find_commands(0, {}, {});
}

TEST_P(EventLogContract, ReadsAStream) {
  append_one({account(1), provider(1)});
  append_one({account(2), provider(1)});
  append_one({account(1), provider(2), username(1)});
  EXPECT_THAT(stream(account(1)), ElementsAre(1, 3));
  EXPECT_THAT(stream(account(2)), ElementsAre(2));
  EXPECT_THAT(stream(provider(1)), ElementsAre(1, 2));
  EXPECT_THAT(stream(provider(1), 2), ElementsAre(2));
  EXPECT_THAT(stream(provider(1), 3), ElementsAre());
  EXPECT_THAT(stream(username(1)), ElementsAre(3));
  EXPECT_EQ(log_->stream_version(0, account(1)), 2u);
  EXPECT_EQ(log_->stream_version(0, username(1)), 1u);
  EXPECT_EQ(log_->stream_version(0, username(2)), 0u);
}

TEST_P(EventLogContract, KeepsStreamsApartWhoseNamesAreAlike) {
  const StreamName short_name = StreamName::username(*Username::parse("a"));
  const StreamName long_name = StreamName::username(*Username::parse("ab"));
  const StreamName same_key = StreamName::policy(*ProviderId::parse("110012345A"));
  const StreamName other_kind = StreamName::provider(*ProviderId::parse("110012345A"));
  const StreamName single = StreamName::single(schema::StreamKind::POLICY);
  append_one({long_name});
  append_one({same_key});
  append_one({short_name, other_kind, single});
  EXPECT_THAT(stream(short_name), ElementsAre(3));
  EXPECT_THAT(stream(long_name), ElementsAre(1));
  EXPECT_THAT(stream(same_key), ElementsAre(2));
  EXPECT_THAT(stream(other_kind), ElementsAre(3));
  EXPECT_THAT(stream(single), ElementsAre(3));
}

TEST_P(EventLogContract, FindsEverythingInALongLog) {
  std::mt19937 random(1);
  std::size_t size = 0;
  while (size < 3'000) {
    const std::size_t next = random() % 3 == 0 ? 1 + random() % 150 : 1 + random() % 4;
    append(source_.group(next));
    size += next;
  }
  ASSERT_EQ(log_->head(0), (LogHead{size, root_of(source_.records())}));
  const Visited all = read();
  ASSERT_EQ(all.size(), size);
  for (Position position = 1; position <= size; ++position) {
    ASSERT_EQ(all[position - 1], std::pair(position, text_of_words(source_.records()[position - 1])));
    ASSERT_EQ(log_->find_command(0, Principal::submitter("portal"), fmt::format("c{}", position)), position);
  }
  for (const auto& [name, positions] : source_.streams()) {
    ASSERT_EQ(stream(name), positions) << name.describe();
    ASSERT_EQ(log_->stream_version(0, name), positions.size());
    for (const Version from : {2u, 17u, 500u}) {
      const auto skipped = static_cast<std::ptrdiff_t>(std::min<std::size_t>(from - 1, positions.size()));
      ASSERT_EQ(stream(name, from), std::vector<Position>(positions.begin() + skipped, positions.end())) << name.describe();
    }
  }
}

TEST_P(EventLogContract, WaitsForNewEvents) {
  EXPECT_FALSE(log_->wait_beyond(0, 0, std::chrono::milliseconds(1)));
  append(source_.group(2));
  EXPECT_TRUE(log_->wait_beyond(0, 1, std::chrono::milliseconds(0)));
  EXPECT_FALSE(log_->wait_beyond(0, 2, std::chrono::milliseconds(1)));
  std::thread later([&] { append(source_.group(1)); });
  EXPECT_TRUE(log_->wait_beyond(0, 2, std::chrono::minutes(1)));
  later.join();
}

TEST_P(EventLogContract, ShowsReadersAPrefixWhileItGrows) {
  std::atomic<bool> done = false;
  const auto watch = [&] {
    while (!done) {
      const LogHead head = log_->head(0);
      Position expected = 1;
      log_->read(0, 1, head.position, [&](Position position, RecordWords) { return position == expected++; });
      EXPECT_EQ(expected, head.position + 1);
      // What the head covers is found by its stream and by its command as well.
      if (head.position == 0) continue;
      const auto name = provider(static_cast<unsigned>(head.position % 3));
      const auto positions = stream(name);
      EXPECT_TRUE(std::ranges::find(positions, head.position) != positions.end());
      EXPECT_LE(positions.size(), log_->stream_version(0, name));
      EXPECT_EQ(log_->find_command(0, Principal::submitter("portal"), fmt::format("c{}", head.position)), head.position);
    }
  };
  std::thread reader(watch);
  for (int i = 0; i < 60; ++i) append(source_.group(1 + static_cast<std::size_t>(i) % 40));
  done = true;
  reader.join();
}

TEST_P(EventLogContract, ClosesTwice) {
  append(source_.group(2));
  log_->close();
  log_->close();
}

// The process that dies runs the test anew up to there, and cannot remove the folder that it makes: so it makes it inside this one's.
class EventLogContractDeathTest : public EventLogContract {
 protected:
  EventLogContractDeathTest() {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    ::setenv("TEST_TMPDIR", folder_.path().c_str(), 1);
  }
  ~EventLogContractDeathTest() override { ::setenv("TEST_TMPDIR", before_.c_str(), 1); }

 private:
  std::string before_ = testing::TempDir();
};

TEST_P(EventLogContractDeathTest, StopsAtAPositionThatDoesNotFollowTheOneBeforeInItsGroup) {
  sample::Group group = one(1, {{account(1), 1}});
  group.add(sample::record({.position = 3, .streams = {{account(1), 2}}}));
  EXPECT_DEATH(sample::append(*log_, group), "broken invariant");
}

const auto name_of_kind = [](const testing::TestParamInfo<LogKind>& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Every, EventLogContract, testing::ValuesIn(log_kinds()), name_of_kind);
INSTANTIATE_TEST_SUITE_P(Every, EventLogContractDeathTest, testing::ValuesIn(log_kinds()), name_of_kind);

}  // namespace
}  // namespace muniment
