// Access reviews: due, done and late, what was decided, and how long a revocation then took.
//
// The trail finds their openings, the log has each review's own stream, the roster says who was to be reviewed, and what a revoke came to
// stands with the link in the access view. An answer is true of what all of them have taken in.
//
// Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/log/event_log.h"
#include "events/record/principal.h"
#include "projections/access.h"
#include "projections/roster.h"
#include "projections/trail.h"

namespace muniment {

// Public names.
std::string_view name_of(schema::ReviewDecision decision);
std::string_view name_of(schema::Revocation revocation);
std::string_view name_of(schema::Notice notice);

enum class ReviewState { open, late, closed };  // Late: open, and it was due.
std::string_view name_of(ReviewState state);
std::optional<ReviewState> review_state_named(std::string_view name);

struct ReviewCounts {
  std::uint64_t people = 0;  // One person at two providers counts twice.
  std::uint64_t kept = 0;
  std::uint64_t revoked = 0;
  std::uint64_t asked = 0;
  std::uint64_t undecided = 0;
  std::uint64_t not_carried_out = 0;  // Revokes.

  bool operator==(const ReviewCounts&) const = default;
};

// The node's word on the report of a closed review.
struct ReviewSeal {
  Position position = 0;  // 0: it is not sealed.
  ReviewCounts counts = {};
  std::string digest = {};                // 32 bytes. docs/formats.md, "Reports of reviews".
  std::vector<std::string> signers = {};  // As Principal::text writes them, in the order in which they signed.
};

struct ReviewRow {
  std::string review;
  ReviewState state = ReviewState::open;
  bool is_late = false;            // It is late, or was closed late.
  bool is_reminder_due = false;    // Of an open one.
  bool is_reminder_given = false;  // The node has given notice of it.
  bool is_lateness_given = false;
  std::vector<ProviderId> providers = {};
  Position opened_position = 0;  // The population is who was linked then.
  Timestamp opened_at = {};
  Principal opened_by = {};
  Timestamp due_at = {};
  std::optional<Timestamp> remind_at = {};
  Position closed_position = 0;  // 0: it was not closed.
  Timestamp closed_at = {};
  Principal closed_by = {};
  ReviewCounts counts = {};
  ReviewSeal seal = {};
};

// What became of a person's place in a review.
enum class ReviewItemState {
  undecided,
  asked,
  kept,
  revoke_pending,  // Decided, and still held.
  revoked,         // What was to be revoked was taken away after it was decided first.
  gone,            // It was gone when that was decided.
};
std::string_view name_of(ReviewItemState state);

struct ReviewDecisionRow {
  Position position = 0;
  Timestamp at;
  Principal by;
  schema::ReviewDecision decision = schema::ReviewDecision::KEEP;
  std::vector<std::string> services;  // Of a revoke; none: the link.
  std::string reason;
  std::string reference;
  std::uint32_t decided_together = 1;
  std::uint32_t seconds_spent = 0;
  schema::Revocation revocation{};
  std::string refusal = {};  // Of a revoke that the reviewer left to others: why.
};

struct ReviewItemRow {
  ProviderId provider;
  std::string username;
  std::string last_name;
  std::string first_name;
  std::vector<std::string> services;  // When the review was opened.
  std::vector<std::string> reviewers = {};
  ReviewItemState state = ReviewItemState::undecided;
  std::optional<ReviewDecisionRow> decided = {};  // The last decision.
  Timestamp first_revoke_at = {};                 // Of several revokes in a row the first: the time until it was done counts from there.
  Position revoked_position = 0;                  // The event that carried it out; 0: none.
  Timestamp revoked_at = {};
  Position changed_position = 0;  // The last change of the link since the opening, but for that event; 0: none.
};

// What of the reviews somebody sees.
struct ReviewSight {
  bool is_everything = true;
  std::vector<ProviderId> providers = {};
  std::string reviewer = {};  // Those that it was assigned, as Principal::text writes it; empty: none. Of a closed review what it decided.
};

struct ReviewsQuery {
  std::optional<ProviderId> provider = {};
  std::optional<ReviewState> state = {};
  Moment moment = {};
  Timestamp now;  // By which a review is late.
  ReviewSight sight = {};
  std::size_t limit = page_size_default;  // At most page_size_max.
  std::string cursor = {};                // Of the page before; empty for the first one. The rest of the query must be the same.
};

// A review's people in pages. What of the review itself they need is read once.
class ReviewPeople {
 public:
  struct Story;
  class Reader;
  ReviewPeople(std::shared_ptr<const Story> story, std::shared_ptr<const Reader> reader, ReviewsQuery query, Position position);

  // Without counts.
  const ReviewRow& review() const;
  // The same with a seal that stands behind the moment.
  ReviewPeople with_seal(const ReviewSeal& seal) &&;
  // Whether they are everybody in the review: all of its providers were asked about and are seen.
  bool are_all() const;
  // Whether the sight that was asked with has anybody there.
  bool sees_any(const ProviderId& provider) const;
  // By provider and name.
  std::expected<Page<ReviewItemRow>, BadCursor> page(std::size_t limit, const std::string& cursor) const;
  // All of them.
  Truth each(const std::function<void(const ReviewItemRow&)>& see) const;

 private:
  std::shared_ptr<const Story> story_;
  std::shared_ptr<const Reader> reader_;
  ReviewsQuery query_;
  Position position_;  // That the answer is true of, at most.
};

// Adds the row to what is counted.
void count(const ReviewItemRow& row, ReviewCounts& counts);

class Reviews {
 public:
  // All must outlive it, and the people that it gives.
  Reviews(const EventLog& log, const Trail& trail, const Roster& roster, const Access& access);

  // The newest first. Of a sealed review whoever sees all of it is told the counts of the seal, as long as nothing was left to be carried
  // out then.
  std::expected<Page<ReviewRow>, BadCursor> list(const ReviewsQuery& query) const;
  // Nothing where there is no such review, or the sight has no part in it.
  std::optional<ReviewPeople> people(const std::string& review, const ReviewsQuery& query) const;
  // Of the one that was opened at the position.
  std::string name_at(Position opening) const;

 private:
  std::optional<ReviewPeople> people(std::string_view review, const ReviewsQuery& query, Position position) const;
  std::optional<ReviewRow> row(std::string_view review, const ReviewsQuery& query, Truth& truth) const;

  const EventLog& log_;
  const Trail& trail_;
  std::shared_ptr<const ReviewPeople::Reader> reader_;
};

}  // namespace muniment
