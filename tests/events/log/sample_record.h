// Records for tests of the log: true records in their form, without a meaning.
#pragma once

#include <fmt/format.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "events/log/event_log.h"
#include "events/record/fact.h"

namespace muniment::sample {

using Words = std::vector<capnp::word>;

inline StreamName account(unsigned number) {
  std::array<Byte, AccountId::size> bytes{};
  for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<Byte>(number >> (8 * i));
  bytes[15] = 1;
  return StreamName::account(AccountId{bytes});
}
inline StreamName provider(unsigned number) { return StreamName::provider(*ProviderId::parse(fmt::format("{:09}A", number))); }
inline StreamName username(unsigned number) { return StreamName::username(*Username::parse(fmt::format("user{}", number))); }

struct Sample {
  Position position = 1;
  std::vector<StreamVersion> streams;
  Principal actor = Principal::submitter("portal");
  std::string command = {};  // Empty: not the first event of a command.
  std::size_t sealed_bytes = 0;
  Fact fact = fact::AccountLocked{};
};

Words record(const Sample& sample);

// Records in a row, as a log takes them: the words and views of them. Not copied, since the views point into it.
class Group {
 public:
  Group() = default;
  Group(Group&&) = default;
  Group& operator=(Group&&) = default;

  void add(Words words) { words_.push_back(std::move(words)); }
  std::vector<RecordWords> views() const { return {words_.begin(), words_.end()}; }
  std::size_t size() const { return words_.size(); }

 private:
  std::vector<Words> words_;
};

// Makes groups that follow one another: it counts positions and versions as a log does, and remembers every record.
class Source {
 public:
  // An event of these streams; with a command if it is named.
  const Words& add(Group& group, const std::vector<StreamName>& streams, const std::string& command = {}, std::size_t sealed_bytes = 0) {
    Sample sample{.position = records_.size() + 1, .streams = {}, .command = command, .sealed_bytes = sealed_bytes};
    for (const StreamName& stream : streams) sample.streams.push_back({stream, ++versions_[stream]});
    records_.push_back(record(sample));
    for (const StreamName& stream : streams) positions_[stream].push_back(records_.size());
    group.add(records_.back());
    return records_.back();
  }
  // `size` events, each of an account of its own choosing, of one of a few providers, and of a command of its own: "c<position>".
  Group group(std::size_t size) {
    Group group;
    for (std::size_t i = 0; i < size; ++i) {
      const auto position = static_cast<unsigned>(records_.size() + 1);
      add(group, {account(position * 7 % 31), provider(position % 3)}, fmt::format("c{}", position));
    }
    return group;
  }

  const std::vector<Words>& records() const { return records_; }  // Position 1 first.
  const std::unordered_map<StreamName, std::vector<Position>>& streams() const { return positions_; }

 private:
  std::vector<Words> records_;
  std::unordered_map<StreamName, Version> versions_;
  std::unordered_map<StreamName, std::vector<Position>> positions_;
};

inline std::expected<LogHead, Conflict> append(EventLog& log, const Group& group, std::span<const Condition> conditions = {}) {
  const std::vector<RecordWords> views = group.views();
  return log.append({.records = views, .conditions = conditions});
}

inline Words copy_of(RecordWords record) { return {record.begin(), record.end()}; }
inline std::string text_of_words(RecordWords record) { return std::string{text_of(bytes_of(record))}; }

}  // namespace muniment::sample
