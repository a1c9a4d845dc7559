// Access reviews: due, done and late, what was decided, and how long a revocation then took.
//
// No view holds them: the trail finds their openings, the log each review's own stream, and the roster who was to be reviewed. What a
// revoke came to stands in the account's own stream behind it.
//
// Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/log/event_log.h"
#include "events/record/principal.h"
#include "projections/access.h"
#include "projections/roster.h"
#include "projections/trail.h"

namespace muniment {

// Public name.
std::string_view name_of(schema::ReviewDecision decision);

enum class ReviewState { open, late, closed };  // Late: open, and it was due.
std::string_view name_of(ReviewState state);

struct ReviewRow {
  std::string review;
  ReviewState state = ReviewState::open;
  bool is_reminder_due = false;  // Of an open one.
  std::vector<ProviderId> providers;
  Position opened_position = 0;  // The population is who was linked then.
  Timestamp opened_at;
  Principal opened_by;
  Timestamp due_at;
  std::optional<Timestamp> remind_at;
  Position closed_position = 0;  // 0: it was not closed.
  Timestamp closed_at;
  Principal closed_by;
  std::uint64_t people = 0;  // One person at two providers counts twice.
  std::uint64_t kept = 0;
  std::uint64_t revoked = 0;
  std::uint64_t asked = 0;
  std::uint64_t undecided = 0;
  std::uint64_t not_carried_out = 0;  // Revokes.
};

// What became of a person's place in a review.
enum class ReviewItemState {
  undecided,
  asked,
  kept,
  revoke_pending,  // Decided, and still held.
  revoked,         // What was to be revoked was taken away after the decision.
  gone,            // It was gone before.
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
  Position revoked_position = 0;                  // The event that carried it out; 0: none.
  Timestamp revoked_at = {};
};

// What of the reviews somebody sees.
struct ReviewSight {
  bool is_everything = true;
  std::vector<ProviderId> providers = {};
  std::string reviewer = {};  // Those that it was assigned, as Principal::text writes it; empty: none.
};

struct ReviewsQuery {
  std::optional<ProviderId> provider = {};
  std::optional<ReviewState> state = {};
  Moment moment = {};
  Timestamp now;  // By which a review is late.
  ReviewSight sight = {};
};

template <typename Row>
struct WholeAnswer {
  std::vector<Row> rows;
  Truth truth;
};

class Reviews {
 public:
  // All must outlive it.
  Reviews(const EventLog& log, const Trail& trail, const Roster& roster, const Access& access)
      : log_(log), trail_(trail), roster_(roster), access_(access) {}

  // The newest first.
  WholeAnswer<ReviewRow> list(const ReviewsQuery& query) const;
  // Its people, by provider and name. Nothing where there is no such review, or the sight has no part in it.
  std::optional<WholeAnswer<ReviewItemRow>> items(const std::string& review, const ReviewsQuery& query) const;

 private:
  struct Story;
  Story read(std::string_view review, const Truth& truth, const ReviewsQuery& query) const;
  void end_assignments(Story& story, const std::string& reviewer) const;
  std::vector<ReviewItemRow> items_of(const Story& story, const ReviewsQuery& query, const Truth& truth) const;
  void follow(const Story& story, const Truth& truth, ReviewItemRow& item) const;

  const EventLog& log_;
  const Trail& trail_;
  const Roster& roster_;
  const Access& access_;
};

}  // namespace muniment
