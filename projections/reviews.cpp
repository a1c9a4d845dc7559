#include "projections/reviews.h"

#include <algorithm>
#include <map>

#include "events/record/event_streams.h"
#include "projections/as_of.h"
#include "projections/cursor.h"

namespace muniment {
namespace {

constexpr char cursor_of_reviews = 'r';
constexpr char cursor_of_people = 'v';

std::vector<std::string> strings_of(capnp::List<capnp::Text>::Reader texts) {
  std::vector<std::string> out;
  for (const auto text : texts) out.emplace_back(text_of(text));
  return out;
}

Principal actor_in(schema::Event::Reader event) { return {event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}; }

bool is_among(const auto& list, const auto& value) { return std::ranges::find(list, value) != list.end(); }

view::Fingerprint question_of(const ReviewsQuery& query, std::string_view review) {
  view::Fingerprint out;
  out.add(review).add(query.provider ? std::optional{query.provider->text()} : std::nullopt);
  out.add(query.state ? std::optional{static_cast<std::uint64_t>(*query.state)} : std::nullopt);
  out.add(query.moment.at ? std::optional{static_cast<std::uint64_t>(query.moment.at->ns)} : std::nullopt).add(query.moment.position);
  return out;
}

// Where to go on: in which of the places (providers) and, there, behind which cursor.
struct ReviewPlace {
  std::size_t place = 0;
  std::string cursor = {};
};

std::string write_review_place(const ReviewPlace& at) {
  std::string out;
  view::put_varint(out, at.place);
  view::put_text(out, at.cursor);
  return out;
}

std::expected<ReviewPlace, BadCursor> read_review_place(std::string_view place) {
  try {
    view::ByteReader from(place);
    ReviewPlace out{.place = from.varint()};
    out.cursor = from.text();
    if (from.at_end()) return out;
  } catch (const view::Failed&) {  // It ended too soon.
  }
  return std::unexpected(view::mangled_cursor());
}

}  // namespace

std::string_view name_of(schema::ReviewDecision decision) {
  switch (decision) {
    case schema::ReviewDecision::KEEP:
      return "keep";
    case schema::ReviewDecision::REVOKE:
      return "revoke";
    case schema::ReviewDecision::ASK:
      return "ask";
  }
  return "unknown";
}

std::string_view name_of(schema::Revocation revocation) {
  switch (revocation) {
    case schema::Revocation::NONE:
      return "none";
    case schema::Revocation::CARRIED_OUT:
      return "carried_out";
    case schema::Revocation::LEFT_TO_OTHERS:
      return "left_to_others";
    case schema::Revocation::CHANGED_SINCE:
      return "changed_since";
    case schema::Revocation::GONE_BEFORE:
      return "gone_before";
  }
  return "unknown";
}

std::string_view name_of(schema::Notice notice) {
  switch (notice) {
    case schema::Notice::DEPARTURE:
      return "departure";
    case schema::Notice::VACANCY:
      return "vacancy";
    case schema::Notice::REVIEW_DUE:
      return "review_due";
    case schema::Notice::REVIEW_LATE:
      return "review_late";
  }
  return "unknown";
}

std::string_view name_of(ReviewState state) {
  switch (state) {
    case ReviewState::open:
      return "open";
    case ReviewState::late:
      return "late";
    case ReviewState::closed:
      break;
  }
  return "closed";
}

std::optional<ReviewState> review_state_named(std::string_view name) {
  for (const ReviewState state : {ReviewState::open, ReviewState::late, ReviewState::closed}) {
    if (name_of(state) == name) return state;
  }
  return std::nullopt;
}

std::string_view name_of(ReviewItemState state) {
  switch (state) {
    case ReviewItemState::undecided:
      return "undecided";
    case ReviewItemState::asked:
      return "asked";
    case ReviewItemState::kept:
      return "kept";
    case ReviewItemState::revoke_pending:
      return "revoke_pending";
    case ReviewItemState::revoked:
      return "revoked";
    case ReviewItemState::gone:
      break;
  }
  return "gone";
}

void count(const ReviewItemRow& row, ReviewCounts& counts) {
  ++counts.people;
  if (row.state == ReviewItemState::undecided) ++counts.undecided;
  if (row.state == ReviewItemState::asked) ++counts.asked;
  if (row.state == ReviewItemState::kept) ++counts.kept;
  if (row.decided && row.decided->decision == schema::ReviewDecision::REVOKE) ++counts.revoked;
  if (row.state == ReviewItemState::revoke_pending) ++counts.not_carried_out;
}

// A review's own events, up to a moment.
struct ReviewPeople::Story {
  struct Assignment {
    ProviderId provider;
    std::string reviewer;
    Position assigned_at = 0;
    std::vector<std::string> usernames = {};
    bool is_over = false;  // For who asks: it was dismissed, or was linked to the provider then and is no more.

