// Events in the order in which they happened, as records, for tests of what they are folded into. What a record means is in fact.h.
#pragma once

#include <deque>
#include <vector>

#include "aggregates/world.h"
#include "events/record/encoder.h"

namespace muniment::test {

inline ProviderId provider(std::string_view text) { return ProviderId::parse(text).value(); }
inline Username username(std::string_view text) { return Username::parse(text).value(); }
// An id of one repeated byte, so that tests know it again.
inline AccountId account_id(Byte byte) {
  std::array<Byte, 16> bytes;
  bytes.fill(byte);
  return AccountId{bytes};
}
inline EventId event_id(Byte byte) {
  std::array<Byte, 16> bytes;
  bytes.fill(byte);
  return EventId{bytes};
}

struct Happened {
  Fact fact;
  std::vector<StreamName> streams;
  std::optional<ProviderId> provider = {};
  std::string username = {};
  std::string_view sealed = {};    // Some bytes; aggregates never open them.
  std::optional<EventId> id = {};  // Absent: of the position's number.
  std::int64_t at = 0;             // ns
  schema::Authority authority = schema::Authority::NONE;
  std::string actor = {};  // An account; empty: the node.
};

class History {
 public:
  // Its position.
  Position add(const Happened& event);

  // Every event to every aggregate, in order.
  void replay(World& world) const;
  // The events of one stream to its aggregate alone.
  void load(World& world, const StreamName& stream) const;
  std::vector<StreamName> streams() const;

  std::vector<RecordWords> records() const { return {records_.begin(), records_.end()}; }
  RecordReader read(Position position) const { return RecordReader(records_.at(position - 1)); }
  Position head() const { return records_.size(); }

 private:
  Encoder encoder_;
  std::deque<std::vector<capnp::word>> records_;
  std::unordered_map<StreamName, Version> versions_;
};

// A record of a fact that only a newer program knows.
std::vector<capnp::word> with_unknown_fact(const StreamName& stream);

// One of each fact there is.
std::vector<Fact> every_fact();

}  // namespace muniment::test
