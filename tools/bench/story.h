// Records in a row as a log takes them, for benchmarks of logs: seeded, so that all of them get the same.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "events/log/event_log.h"
#include "events/proof/hash.h"
#include "events/record/encoder.h"

namespace muniment {

inline std::string command_id_of_story(std::size_t number) {
  return fmt::format("{:08x}-0000-4000-8000-{:012x}", number * 2'654'435'761u % (1ul << 32), number);
}

// Records in a row, seeded: a fifth are about a new account, the others about one of those there are, at one of 5,000 providers.
class Story {
 public:
  explicit Story(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) add();
    std::size_t start = 0;
    for (const std::size_t end : ends_) {
      records_.emplace_back(words_.data() + start, end - start);
      start = end;
    }
    LeafHasher hasher;
    for (const RecordWords record : records_) hashes_.push_back(hasher.leaf_hash(bytes_of(record)));
  }

  // In groups of so many records.
  void append_to(EventLog& log, std::size_t group_records) const { append_to(log, group_records, 0, records_.size()); }
  // Those from `first` on, counted from 0, up to before `end`.
  void append_to(EventLog& log, std::size_t group_records, std::size_t first, std::size_t end) const {
    for (std::size_t at = first; at < end; at += group_records) {
      const std::size_t count = std::min(group_records, end - at);
      const auto head = log.append(
          {.records = std::span(records_).subspan(at, count), .conditions = {}, .leaf_hashes = std::span(hashes_).subspan(at, count)});
      if (!head) throw std::logic_error("the log refused a group: the story is wrong");
    }
  }
  std::span<const RecordWords> records() const { return records_; }

  double record_bytes() const { return static_cast<double>(words_.size() * sizeof(capnp::word)) / static_cast<double>(records_.size()); }

 private:
  struct Thing {
    StreamName stream;
    Version version;
  };

  void add() {
    const bool is_new = accounts_.size() < 1'000 || random_() % 5 == 0;
    std::array<Byte, 16> id{};
    fill(id);
    if (is_new) accounts_.push_back({StreamName::account(AccountId{id}), 0});
    const std::size_t number = is_new ? accounts_.size() - 1 : random_() % accounts_.size();
    Thing& account = accounts_[number];
    const std::size_t provider_number = random_() % providers_.size();
    Thing& provider = providers_[provider_number];
    const std::string username = fmt::format("jdoe{}", number);
    std::vector<StreamVersion> streams{{account.stream, ++account.version}, {provider.stream, ++provider.version}};
    if (is_new) streams.push_back({StreamName::username(Username::parse(username).value()), 1});

    std::array<Byte, 16> fingerprint{};
    fill(fingerprint);
    std::array<Byte, EventId::size> event_id{};
    fill(event_id);
    const std::string command = command_id_of_story(ends_.size());
    Bytes sealed(is_new ? 176 : 0);
    for (Byte& byte : sealed) byte = static_cast<Byte>(random_());
    const Fact fact = fact::ServicesAssigned{{"claims_submission_and_status"}, {"view_provider_reports"}};
    Draft draft;
    draft.position = ends_.size() + 1;
    draft.recorded_at = draft.occurred_at = Timestamp{1'585'823'543'000'000'001 + static_cast<std::int64_t>(ends_.size()) * 1'003};
    draft.authority = schema::Authority::PRIMARY_USER;
    draft.actor_kind = schema::PrincipalKind::ACCOUNT;
    draft.actor_name = "mhughes1";
    draft.event_id = EventId{event_id};
    draft.command_id = command;
    draft.fingerprint = fingerprint;
    draft.username = username;
    draft.streams = streams;
    draft.sealed = sealed;
    draft.fact = &fact;
    encoder_.encode(draft, words_);
    ends_.push_back(words_.size());
  }

  void fill(std::array<Byte, 16>& bytes) {
    for (Byte& byte : bytes) byte = static_cast<Byte>(random_());
  }

  static std::vector<Thing> some_providers() {
    std::vector<Thing> out;
    for (int i = 1; i <= 5'000; ++i) out.push_back({StreamName::provider(ProviderId::parse(fmt::format("{:09}A", i)).value()), 0});
    return out;
  }

  std::mt19937_64 random_{1};
  Encoder encoder_;
  std::vector<Thing> accounts_;
  std::vector<Thing> providers_ = some_providers();
  std::vector<capnp::word> words_;
  std::vector<std::size_t> ends_;
  std::vector<RecordWords> records_;
  std::vector<Hash> hashes_;
};

}  // namespace muniment
