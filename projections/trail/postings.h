// Lists of postings, in order, and their union and intersection. A list goes one way: oldest or newest first.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "projections/store/database.h"
#include "projections/trail/posting.h"

namespace muniment::view {

enum class Direction { oldest_first, newest_first };

inline bool comes_before(const PostingKey& a, const PostingKey& b, Direction direction) {
  return direction == Direction::oldest_first ? a < b : b < a;
}

// Not valid until sent somewhere. One thread at a time.
class Postings {
 public:
  Postings() = default;
  Postings(const Postings&) = delete;
  Postings& operator=(const Postings&) = delete;
  virtual ~Postings() = default;

  // To the first posting at or after the key, in the direction. Never back.
  virtual void seek(const PostingKey& key) = 0;
  virtual void next() = 0;
  virtual bool valid() const = 0;
  virtual const Posting& here() const = 0;
};

using PostingsPtr = std::unique_ptr<Postings>;

// Where a list is kept: its runs, each entry's ordered and late ones.
struct PostingSource {
  const Snapshot& snapshot;
  const Table& table;
  Direction direction;
  std::optional<Timestamp> ordered_until;  // No ordered posting that counts is later.
};

// Of one entry, ordered and late merged. `put_entry(out, late)` writes either.
template <typename PutEntry>
PostingsPtr postings_of(const PostingSource& source, PutEntry put_entry);

PostingsPtr run_postings(const PostingSource& source, std::string entry, bool late);
PostingsPtr both(PostingsPtr a, PostingsPtr b, Direction direction);
// What of `list` is of the type. `all_of_type` is the list of all that is: it tells how far to jump where the type is rare in the other.
PostingsPtr of_type(PostingsPtr list, PostingsPtr all_of_type, FactNumber type);
// What of a subject's list is about the provider: by the postings' places, and by the list of all that is where these do not tell.
PostingsPtr at_provider(PostingsPtr of_subject, PostingsPtr all_of_provider, PackedProvider provider);
// What is in every list. Precondition: at least one.
PostingsPtr in_all(std::vector<PostingsPtr> lists);

template <typename PutEntry>
PostingsPtr postings_of(const PostingSource& source, PutEntry put_entry) {
  std::string ordered;
  std::string late;
  put_entry(ordered, false);
  put_entry(late, true);
  return both(run_postings(source, std::move(ordered), false), run_postings(source, std::move(late), true), source.direction);
}

}  // namespace muniment::view
