#include "tools/server/delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <vector>

namespace muniment {
namespace {

// The next records, copied: what a log gives is there for a moment only.
class NextRecords {
 public:
  NextRecords(const EventLog& log, Position after, std::size_t events_max) {
    log.read(0, after + 1, after + events_max, [&](Position, RecordWords words) {
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
      state_(options_.folder) {
  const auto known = state_.read(generations_);
  position_ = known ? *known : options_.is_from_start ? 0 : log_.head(0).position;
  dead_letters_ = state_.dead_letters();
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
    if (kept_ != position_) state_.write(generations_, position_);
  } catch (const std::exception&) {  // What was delivered since comes again.
  }
}

void Delivery::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      if (log_.wait_beyond(0, position_, options_.pace.look_every)) deliver_next(stop);
      keep_cursor();
    } catch (const std::exception& error) {  // The log or the disk.
      ++failures_;
      if (!is_failing_.exchange(true)) notice_(fmt::format("nothing is delivered to {}: {}", options_.name, error.what()));
      rest(stop, {});
    }
  }
}

void Delivery::deliver_next(const std::stop_token& stop) {
  const NextRecords next(log_, position_, carrier_->events_max());
  const auto events = next.events();
  if (events.empty()) return;
  const Carrier::Outcome outcome = carrier_->carry(events);
  if (outcome.result == Carrier::Result::delivered) {
    advance(events.back().getPosition());
    return;
  }
  if (stop.stop_requested()) return;  // Which may be why.
  ++failures_;
  if (outcome.result == Carrier::Result::refused && ++refusals_ >= options_.pace.refusals_max) {
    bury(events, outcome.why);
    advance(events.back().getPosition());
    return;
  }
  if (!is_failing_.exchange(true))
    notice_(fmt::format("{} does not take position {}: {}", options_.name, events.front().getPosition(), outcome.why));
  rest(stop, outcome.retry_after);
}

void Delivery::advance(Position position) {
  position_ = position;
  in_a_row_ = 0;
  refusals_ = 0;
  if (is_failing_.exchange(false)) notice_(fmt::format("{} takes events again", options_.name));
}

void Delivery::keep_cursor() {
  const Clock::time_point now = Clock::now();
  const bool has_more = log_.head(0).position > position_;
  if (kept_ == position_ || (has_more && now < kept_at_ + options_.pace.cursor_every)) return;
  state_.write(generations_, position_);
  kept_ = position_;
  kept_at_ = now;
}

void Delivery::bury(std::span<const schema::Event::Reader> events, const std::string& why) {
  for (const auto& event : events) {
    state_.add_dead_letter(event, why, system_now());
    ++dead_letters_;
  }
  notice_(fmt::format("{} refused the positions {} to {}, which are on its list of dead letters: {}", options_.name,
                      events.front().getPosition(), events.back().getPosition(), why));
}

void Delivery::rest(const std::stop_token& stop, std::chrono::milliseconds least) {
  constexpr unsigned doublings_max = 20;
  const auto doubled = options_.pace.first * (1U << std::min(in_a_row_++, doublings_max));
  const Clock::time_point until = Clock::now() + std::min(std::max<std::chrono::milliseconds>(doubled, least), options_.pace.most);
  while (!stop.stop_requested() && Clock::now() < until)
    std::this_thread::sleep_for(std::min<Clock::duration>(options_.pace.look_every, until - Clock::now()));
}

}  // namespace muniment
