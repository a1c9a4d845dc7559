// What was said about findings: which of them, how it is disposed of, by whom, why, until when. The last that is known counts.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "events/record/record.h"
#include "events/values/hash.h"
#include "projections/as_of.h"

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

// Those that were known at a moment.
class DisposalsAsOf {
 public:
  // Of one provider, or of all.
  DisposalsAsOf(const Snapshot& snapshot, const Table& table, const AsOf& as_of, std::optional<PackedProvider> provider);
  // Whether anything was said of any finding there.
  bool has_any(PackedProvider provider) const { return providers_.contains(provider); }
  // In their order.
  const std::set<PackedProvider>& providers() const { return providers_; }
  // Null: nothing was.
  const Disposal* find(std::string_view finding) const;

 private:
  std::set<PackedProvider> providers_;
  std::unordered_map<std::string, Disposal, TextHash, std::equal_to<>> said_;
};

}  // namespace muniment::view
