#include "tools/server/delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <vector>

namespace muniment {
namespace {

// Records from one position to another, copied: what a log gives is there for a moment only.
class CopiedRecords {
 public:
  CopiedRecords(const EventLog& log, Position first, Position last) {
    log.read(0, first, last, [&](Position, RecordWords words) {
      words_.emplace_back(words.begin(), words.end());
      readers_.emplace_back(words_.back());
      events_.push_back(readers_.back().event());
      return true;
    });
  }

  std::span<const schema::Event::Reader> events() const { return events_; }

 private:
  std::deque<std::vector<capnp::word>> words_;
  std::deque<RecordReader> readers_;
  std::vector<schema::Event::Reader> events_;
};

}  // namespace

Delivery::Delivery(const EventLog& log, const Generations& generations, std::unique_ptr<Carrier> carrier, DeliveryOptions options,
                   Notice notice)
    : log_(log),
      generations_(generations),
      carrier_(std::move(carrier)),
      options_(std::move(options)),
      notice_(std::move(notice)),
      state_(options_.folder),
      letters_(options_.folder),
      at_once_(carrier_->events_max()) {
  const auto known = state_.read(generations_);
  position_ = known ? *known : options_.is_from_start ? 0 : log_.head(0).position;
  dead_letters_ = letters_.count();
  // Where it begins is settled now: what comes after that is its own, whatever happens next.
  state_.write(generations_, position_);
  kept_ = position_;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Delivery::~Delivery() { stop(); }

void Delivery::stop() {
  if (!thread_.joinable()) return;
  thread_ = {};
  try {
    if (const Position sure = carrier_->sure_of(position_); kept_ != sure) state_.write(generations_, sure);
  } catch (const std::exception&) {  // What was delivered since comes again.
  }
}

void Delivery::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      send_again(stop);
      resume();
      if (log_.wait_beyond(0, position_, options_.pace.look_every)) deliver_next(stop);
      keep_cursor();
    } catch (const std::exception& error) {  // The log or the disk.
      ++failures_;
      if (!is_failing_.exchange(true)) notice_(fmt::format("nothing is delivered to {}: {}", options_.name, error.what()));
      rest(stop, {});
    }
  }
}

void Delivery::resume() {
  const auto [after, unsure_from] = carrier_->resume_after(position_);
  if (unsure_from != 0)
    notice_(fmt::format("{} may have lost positions {} to {}, which are not sent to it again: it closed the connection each time they were",
                        options_.name, unsure_from, after));
  if (after < position_) go_to(after);
}

void Delivery::deliver_next(const std::stop_token& stop) {
  const CopiedRecords next(log_, position_ + 1, in_hand_ != 0 ? in_hand_ : position_ + at_once_);
  const auto events = next.events();
  if (events.empty()) return;
  in_hand_ = events.back().getPosition();
  switch (attempt(events, stop)) {
    case End::delivered:
      at_once_ = std::min(at_once_ * 2, carrier_->events_max());
      return go_to(in_hand_);
    case End::buried:
      return go_to(in_hand_);
    case End::refused_together:
      at_once_ = events.size() / 2;
      return go_to(position_);
    case End::failed:
      return;
  }
}

void Delivery::go_to(Position position) {
  position_ = position;
  in_hand_ = 0;
}

Delivery::End Delivery::attempt(std::span<const schema::Event::Reader> events, const std::stop_token& stop) {
  const Carrier::Outcome outcome = carrier_->carry(events);
  if (outcome.result == Carrier::Result::delivered) {
    in_a_row_ = 0;
    refusals_ = 0;
    if (is_failing_.exchange(false)) notice_(fmt::format("{} takes events again", options_.name));
    return End::delivered;
  }
  if (stop.stop_requested()) return End::failed;  // Which may be why.
  ++failures_;
  const bool is_refused = outcome.result == Carrier::Result::refused;
  if (is_refused && events.size() > 1) return End::refused_together;
  if (!is_failing_.exchange(true))
    notice_(fmt::format("{} does not take position {}: {}", options_.name, events.front().getPosition(), outcome.why));
  if (is_refused && ++refusals_ >= options_.pace.refusals_max) {
    bury(events.front(), outcome.why);
    return End::buried;
  }
  rest(stop, outcome.retry_after);
  return End::failed;
}

void Delivery::bury(schema::Event::Reader event, const std::string& why) {
  letters_.add(event, why, system_now());
  ++dead_letters_;
  refusals_ = 0;
  notice_(fmt::format("{} refused position {}, which is on its list of dead letters: {}", options_.name, event.getPosition(), why));
}

void Delivery::send_again(const std::stop_token& stop) {
  const auto letters = letters_.take_again();
  if (!letters) return;
  notice_(fmt::format("{} dead letters are sent again to {}", letters->size(), options_.name));
  for (const DeadLetters::Letter& letter : *letters) {
    const CopiedRecords copied(log_, letter.position, letter.position);
    const auto events = copied.events();
    if (events.empty() || event_id_of(events.front()).hex() != letter.event_id) {
      notice_(fmt::format("the dead letter of position {} is not sent again to {}: the log was put back, and it is not in it",
                          letter.position, options_.name));
      continue;
    }
    while (attempt(events, stop) == End::failed) {
      if (stop.stop_requested()) return;
    }
  }
  letters_.end_again();
  dead_letters_ = letters_.count();
}

void Delivery::keep_cursor() {
  const Clock::time_point now = Clock::now();
  const Position sure = carrier_->sure_of(position_);
  if (kept_ == sure || now < kept_at_ + options_.pace.cursor_every) return;
  state_.write(generations_, sure);
  kept_ = sure;
  kept_at_ = now;
}

void Delivery::rest(const std::stop_token& stop, std::chrono::milliseconds least) {
  constexpr unsigned doublings_max = 20;
  const auto doubled = options_.pace.first * (1U << std::min(in_a_row_++, doublings_max));
  const Clock::time_point until = Clock::now() + std::min(std::max<std::chrono::milliseconds>(doubled, least), options_.pace.most);
  while (!stop.stop_requested() && Clock::now() < until)
    std::this_thread::sleep_for(std::min<Clock::duration>(options_.pace.look_every, until - Clock::now()));
}

}  // namespace muniment
