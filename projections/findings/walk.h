// Everything that may be a finding, in the order of answers: the rows of both tables, and the waits of who is linked.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "projections/findings/interval.h"
#include "projections/findings/wait.h"
#include "projections/store/database.h"

namespace muniment::view {

// Rules by their numbers.
using RuleSet = std::uint64_t;
constexpr RuleSet only(Rule rule) { return RuleSet{1} << static_cast<unsigned>(rule); }

// What a walk goes through besides the waits.
enum class WalkedRows { none, open, open_and_ended };

// Not valid until sent somewhere. One thread at a time.
class FindingWalk {
 public:
  // Of one provider or of all, of one rule or of all. `waits_at` says which waits of a provider can be findings at all. The snapshot and
  // the table must outlive it.
  FindingWalk(const Snapshot& snapshot, const Table& table, std::optional<PackedProvider> provider, std::optional<Rule> rule,
              WalkedRows walked, std::function<RuleSet(PackedProvider)> waits_at);

  // To the first place at or after this one.
  void seek(std::string_view place);
  void next();
  bool valid() const { return source_ != Source::none; }
  // Until it moves.
  std::string_view place() const;
  IntervalName name() const { return take_interval_place(place()); }
  Interval interval() const;

 private:
  enum class Source { none, open, ended, wait };
  struct PlacedWait {
    std::string place;
    Interval interval;
  };

  bool is_there(const Rows& rows, TableTag tag) const;
  void seek_rows(std::string_view place);
  void skip_other_rules(Rows& rows, TableTag tag) const;
  void choose();
  // The waits of the first provider from this one on that has any, from this place on.
  void load_waits(PackedProvider from, std::string_view place);
  void add_waits_of(PackedProvider provider, const std::vector<std::string>& keys, RuleSet wanted);
  const std::string& service_text(FindingService service);

  const Snapshot& snapshot_;
  const Table& table_;
  const std::optional<PackedProvider> provider_;
  const std::optional<Rule> rule_;
  const WalkedRows walked_;
  const std::function<RuleSet(PackedProvider)> waits_at_;
  std::string within_;  // What every place begins with.
  Rows open_;
  Rows ended_;
  Rows members_;
  std::vector<PlacedWait> waits_;  // Of one provider, in the order of their places.
  std::size_t wait_ = 0;
  PackedProvider waits_of_ = 0;
  std::vector<std::string> services_;  // By their numbers; read when the first is asked for.
  Source source_ = Source::none;
};

}  // namespace muniment::view
