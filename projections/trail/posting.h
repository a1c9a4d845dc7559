// A posting says that an event is in an index: when it took effect, its position, and the type of its fact, so that a list can be narrowed
// to a type as it is read; and in the entry of a subject where it was, so that a person's list can be narrowed to a provider. Postings of
// one index entry are kept in runs, one row a run, so that a long list costs some four bytes an event.
//
// Runs of one entry must not overlap, or a search would have to look far back. Events that took effect in the order they were recorded
// ("ordered") cannot overlap and go into runs; the others ("late": imported history, signals reported afterwards) have a row each, in a
// table of their own. A search merges both.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "events/schema/event.capnp.h"
#include "events/values/bytes.h"
#include "projections/event_ref.h"
#include "projections/fact_type.h"

namespace muniment::view {

struct PostingKey {
  Timestamp at;
  Position position = 0;

  auto operator<=>(const PostingKey&) const = default;
};

// The provider that an event concerns, as far as one number says it.
using Place = std::uint64_t;
constexpr Place place_unsaid = 0;   // None, or not kept in this entry.
constexpr Place place_several = 1;  // More than one.
constexpr Place place_of(PackedProvider provider) { return provider + 2; }

struct Posting {
  PostingKey key;
  Position import = 0;
  FactNumber type = 0;  // fact_unknown: one that this program does not know.
  Place place = place_unsaid;
};

void put_posting_key(std::string& out, const PostingKey& key);
PostingKey take_posting_key(ByteReader& from);

// A run that is being written: its first posting is in the row's key, the value has the import of all, what the first is about, and the
// steps to each further one with what that is about: twice the type, and where the place is another than before, one more and then the
// place.
class Run {
 public:
  // False: the run is full, or the posting is of another import; it starts a run of its own.
  bool add(const Posting& posting);
  bool empty() const { return count_ == 0; }
  const PostingKey& first() const { return first_; }
  void put_value(std::string& out) const;

 private:
  PostingKey first_;
  PostingKey last_;
  Position import_ = 0;
  Place place_ = place_unsaid;
  std::size_t count_ = 0;
  std::string steps_;
};

// The postings of a row, in order.
void take_run(std::string_view key_suffix, std::string_view value, std::vector<Posting>& out);

// Entries: what stands before the posting in a row's key. They replace what `out` had.
void entry_of_all(std::string& out, bool late);
void entry_of_type(std::string& out, FactNumber type, bool late);
void entry_of_actor(std::string& out, schema::PrincipalKind kind, std::string_view name, bool late);
void entry_of_subject(std::string& out, std::string_view username, bool late);
void entry_of_provider(std::string& out, PackedProvider provider, bool late);

// The latest time of an ordered event before a block of positions: a search as of an early position starts there.
constexpr Position block_positions = 4096;
std::string high_water_key(Position block);
std::string high_water_now_key();
std::string account_key(ByteSpan account);

}  // namespace muniment::view
