#include "projections/reviews.h"

#include <algorithm>
#include <limits>
#include <map>

#include "events/record/event_streams.h"

namespace muniment {
namespace {

constexpr std::size_t page_rows = 1000;

std::vector<std::string> strings_of(capnp::List<capnp::Text>::Reader texts) {
  std::vector<std::string> out;
  for (const auto text : texts) out.emplace_back(text_of(text));
  return out;
}

Principal actor_in(schema::Event::Reader event) { return {event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}; }

// Whether the event, at the provider, takes away the link of the account.
bool ends_link(schema::Event::Reader event, const ProviderId& provider, std::string_view username) {
  const auto fact = event.getFact();
  if (provider_of(event) != std::optional{provider}) return false;
  if (fact.isSubordinateRemoved()) return true;
  return fact.isPrimaryUserAssigned() && text_of(fact.getPrimaryUserAssigned().getFormer()) == username;
}

void take_away(std::vector<std::string>& services, schema::Event::Reader event, const ProviderId& provider) {
  if (!event.getFact().isServicesAssigned() || provider_of(event) != std::optional{provider}) return;
  for (const auto revoked : event.getFact().getServicesAssigned().getRevoked()) std::erase(services, text_of(revoked));
}

// All rows of a question in pages.
template <typename Query, typename Ask, typename See>
Truth for_all(Query query, Ask ask, See see) {
  Truth truth;
  query.limit = page_rows;
  while (true) {
    auto page = ask(query);
    if (!page) throw std::logic_error("the cursor of a page is not taken for the next one");
    truth = page->truth;
    for (const auto& row : page->rows) see(row);
    if (!page->next) return truth;
    query.cursor = *page->next;
  }
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

// A review's own events, up to a moment.
struct Reviews::Story {
  struct Assignment {
    ProviderId provider;
    std::string reviewer;
    Position assigned_at = 0;
    std::vector<std::string> usernames = {};
    bool is_over = false;  // For who asks: it was linked to the provider then, and is no more.

    bool has(const ProviderId& at, const std::string& username) const {
      if (provider != at || reviewer == username) return false;
      return usernames.empty() || std::ranges::find(usernames, username) != usernames.end();
    }
  };
  struct Decided {
    ReviewDecisionRow row;
    AccountId account;
    Version version = 0;  // Of the account's stream.
  };

  ReviewRow row;
  std::vector<Assignment> assignments;
  std::map<std::pair<ProviderId, std::string>, Decided> decisions;

  bool exists() const { return row.opened_position != 0; }
  bool sees(const ReviewSight& sight, const ProviderId& provider, const std::string& username) const {
    if (sight.is_everything || std::ranges::find(sight.providers, provider) != sight.providers.end()) return true;
    return !sight.reviewer.empty() && std::ranges::any_of(assignments, [&](const Assignment& one) {
      return one.reviewer == sight.reviewer && !one.is_over && one.has(provider, username);
    });
  }
  // Any of it.
  bool has_part(const ReviewSight& sight) const {
    if (sight.is_everything) return true;
    const auto is_seen = [&](const ProviderId& one) { return std::ranges::find(sight.providers, one) != sight.providers.end(); };
    return std::ranges::any_of(row.providers, is_seen) || std::ranges::any_of(assignments, [&](const Assignment& one) {
             return !sight.reviewer.empty() && one.reviewer == sight.reviewer && !one.is_over;
           });
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
    decisions.insert_or_assign({provider, std::string{text_of(event.getUsername())}},
                               Decided{{.position = event.getPosition(),
                                        .at = occurred_at(event),
                                        .by = actor_in(event),
                                        .decision = decision.getDecision(),
                                        .services = strings_of(decision.getServices()),
                                        .reason = std::string{text_of(context.getReason())},
                                        .reference = std::string{text_of(context.getReference())},
                                        .decided_together = decision.getDecidedTogether(),
                                        .seconds_spent = decision.getSecondsSpent()},
                                       account_id_of(event),
                                       event.getAccountVersion()});
  }
  void close(schema::Event::Reader event) {
    row.closed_position = event.getPosition();
    row.closed_at = occurred_at(event);
    row.closed_by = actor_in(event);
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
  }
  void judge(Timestamp now) {
    row.state = row.closed_position != 0 ? ReviewState::closed : now > row.due_at ? ReviewState::late : ReviewState::open;
    row.is_reminder_due = row.closed_position == 0 && row.remind_at && now >= *row.remind_at;
  }
};

// As commands/decide_review.cpp has it. What somebody may see is a matter of now, whatever moment is asked about.
void Reviews::end_assignments(Story& story, const std::string& reviewer) const {
  const auto username = Username::parse(reviewer);
  if (!username) return;  // An officer, or nobody.
  const auto is_linked = [&](const ProviderId& provider, const Moment& moment) {
    const AccountStatus status = access_.account(*username, moment);
    return std::ranges::find(status.links, provider, &AccountLink::provider) != status.links.end();
  };
  for (Story::Assignment& one : story.assignments) {
    if (one.reviewer == reviewer) one.is_over = is_linked(one.provider, {.position = one.assigned_at}) && !is_linked(one.provider, {});
  }
}

Reviews::Story Reviews::read(std::string_view review, const Truth& truth, const ReviewsQuery& query) const {
  Story out;
  out.row.review = review;
  log_.read_stream(0, StreamName::review(review), 1, [&](Position position, RecordWords words) {
    if (position > truth.true_of) return false;
    RecordReader record(words);
    if (!query.moment.at || occurred_at(record.event()) <= *query.moment.at) out.take(record.event());
    return true;
  });
  if (!query.sight.is_everything) end_assignments(out, query.sight.reviewer);
  return out;
}

// What became of a revoke. The account's events behind the decision say when; where none does, what is held now says whether there still is
// something to revoke.
void Reviews::follow(const Story& story, const Truth& truth, ReviewItemRow& item) const {
  const Story::Decided& decided = story.decisions.at({item.provider, item.username});
  std::vector<std::string> left = decided.row.services;
  const bool is_of_link = left.empty();
  log_.read_stream(0, StreamName::account(decided.account), decided.version + 1, [&](Position position, RecordWords words) {
    if (position > truth.true_of) return false;
    RecordReader record(words);
    const std::size_t before = left.size();
    take_away(left, record.event(), item.provider);
    const bool is_done = ends_link(record.event(), item.provider, item.username) || (!is_of_link && left.empty());
    if (is_done || left.size() != before) {
      item.revoked_position = position;
      item.revoked_at = occurred_at(record.event());
    }
    if (is_done) left.clear();
    if (is_done) item.state = ReviewItemState::revoked;
    return !is_done;
  });
  if (item.state == ReviewItemState::revoked) return;
  const AccountStatus now = access_.account(Username::parse(item.username).value(), {.position = truth.true_of});
  const auto link = std::ranges::find(now.links, item.provider, &AccountLink::provider);
  const bool is_held = link != now.links.end() && (is_of_link || std::ranges::any_of(left, [&](const std::string& service) {
                                                     return std::ranges::find(link->services, service) != link->services.end();
                                                   }));
  if (is_held) {
    item.state = ReviewItemState::revoke_pending;
    item.revoked_position = 0;
  } else {
    item.state = item.revoked_position != 0 ? ReviewItemState::revoked : ReviewItemState::gone;
  }
}

std::vector<ReviewItemRow> Reviews::items_of(const Story& story, const ReviewsQuery& query, const Truth& truth) const {
  std::vector<ReviewItemRow> out;
  for (const ProviderId& provider : story.row.providers) {
    if (query.provider && *query.provider != provider) continue;
    const auto ask = [&](const RosterQuery& page) { return roster_.search(page); };
    for_all(RosterQuery{.provider = provider, .moment = {.position = story.row.opened_position}}, ask, [&](const RosterRow& person) {
      if (!story.sees(query.sight, provider, person.username)) return;
      ReviewItemRow item{.provider = provider,
                         .username = person.username,
                         .last_name = person.last_name,
                         .first_name = person.first_name,
                         .services = person.services};
      for (const Story::Assignment& one : story.assignments) {
        const bool is_named = std::ranges::find(item.reviewers, one.reviewer) != item.reviewers.end();
        if (one.has(provider, person.username) && !is_named) item.reviewers.push_back(one.reviewer);
      }
      out.push_back(std::move(item));
    });
  }
  for (ReviewItemRow& item : out) {
    const auto decided = story.decisions.find({item.provider, item.username});
    if (decided == story.decisions.end()) continue;
    item.decided = decided->second.row;
    if (item.decided->decision == schema::ReviewDecision::KEEP) item.state = ReviewItemState::kept;
    if (item.decided->decision == schema::ReviewDecision::ASK) item.state = ReviewItemState::asked;
    if (item.decided->decision == schema::ReviewDecision::REVOKE) follow(story, truth, item);
  }
  return out;
}

WholeAnswer<ReviewRow> Reviews::list(const ReviewsQuery& query) const {
  WholeAnswer<ReviewRow> out;
  const auto ask = [&](const TrailQuery& page) { return trail_.search(page); };
  std::vector<std::string> names;
  out.truth = for_all(TrailQuery{.provider = query.provider, .type = fact_number("review_opened"), .moment = query.moment}, ask,
                      [&](const TrailRow& row) {
                        log_.read(0, row.position, row.position, [&](Position, RecordWords words) {
                          RecordReader record(words);
                          names.emplace_back(text_of(record.event().getFact().getReviewOpened().getReview()));
                          return false;
                        });
                      });
  for (const std::string& name : names) {
    Story story = read(name, out.truth, query);
    story.judge(query.now);
    if (!story.exists() || (query.state && story.row.state != *query.state) || !story.has_part(query.sight)) continue;
    for (const ReviewItemRow& item : items_of(story, query, out.truth)) {
      ReviewRow& row = story.row;
      ++row.people;
      if (item.state == ReviewItemState::undecided) ++row.undecided;
      if (item.state == ReviewItemState::asked) ++row.asked;
      if (item.state == ReviewItemState::kept) ++row.kept;
      if (item.decided && item.decided->decision == schema::ReviewDecision::REVOKE) ++row.revoked;
      if (item.state == ReviewItemState::revoke_pending) ++row.not_carried_out;
    }
    if (!query.sight.is_everything) {
      std::erase_if(story.row.providers, [&](const ProviderId& one) {
        return std::ranges::find(query.sight.providers, one) == query.sight.providers.end() &&
               std::ranges::none_of(story.assignments, [&](const Story::Assignment& assigned) {
                 return assigned.provider == one && assigned.reviewer == query.sight.reviewer && !assigned.is_over;
               });
      });
    }
    // Asked about a provider that the caller does not see, it is no row: a row would tell that the provider is in the review.
    if (query.provider && std::ranges::find(story.row.providers, *query.provider) == story.row.providers.end()) continue;
    out.rows.push_back(std::move(story.row));
  }
  return out;
}

std::optional<WholeAnswer<ReviewItemRow>> Reviews::items(const std::string& review, const ReviewsQuery& query) const {
  WholeAnswer<ReviewItemRow> out;
  const auto none = trail_.search({.type = fact_number("review_opened"), .moment = query.moment, .limit = 1});
  if (!none) throw std::logic_error("a question without a cursor was refused for its cursor");
  out.truth = none->truth;
  const Story story = read(review, out.truth, query);
  if (!story.exists() || !story.has_part(query.sight)) return std::nullopt;
  out.rows = items_of(story, query, out.truth);
  return out;
}

}  // namespace muniment
