// The sheet on which a Primary User confirms the roster person by person, with what was attested about each.
//
// Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

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

class Attestations {
 public:
  // All must outlive it.
  Attestations(const EventLog& log, const Trail& trail, const Roster& roster) : log_(log), trail_(trail), roster_(roster) {}

  // Everybody on the roster, by name.
  WholeAnswer<AttestationRow> sheet(const AttestationQuery& query) const;

 private:
  const EventLog& log_;
  const Trail& trail_;
  const Roster& roster_;
};

}  // namespace muniment
