// What was said about findings: which of them, how it is disposed of, by whom, why, until when. The last that is known counts.
#pragma once

#include <string>
#include <unordered_map>

#include "events/record/record.h"
#include "projections/as_of.h"
#include "projections/text_hash.h"

namespace muniment::view {

struct Disposal {
  EventRef event;
  std::string finding;  // Its id.
  schema::Disposition disposition{};
  Timestamp until{};  // 0: no end.
  std::string actor;
  std::string reason;

  bool operator==(const Disposal&) const = default;
};

Disposal disposal_of(schema::Event::Reader event);
void put_disposal(const Disposal& disposal, PackedProvider provider, RowBuffer& rows);
Disposal take_disposal(Position position, std::string_view value);

// Those of one provider after the other, as of a moment. One thread at a time.
class DisposalsAsOf {
 public:
  DisposalsAsOf(const Snapshot& snapshot, const Table& table, const AsOf& as_of) : snapshot_(snapshot), table_(table), as_of_(as_of) {}
  // Whether anything was said of any finding there.
  bool has_any(PackedProvider provider);
  // Null: nothing was. Until another provider is asked about.
  const Disposal* find(PackedProvider provider, std::string_view finding);

 private:
  void load(PackedProvider provider);

  const Snapshot& snapshot_;
  const Table& table_;
  const AsOf& as_of_;
  std::optional<PackedProvider> provider_;
  std::unordered_map<std::string, Disposal, TextHash, std::equal_to<>> said_;
};

}  // namespace muniment::view
