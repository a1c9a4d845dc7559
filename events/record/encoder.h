// Writes an event once, into the bytes that are recorded.
#pragma once

#include <memory>
#include <vector>

#include "events/record/fact.h"
#include "events/record/principal.h"

namespace muniment {

// Everything that an event is made of. All of it is borrowed until it is encoded. Empty texts and spans are left out.
struct Draft {
  Position position = 0;
  Timestamp recorded_at;
  Timestamp occurred_at;
  Position caused_by = 0;
  Position imported_by = 0;
  schema::Source source = schema::Source::NODE;
  schema::Authority authority = schema::Authority::NONE;
  schema::PrincipalKind actor_kind = schema::PrincipalKind::NODE;
  std::string_view actor_name;
  EventId event_id;
  std::string_view command_id;
  std::optional<std::array<Byte, 16>> fingerprint;  // On the first event of a command.
  std::optional<ProviderId> provider;
  std::string_view username;
  std::span<const StreamVersion> streams;
  ByteSpan sealed;
  std::string_view requested_by;
  std::string_view approved_by;
  std::string_view reason;
  std::string_view reference;
  std::string_view address;
  std::string_view program;
  const Principal* submitted_by = nullptr;  // Null: the actor itself.
  std::string_view token_id = {};
  const Fact* fact = nullptr;
};

// The draft needs more than record_bytes_max.
struct RecordTooLarge : std::length_error {
  using std::length_error::length_error;
};

// Keeps a scratch of record_bytes_max, zeroed again after each event as far as it was used. One thread at a time.
class Encoder {
 public:
  Encoder();
  ~Encoder();
  // Appends the record to `out`. Throws RecordTooLarge, leaving `out` as it was.
  // Returns the number of words appended.
  std::size_t encode(const Draft& draft, std::vector<capnp::word>& out);

 private:
  std::vector<capnp::word> scratch_;
};

}  // namespace muniment