    bool has(const ProviderId& at, const std::string& username) const {
      if (provider != at || reviewer == username) return false;
      return usernames.empty() || is_among(usernames, username);
    }
  };
  struct Decided {
    ReviewDecisionRow row;
    Position first_revoke = 0;  // Of the revokes in a row that `row` is the last of; 0: it is none.
    Timestamp first_revoke_at = {};
  };

  ReviewRow row;
  std::vector<Assignment> assignments;
  std::map<std::pair<ProviderId, std::string>, Decided> decisions;

  bool exists() const { return row.opened_position != 0; }
  bool is_closed() const { return row.closed_position != 0; }
  bool decided_by(const std::string& reviewer, const ProviderId& provider, const std::string& username) const {
    const auto found = decisions.find({provider, username});
    return found != decisions.end() && found->second.row.by.text() == reviewer;
  }
  // As its reviewer: of an open review whom it was assigned, of a closed one whom it decided about.
  bool reviews(const std::string& reviewer, const ProviderId& provider, const std::string& username) const {
    const auto is_theirs = [&](const Assignment& one) { return one.reviewer == reviewer && !one.is_over && one.has(provider, username); };
    if (reviewer.empty() || std::ranges::none_of(assignments, is_theirs)) return false;
    return !is_closed() || decided_by(reviewer, provider, username);
  }
  bool sees(const ReviewSight& sight, const ProviderId& provider, const std::string& username) const {
    return sight.is_everything || is_among(sight.providers, provider) || reviews(sight.reviewer, provider, username);
  }
  // Anybody there.
  bool sees_any(const ReviewSight& sight, const ProviderId& provider) const {
    if (sight.is_everything || is_among(sight.providers, provider)) return true;
    if (sight.reviewer.empty()) return false;
    const auto is_theirs = [&](const Assignment& one) {
      return one.provider == provider && one.reviewer == sight.reviewer && !one.is_over;
    };
    if (std::ranges::none_of(assignments, is_theirs)) return false;
    return !is_closed() || std::ranges::any_of(decisions, [&](const auto& decided) {
      return decided.first.first == provider && decided.second.row.by.text() == sight.reviewer;
    });
  }
  bool has_part(const ReviewSight& sight) const {
    return std::ranges::any_of(row.providers, [&](const ProviderId& provider) { return sees_any(sight, provider); });
  }

