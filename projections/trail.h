// Which events concern somebody or something: positions, in the order the events took effect. The caller reads the records from the log.
//
// An event is on the trail of every account and provider that its streams or its fact name: the former Primary User's, both providers' of a
// relationship. A fact newer than the program that built the view is there as "unknown".
//
// Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "events/record/principal.h"
#include "events/values/provider_id.h"
#include "events/values/username.h"
#include "projections/fact_type.h"
#include "projections/moment.h"
#include "projections/page.h"

namespace muniment {

class Views;

struct TrailRow {
  Position position = 0;
  Timestamp at;  // When it took effect.
  Position imported_by = 0;
  FactNumber type = fact_unknown;

  bool operator==(const TrailRow&) const = default;
};

// Events that meet all of what is given.
struct TrailQuery {
  std::optional<Username> username{};  // Whom it concerns.
  std::optional<ProviderId> provider{};
  std::optional<Principal> actor{};  // Who did it.
  std::optional<FactNumber> type{};
  std::vector<FactNumber> not_types{};
  std::optional<Timestamp> from{};  // Effective time, both ends included.
  std::optional<Timestamp> to{};
  bool newest_first = true;
  Moment moment{};
  std::string narrowed_by{};              // What whoever asks takes out of the rows besides: a cursor is of that question alone.
  std::size_t limit = page_size_default;  // At most page_size_max.
  std::string cursor{};                   // Of the page before; empty for the first one. The rest of the query must be the same.
};

class Trail {
 public:
  // The views must outlive it.
  explicit Trail(const Views& views) : views_(views) {}
  Trail(const Trail&) = delete;
  Trail& operator=(const Trail&) = delete;

  // Events of the same time are in the order of their positions, or the other way round with the newest first.
  std::expected<Page<TrailRow>, BadCursor> search(const TrailQuery& query) const;
  // As far as the view has come.
  Position position() const;

 private:
  const Views& views_;
};

}  // namespace muniment
