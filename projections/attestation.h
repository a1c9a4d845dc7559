// The sheet on which a Primary User confirms the roster person by person, with what was attested about each.
//
// Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "projections/reviews.h"

namespace muniment {

enum class Attested {
  no,
  confirmed,
  rejected,
  outdated,  // Confirmed, and what is held there has changed since the roster that was looked at.
};
std::string_view name_of(Attested attested);

struct AttestationRow {
  RosterRow person;
  Attested attested = Attested::no;
  Position as_of = 0;     // Of the roster that was looked at; 0: nobody attested.
  Position position = 0;  // Of the attestation.
  Timestamp at = {};
  Principal by = {};
};

struct AttestationQuery {
  ProviderId provider;
  std::optional<Timestamp> since = {};  // Attestations then or later alone.
  Moment moment = {};
};

// Everybody on the roster, by name, in pages. One thread at a time.
class AttestationSheet {
 public:
  // All must outlive it.
  AttestationSheet(const EventLog& log, const Trail& trail, const Roster& roster, AttestationQuery query);

  std::expected<Page<AttestationRow>, BadCursor> page(std::size_t limit, const std::string& cursor);

 private:
  struct Word {
    bool is_confirmed = false;
    Position as_of = 0;
    Position position = 0;
    Timestamp at = {};
    Principal by = {};
  };

  // The last word about a person who was linked at a position. What was attested before that is about another time.
  const Word* word_about(const std::string& username, Position linked, Truth& truth);
  bool read_more(Truth& truth);
  void take(schema::Event::Reader event);

  const EventLog& log_;
  const Trail& trail_;
  const Roster& roster_;
  const AttestationQuery query_;
  TrailQuery attested_;                             // The newest first, as far as it was needed.
  bool has_more_ = true;                            // Behind what was read.
  Position read_down_to_ = ~Position{0};            // The last that was read.
  std::map<std::string, Word, std::less<>> words_;  // By username.
};

}  // namespace muniment