  void open(schema::Event::Reader event) {
    const auto opened = event.getFact().getReviewOpened();
    for (const auto& text : strings_of(opened.getProviders())) {
      if (const auto provider = ProviderId::parse(text)) row.providers.push_back(*provider);
    }
    row.opened_position = event.getPosition();
    row.opened_at = occurred_at(event);
    row.opened_by = actor_in(event);
    row.due_at = Timestamp{opened.getDueAt()};
    if (opened.getRemindAt() != 0) row.remind_at = Timestamp{opened.getRemindAt()};
  }
  void decide(schema::Event::Reader event, const ProviderId& provider) {
    const auto decision = event.getFact().getReviewDecided();
    const auto context = event.getContext();
    Decided& decided = decisions[{provider, std::string{text_of(event.getUsername())}}];
    const bool is_revoke = decision.getDecision() == schema::ReviewDecision::REVOKE;
    if (!is_revoke) decided.first_revoke = 0;
    if (is_revoke && decided.first_revoke == 0) {
      decided.first_revoke = event.getPosition();
      decided.first_revoke_at = occurred_at(event);
    }
    decided.row = {.position = event.getPosition(),
                   .at = occurred_at(event),
                   .by = actor_in(event),
                   .decision = decision.getDecision(),
                   .services = strings_of(decision.getServices()),
                   .reason = std::string{text_of(context.getReason())},
                   .reference = std::string{text_of(context.getReference())},
                   .decided_together = decision.getDecidedTogether(),
                   .seconds_spent = decision.getSecondsSpent(),
                   .revocation = decision.getRevocation(),
                   .refusal = std::string{text_of(decision.getRefusal())}};
  }
  void close(schema::Event::Reader event) {
    row.closed_position = event.getPosition();
    row.closed_at = occurred_at(event);
    row.closed_by = actor_in(event);
  }
  void seal(schema::Event::Reader event) {
    const auto sealed = event.getFact().getReviewSealed();
    row.seal = {.position = event.getPosition(),
                .counts = {.people = sealed.getPeople(),
                           .kept = sealed.getKept(),
                           .revoked = sealed.getRevoked(),
                           .asked = sealed.getAsked(),
                           .undecided = sealed.getUndecided(),
                           .not_carried_out = sealed.getNotCarriedOut()},
                .digest = std::string{text_of(bytes_of(sealed.getDigest()))}};
  }
  void take(schema::Event::Reader event) {
    const auto fact = event.getFact();
    const auto provider = provider_of(event);
    if (fact.isReviewOpened()) open(event);
    if (fact.isReviewerAssigned() && provider) {
      assignments.push_back({*provider, std::string{text_of(fact.getReviewerAssigned().getReviewer())}, event.getPosition(),
                             strings_of(fact.getReviewerAssigned().getUsernames())});
    }
    if (fact.isReviewDecided() && provider) decide(event, *provider);
    if (fact.isReviewClosed()) close(event);
    if (fact.isReviewSealed()) seal(event);
    if (fact.isNoticeGiven()) {
      row.is_reminder_given |= fact.getNoticeGiven().getNotice() == schema::Notice::REVIEW_DUE;
      row.is_lateness_given |= fact.getNoticeGiven().getNotice() == schema::Notice::REVIEW_LATE;
    }
    if (fact.isReportSigned()) row.seal.signers.push_back(actor_in(event).text());
  }
  // Of what was taken, nothing where the dismissal had not taken effect; what somebody sees ends by it at whatever moment.
  void dismiss(schema::Event::Reader event, bool has_taken_effect) {
    if (!event.getFact().isReviewerDismissed()) return;
    const auto provider = provider_of(event);
    const std::string_view reviewer = text_of(event.getFact().getReviewerDismissed().getReviewer());
    const auto is_meant = [&](const Assignment& one) { return std::optional{one.provider} == provider && one.reviewer == reviewer; };
    if (has_taken_effect) std::erase_if(assignments, is_meant);
    for (Assignment& one : assignments) one.is_over |= is_meant(one);
  }
  void judge(Timestamp now) {
    const bool is_due = (is_closed() ? row.closed_at : now) >= row.due_at;
    row.is_late = is_due;
    row.state = is_closed() ? ReviewState::closed : is_due ? ReviewState::late : ReviewState::open;
    row.is_reminder_due = !is_closed() && row.remind_at && now >= *row.remind_at;
  }
};

// Reads what the people of a review come from.
class ReviewPeople::Reader {
 public:
  Reader(const EventLog& log, const Trail& trail, const Roster& roster, const Access& access)
      : log_(log), trail_(trail), roster_(roster), access_(access) {}

  // As far as all of it has come, and no farther than asked.
  Position position(const Moment& moment) const {
    const Position all = std::min({trail_.position(), roster_.position(), access_.position()});
    return std::min(all, moment.position.value_or(all));
  }

