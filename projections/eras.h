// Eras make a question about the early days of a huge provider cheap.
//
// Rows of a provider are in the order that answers have, say by username. A question about a moment at which a hundredth of them existed
// would read a hundred rows for each one it shows. So each row also has the era in which it was put: era 0 holds the first events of the
// provider's stream, and every later era as many as all before it. A question leaves out the eras that began after its moment and merges
// the others: at most some twenty, and no more than about half of what it reads was not there yet.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "projections/as_of.h"
#include "projections/event_fields.h"
#include "projections/store/database.h"

namespace muniment::view {

using Era = std::uint8_t;

// From the version of the provider's stream at the event, so that the same log gives the same eras.
Era era_of(schema::Event::Reader event, PackedProvider provider);

// Nothing that was put in the era is earlier than either.
struct EraStart {
  Era era = 0;
  Timestamp at;
  Position position = 0;
};

// Of one provider, in the order of the eras.
std::vector<EraStart> eras_of(const Snapshot& snapshot, const Table& table, PackedProvider provider);
// Whether anything of that era can count at the moment.
inline bool has_begun(const EraStart& start, const AsOf& as_of, Timestamp at) {
  return start.at <= at && start.position <= as_of.position();
}

// The writing side: keeps the starts, in rows of their own.
class EraStarts {
 public:
  EraStarts(const Database& database, const Table& table) : database_(database), table_(table) {}
  // The event puts rows into this era of the provider.
  void note(PackedProvider provider, Era era, const EventRef& event, RowBuffer& rows);
  // Lets go of what is remembered if it is much. Only when every row has been written.
  void trim();

 private:
  const Database& database_;
  const Table& table_;
  std::unordered_map<PackedProvider, std::vector<EraStart>> known_;
};

// The rows that several prefixes have, merged: ordered by what follows the prefix.
class MergedRows {
 public:
  MergedRows(const Snapshot& snapshot, const Table& table, std::vector<std::string> prefixes);

  void seek(std::string_view suffix);  // To the first row whose suffix is at or after this one.
  void next();
  bool valid() const { return least_ != nullptr; }
  std::string_view suffix() const { return least_->suffix(); }
  std::string_view value() const { return least_->rows.value(); }

 private:
  struct Part {
    std::string prefix;
    Rows rows;
    std::string_view suffix() const { return rows.key().substr(prefix.size()); }
  };
  void find_least();

  std::vector<Part> parts_;
  Part* least_ = nullptr;
};

}  // namespace muniment::view
