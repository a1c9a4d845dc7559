#include "tools/server/review_desk.h"

#include <algorithm>

#include "projections/as_of.h"
#include "tools/export/review_report.h"

namespace muniment {
namespace {

constexpr std::size_t openings_at_once = 100;

Submission said_by_node(std::string command_id, std::string_view type, CommandBody body) {
  Submission out{.command = {.body = std::move(body), .type = type}, .source = schema::Source::NODE};
  out.command.request.command_id = std::move(command_id);
  out.command.request.actor = Principal::node();
  out.command.content.assign(type.begin(), type.end());
  return out;
}

}  // namespace

ReviewDesk::ReviewDesk(const EventLog& log, const Views& views, Clock clock, Submit submit, std::chrono::milliseconds look_every)
    : log_(log),
      trail_(views),
      roster_(views),
      access_(views),
      reviews_(log, trail_, roster_, access_),
      clock_(std::move(clock)),
      submit_(std::move(submit)),
      look_every_(look_every),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void ReviewDesk::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      look();
    } catch (const std::exception&) {  // The views, which the node is not ready without; it looks again.
    }
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, stop, look_every_, [] { return false; });
  }
}

void ReviewDesk::look() {
  const Position last = std::min({trail_.position(), roster_.position(), access_.position()});
  if (last > seen_) find_new(last);
  for (auto at = pending_.begin(); at != pending_.end();) at = attend(at->first, at->second) ? pending_.erase(at) : std::next(at);
}

// The newest first, down to those that are known.
void ReviewDesk::find_new(Position last) {
  TrailQuery openings{.type = fact_number("review_opened"), .moment = {.position = last}, .limit = openings_at_once};
  bool has_more = true;
  while (has_more) {
    const auto page = trail_.search(openings);
    if (!page) throw std::logic_error("the cursor of a page is not taken for the next one");
    has_more = page->next.has_value();
    openings.cursor = page->next.value_or("");
    for (const TrailRow& row : page->rows) {
      has_more &= row.position > seen_;
      if (row.position > seen_) pending_.try_emplace(reviews_.name_at(row.position));
    }
  }
  seen_ = last;
}

bool ReviewDesk::attend(const std::string& name, Pending& pending) {
  const Timestamp now = clock_();
  const Version version = log_.stream_version(0, StreamName::review(name));
  if (version == pending.version && now < pending.wake_at) return false;
  const auto people = reviews_.people(name, {.now = now});
  if (!people) return false;
  const ReviewRow& review = people->review();
  if (review.seal.position != 0) return true;
  pending.version = version;
  if (review.closed_position == 0) {
    pending.wake_at = remind(review, now);
  } else {
    seal(name, review);
    pending.wake_at = now;  // Until the views have it.
  }
  return false;
}

void ReviewDesk::seal(const std::string& name, const ReviewRow& closed) {
  const auto people = reviews_.people(name, {.moment = {.position = closed.closed_position}, .now = closed.closed_at});
  if (!people) return;
  const ReviewReport report = report_of(*people);
  const ReviewCounts& counts = report.counts;
  submit_(said_by_node("seal:" + name, "record_seal",
                       RecordSeal{.review = name,
                                  .closed_position = closed.closed_position,
                                  .people = counts.people,
                                  .kept = counts.kept,
                                  .revoked = counts.revoked,
                                  .asked = counts.asked,
                                  .undecided = counts.undecided,
                                  .not_carried_out = counts.not_carried_out,
                                  .digest = report.digest}));
}

Timestamp ReviewDesk::remind(const ReviewRow& review, Timestamp now) {
  Timestamp next = view::end_of_time;
  const auto say_from = [&](Timestamp from, bool is_said, schema::Notice notice) {
    if (is_said) return;
    next = std::min(next, std::max(from, now));
    if (now < from) return;
    submit_(said_by_node(std::string{name_of(notice)} + ":" + review.review, "give_notice", GiveNotice{review.review, notice}));
  };
  if (review.remind_at) say_from(*review.remind_at, review.is_reminder_given, schema::Notice::REVIEW_DUE);
  say_from(review.due_at, review.is_lateness_given, schema::Notice::REVIEW_LATE);
  return next;
}

}  // namespace muniment