  std::shared_ptr<const Story> story(std::string_view review, const ReviewsQuery& query, Position last) const {
    auto out = std::make_shared<Story>();
    out->row.review = review;
    log_.read_stream(0, StreamName::review(review), 1, [&](Position position, RecordWords words) {
      if (position > last) return false;
      RecordReader record(words);
      const bool has_taken_effect = !query.moment.at || occurred_at(record.event()) <= *query.moment.at;
      if (has_taken_effect) out->take(record.event());
      out->dismiss(record.event(), has_taken_effect);
      return true;
    });
    if (!query.sight.is_everything) end_assignments(*out, query.sight.reviewer);
    out->judge(query.now);
    return out;
  }

  // Whether the last record of a review says that it is closed, so that the others need not be read: behind its closing there are only a
  // seal and signatures. False: it is to be seen from all of it.
  bool is_plainly_closed(std::string_view review, const Moment& moment, Position last) const {
    const StreamName stream = StreamName::review(review);
    const Version version = log_.stream_version(0, stream);
    bool out = false;
    log_.read_stream(0, stream, version, [&](Position position, RecordWords words) {
      RecordReader record(words);
      const auto fact = record.event().getFact();
      const bool is_behind = fact.isReviewClosed() || fact.isReviewSealed() || fact.isReportSigned();
      out = is_behind && position <= last && (!moment.at || occurred_at(record.event()) <= *moment.at);
      return false;
    });
    return out;
  }

  std::expected<Page<RosterRow>, BadCursor> people(const Story& story, std::size_t provider, std::size_t limit,
                                                   const std::string& cursor) const {
    return roster_.search(
        {.provider = story.row.providers[provider], .moment = {.position = story.row.opened_position}, .limit = limit, .cursor = cursor});
  }

  ReviewItemRow item(const Story& story, const RosterRow& person, const Moment& moment, Truth& truth) const {
    ReviewItemRow out{.provider = person.provider,
                      .username = person.username,
                      .last_name = person.last_name,
                      .first_name = person.first_name,
                      .services = person.services};
    for (const Story::Assignment& one : story.assignments) {
      if (one.has(out.provider, out.username) && !is_among(out.reviewers, one.reviewer)) out.reviewers.push_back(one.reviewer);
    }
    const auto decided = story.decisions.find({out.provider, out.username});
    const LinkStory link = story_of(out, moment, truth);
    if (decided != story.decisions.end()) {
      out.decided = decided->second.row;
      out.first_revoke_at = decided->second.first_revoke_at;
      if (out.decided->decision == schema::ReviewDecision::KEEP) out.state = ReviewItemState::kept;
      if (out.decided->decision == schema::ReviewDecision::ASK) out.state = ReviewItemState::asked;
      if (out.decided->decision == schema::ReviewDecision::REVOKE) follow(link, decided->second.first_revoke, out);
    }
    for (const LinkStep& step : link.steps) {
      const Position position = step.change.position;
      if (position > story.row.opened_position && position != out.revoked_position) out.changed_position = position;
    }
    return out;
  }

 private:
  LinkStory story_of(const ReviewItemRow& item, const Moment& moment, Truth& truth) const {
    LinkStories found = access_.stories(Username::parse(item.username).value(), item.provider, moment);
    merge(truth, found.truth);
    return found.links.empty() ? LinkStory{item.provider, {}} : std::move(found.links.front());
  }

  // What became of a revoke: what of it was held when it was decided first, and what took that away since.
  static void follow(const LinkStory& link, Position first_revoke, ReviewItemRow& item) {
    const bool is_of_link = item.decided->services.empty();
    bool is_linked = false;
    std::vector<std::string> held;
    auto step = link.steps.begin();
    for (; step != link.steps.end() && step->change.position <= first_revoke; ++step) {
      is_linked = step->kind != LinkStep::Kind::ended;
      if (!is_linked) held.clear();
      for (const std::string& service : step->revoked) std::erase(held, service);
      held.insert(held.end(), step->granted.begin(), step->granted.end());
    }
    std::erase_if(held, [&](const std::string& service) { return !is_among(item.decided->services, service); });
    item.state = ReviewItemState::gone;
    if (!is_linked || (!is_of_link && held.empty())) return;
    item.state = ReviewItemState::revoke_pending;
    for (; step != link.steps.end(); ++step) {
      for (const std::string& service : step->revoked) std::erase(held, service);
      if (step->kind != LinkStep::Kind::ended && (is_of_link || !held.empty())) continue;
      item.state = ReviewItemState::revoked;
      item.revoked_position = step->change.position;
      item.revoked_at = step->change.at;
      return;
    }
  }

