// The command ids of rows: a row is known by its content. Where an import that had recorded it was abandoned it is as if it never had been,
// and it has another id: of the content, and how often that has happened. docs/formats.md, "Fingerprints".
#pragma once

#include <optional>
#include <string>

#include "events/log/event_log.h"
#include "events/log/recorded_abandonments.h"
#include "events/vault/vault.h"

namespace muniment {

// Eight bytes, the highest first: as the content of a row has numbers.
void put_number(Bytes& out, std::uint64_t number);
// The command id of the row whose content has this fingerprint.
std::string row_id(const Fingerprint& content);

// Precondition: no import is abandoned while it lives.
class RowIds {
 public:
  // Borrows them.
  RowIds(const EventLog& log, Vault& vault);

  struct Row {
    std::string id;
    Bytes content;                     // Of which the id is.
    std::optional<Position> recorded;  // Nothing: it has to be.
  };
  // Who is said to have acted, and what the file says of it.
  Row find(const Principal& actor, Bytes content) const;

 private:
  bool is_passed_over(Position position) const;

  const EventLog& log_;
  Vault& vault_;
  const AbandonedImports abandoned_;
};

}  // namespace muniment
