// How long what is recorded is kept and what is on hold; which policies there were; and when something else happened to the record than
// that it grew: it was put back, history came in from elsewhere, the clock was stepped, or no witness has seen it yet.
//
// Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "projections/reviews.h"

namespace muniment {

struct RetentionRow {
  enum class Kind { events, subordinates, primary_users, hold };
  Kind kind{};
  std::optional<std::uint32_t> years = {};  // After the last link has ended; of events nothing: they are kept without an end.
  // Of whom the last link ends at the moment; of a hold, of its account, once the hold is lifted. Nothing where the time has not begun.
  std::optional<Timestamp> until = {};
  std::string username = {};  // Of a hold.
  std::string matter = {};
  Timestamp since = {};
  Principal by = {};
  std::string reason = {};
  Position position = 0;  // Of the policy or the hold; 0: nobody said otherwise.
};
std::string_view name_of(RetentionRow::Kind kind);

struct GapRow {
  enum class Kind { recorded, unwitnessed, restored, imported, clock_step, abandoned };
  Kind kind{};
  Position from_position = 0;  // 0: it is about no positions.
  Position to_position = 0;    // 0: it has not ended.
  Timestamp from = {};
  Timestamp to = {};
  std::uint64_t count = 0;  // Events; of what was imported, its rows.
  Principal by = {};
  Position position = 0;       // The event that says so; 0: none does.
  std::string reference = {};  // Of what was imported, where it says: accounts:NAME.
};
std::string_view name_of(GapRow::Kind kind);

struct RetentionYears {
  std::uint32_t subordinates;
  std::uint32_t primary_users;
};

class RecordKeeping {
 public:
  // Both must outlive it.
  RecordKeeping(const EventLog& log, const Trail& trail) : log_(log), trail_(trail) {}

  // What is kept in general first, then the holds that stand, in the order in which they were placed. `now` is what the moment is where it
  // says none.
  WholeAnswer<RetentionRow> retention(const Moment& moment, const Access& access, Timestamp now) const;
  // What there is first, as far as it was recorded by the moment; then what of it no witness has seen to this day (`witnessed` is the last
  // position that one has), then the rest in the order of events.
  WholeAnswer<GapRow> gaps(const Moment& moment, Position witnessed) const;
  // Calls `see` with each policy that was set, the agency's and providers', the oldest first.
  Truth policies(const Moment& moment, const std::function<void(schema::Event::Reader)>& see) const;

 private:
  // Calls `see` with each event of the type, the oldest first, and notes what the answer is true of.
  void each(std::string_view type, const Moment& moment, Truth& truth, const std::function<void(schema::Event::Reader)>& see) const;
  // Gives how long what is kept.
  RetentionYears add_policy(const Moment& moment, Timestamp at, WholeAnswer<RetentionRow>& out) const;
  void add_holds(const Moment& moment, WholeAnswer<RetentionRow>& out) const;
  void add_imports(const Moment& moment, WholeAnswer<GapRow>& out) const;

  const EventLog& log_;
  const Trail& trail_;
};

}  // namespace muniment