  // As commands/decide_review.cpp has it. What somebody may see is a matter of now, whatever moment is asked about.
  void end_assignments(Story& story, const std::string& reviewer) const {
    const auto username = Username::parse(reviewer);
    if (!username) return;  // An officer, or nobody.
    const auto is_linked = [&](const ProviderId& provider, const Moment& moment) {
      const LinkStories found = access_.stories(*username, provider, moment);
      return !found.links.empty() && found.links.front().steps.back().kind != LinkStep::Kind::ended;
    };
    for (Story::Assignment& one : story.assignments) {
      if (one.reviewer == reviewer) one.is_over |= is_linked(one.provider, {.position = one.assigned_at}) && !is_linked(one.provider, {});
    }
  }

  const EventLog& log_;
  const Trail& trail_;
  const Roster& roster_;
  const Access& access_;
};

ReviewPeople::ReviewPeople(std::shared_ptr<const Story> story, std::shared_ptr<const Reader> reader, ReviewsQuery query, Position position)
    : story_(std::move(story)), reader_(std::move(reader)), query_(std::move(query)), position_(position) {}

const ReviewRow& ReviewPeople::review() const { return story_->row; }

ReviewPeople ReviewPeople::with_seal(const ReviewSeal& seal) && {
  auto story = std::make_shared<Story>(*story_);
  story->row.seal = seal;
  story_ = std::move(story);
  return std::move(*this);
}

bool ReviewPeople::are_all() const {
  return std::ranges::all_of(story_->row.providers, [this](const ProviderId& provider) {
    const bool is_asked_about = !query_.provider || *query_.provider == provider;
    return is_asked_about && (query_.sight.is_everything || is_among(query_.sight.providers, provider));
  });
}

bool ReviewPeople::sees_any(const ProviderId& provider) const { return story_->sees_any(query_.sight, provider); }

std::expected<Page<ReviewItemRow>, BadCursor> ReviewPeople::page(std::size_t limit, const std::string& cursor) const {
  const auto question = question_of(query_, story_->row.review);
  Moment moment{.at = query_.moment.at, .position = position_};
  ReviewPlace at;
  std::shared_ptr<const Story> story = story_;
  if (!cursor.empty()) {
    const auto read = view::read_cursor(cursor_of_people, question, cursor);
    if (!read) return std::unexpected(read.error());
    if (read->position > position_) return std::unexpected(view::cursor_ahead(read->position, position_));
    auto place = read_review_place(read->place);
    if (!place) return std::unexpected(place.error());
    at = std::move(*place);
    moment.position = read->position;
    if (read->position != position_) story = reader_->story(story_->row.review, query_, read->position);
  }
  const auto& providers = story->row.providers;
  const std::size_t rows_max = std::clamp<std::size_t>(limit, 1, page_size_max);
  Page<ReviewItemRow> out;
  out.truth.true_of = *moment.position;
  while (at.place < providers.size() && out.rows.size() < rows_max) {
    const bool is_left_out =
        (query_.provider && *query_.provider != providers[at.place]) || !story->sees_any(query_.sight, providers[at.place]);
    if (is_left_out) {
      ++at.place;
      continue;
    }
    const auto people = reader_->people(*story, at.place, rows_max - out.rows.size(), at.cursor);
    if (!people) return std::unexpected(people.error());
    out.truth.incomplete.insert(out.truth.incomplete.end(), people->truth.incomplete.begin(), people->truth.incomplete.end());
    for (const RosterRow& person : people->rows) {
      if (story->sees(query_.sight, person.provider, person.username)) out.rows.push_back(reader_->item(*story, person, moment, out.truth));
    }
    at.cursor = people->next.value_or("");
    if (!people->next) ++at.place;
  }
  merge(out.truth, {.true_of = *moment.position, .incomplete = {}});
  if (at.place < providers.size()) out.next = view::write_cursor(cursor_of_people, question, {out.truth.true_of, write_review_place(at)});
  return out;
}

Truth ReviewPeople::each(const std::function<void(const ReviewItemRow&)>& see) const {
  Truth truth{.true_of = position_, .incomplete = {}};
  std::string cursor;
  while (true) {
    const auto read = page(page_size_max, cursor);
    if (!read) throw std::runtime_error(read.error().message);  // Somebody was erased meanwhile; asked again, it is another answer.
    merge(truth, read->truth);
    for (const ReviewItemRow& row : read->rows) see(row);
    if (!read->next) return truth;
    cursor = *read->next;
  }
}

Reviews::Reviews(const EventLog& log, const Trail& trail, const Roster& roster, const Access& access)
    : log_(log), trail_(trail), reader_(std::make_shared<const ReviewPeople::Reader>(log, trail, roster, access)) {}

std::optional<ReviewPeople> Reviews::people(const std::string& review, const ReviewsQuery& query) const {
  return people(review, query, reader_->position(query.moment));
}

std::optional<ReviewPeople> Reviews::people(std::string_view review, const ReviewsQuery& query, Position position) const {
  auto story = reader_->story(review, query, position);
  if (!story->exists() || !story->has_part(query.sight)) return std::nullopt;
  return ReviewPeople(std::move(story), reader_, query, position);
}

std::optional<ReviewRow> Reviews::row(std::string_view review, const ReviewsQuery& query, Truth& truth) const {
  const bool is_of_open = query.state && *query.state != ReviewState::closed;
  if (is_of_open && reader_->is_plainly_closed(review, query.moment, truth.true_of)) return std::nullopt;
  const auto found = people(review, query, truth.true_of);
  if (!found) return std::nullopt;
  ReviewRow out = found->review();
  if (query.state && out.state != *query.state) return std::nullopt;
  std::erase_if(out.providers, [&](const ProviderId& one) { return !found->sees_any(one); });
  // Asked about a provider that the caller does not see, it is no row: a row would tell that the provider is in the review.
  if (query.provider && !is_among(out.providers, *query.provider)) return std::nullopt;
  if (found->are_all() && out.seal.position != 0 && out.seal.counts.not_carried_out == 0) {
    out.counts = out.seal.counts;
  } else {
    merge(truth, found->each([&](const ReviewItemRow& item) { count(item, out.counts); }));
  }
  return out;
}

std::expected<Page<ReviewRow>, BadCursor> Reviews::list(const ReviewsQuery& query) const {
  const auto question = question_of(query, {});
  TrailQuery openings{.provider = query.provider,
                      .type = fact_number("review_opened"),
                      .moment = {.at = query.moment.at, .position = reader_->position(query.moment)}};
  if (!query.cursor.empty()) {
    const auto read = view::read_cursor(cursor_of_reviews, question, query.cursor);
    if (!read) return std::unexpected(read.error());
    if (read->position > *openings.moment.position) return std::unexpected(view::cursor_ahead(read->position, *openings.moment.position));
    openings.cursor = read->place;
    openings.moment.position = read->position;
  }
  const std::size_t rows_max = std::clamp<std::size_t>(query.limit, 1, page_size_max);
  Page<ReviewRow> out;
  out.truth.true_of = *openings.moment.position;
  while (out.rows.size() < rows_max) {
    openings.limit = rows_max - out.rows.size();
    const auto found = trail_.search(openings);
    if (!found) return std::unexpected(view::mangled_cursor());
    merge(out.truth, found->truth);
    for (const TrailRow& opening : found->rows) {
      if (auto row = this->row(name_at(opening.position), query, out.truth)) out.rows.push_back(std::move(*row));
    }
    if (!found->next) return out;
    openings.cursor = *found->next;
  }
  out.next = view::write_cursor(cursor_of_reviews, question, {*openings.moment.position, openings.cursor});
  return out;
}

std::string Reviews::name_at(Position opening) const {
  std::string out;
  log_.read(0, opening, opening, [&](Position, RecordWords words) {
    RecordReader record(words);
    out = text_of(record.event().getFact().getReviewOpened().getReview());
    return false;
  });
  return out;
}

}  // namespace muniment
