#include "tools/server/batch.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tools/server/node.h"

namespace muniment {

Batch::Batch(Node& node, std::shared_ptr<const Token> caller, std::shared_ptr<const Origin> origin, std::unique_ptr<CommandIntake> intake,
             Form form, std::function<void()> wake)
    : node_(node),
      caller_(std::move(caller)),
      origin_(std::move(origin)),
      places_(std::make_shared<Places>()),
      intake_(std::move(intake)),
      form_(std::move(form)) {
  places_->wake = std::move(wake);
  places_->caller = caller_;
}

Batch::~Batch() {
  const std::lock_guard lock(places_->mutex);
  places_->wake = nullptr;
}

void Batch::Places::fill(std::uint64_t place, std::variant<Answer, JsonError> outcome) {
  const std::lock_guard lock(mutex);
  Slot& slot = slots[place - first];
  slot.answer.outcome = std::move(outcome);
  slot.is_filled = true;
  if (place == first && wake) wake();
}

void Batch::feed(std::string_view bytes) {
  intake_->feed(bytes);
  pump();
}

void Batch::end(bool is_in_order) {
  intake_->end(is_in_order);
  is_ended_ = true;
  pump();
  if (!is_in_order && node_.is_stopping()) stop({problem::stopping});
}

void Batch::stop(const Problem& why) {
  is_ended_ = true;
  is_held_ = false;  // Nothing is waited for.
  if (!stopped_) stopped_ = BatchStopped{why.name, retry_after(why)};
}

// It was revoked meanwhile, or the machine is not well: what was taken is answered, and nothing more is taken.
std::optional<Problem> Batch::why_stop() {
  if (!node_.callers().is_valid(*caller_)) return Problem{problem::token_invalid};
  if (const std::string_view why = node_.why_no_commands(); !why.empty()) return Problem{why};
  return std::nullopt;
}

// Works on what is pending as far as there is room, and the caller has an allowance.
void Batch::pump() {
  is_held_ = false;
  const bool may_come = !is_ended_ || intake_->has_next();
  if (const auto why = may_come ? why_stop() : std::nullopt) return stop(*why);
  const Timestamp now = system_now();
  while (intake_->has_next()) {
    is_held_ = next_place_ - taken_ == places_max || !take_room(now);
    if (is_held_) break;
    begin(intake_->next());
  }
  if (intake_->is_broken()) is_ended_ = true;
  if (is_held_) {
    // The next one would have to wait until tomorrow.
    const auto why_not = node_.allowances().why_not(*caller_, Asked::command, now);
    if (why_not && why_not->name == problem::quota_exceeded) stop(*why_not);
  }
  submit();
}

bool Batch::take_room(Timestamp now) {
  if (!node_.take_room()) return false;
  if (!node_.allowances().take(*caller_, Asked::command, now)) return true;
  node_.give_room();
  return false;
}

void Batch::begin(TakenCommand taken) {
  const std::uint64_t place = next_place_++;
  Slot& slot = begun_.emplace_back(Slot{.is_filled = false, .answer = {.line = taken.number, .command_id = std::move(taken.command_id)}});
  if (!taken.command) {
    node_.give_room();
    slot.answer.outcome = std::move(taken.command.error());
    slot.is_filled = true;
    return;
  }
  submissions_.push_back({.command = std::move(*taken.command),
                          .source = schema::Source::NETWORK,
                          .origin = origin_,
                          .answer = [&node = node_, places = places_, place](const Answer& answer) {
                            node.answered(answer);
                            node.access_record().note_answer(*places->caller, answer, "POST /v1/commands");
                            places->fill(place, answer);
                          }});
}

// Their places are there before they can be answered.
void Batch::submit() {
  if (begun_.empty()) return;
  {
    const std::lock_guard lock(places_->mutex);
    const bool is_first = places_->slots.empty();
    std::move(begun_.begin(), begun_.end(), std::back_inserter(places_->slots));
    if (is_first && places_->slots.front().is_filled && places_->wake) places_->wake();
  }
  begun_.clear();
  const std::size_t size = submissions_.size();
  if (size > 0) node_.submit(std::exchange(submissions_, {}));
  submissions_.reserve(size);  // The next piece is likely to hold as many.
}

bool Batch::take(std::string& out) {
  std::vector<LineAnswer> ready;
  bool is_empty = false;
  {
    const std::lock_guard lock(places_->mutex);
    while (!places_->slots.empty() && places_->slots.front().is_filled) {
      ready.push_back(std::move(places_->slots.front().answer));
      places_->slots.pop_front();
      ++places_->first;
      ++taken_;
    }
    is_empty = places_->slots.empty();
  }
  // Outside: whoever fills a place must not wait for this.
  for (LineAnswer& answer : ready) {
    if (auto* outcome = std::get_if<Answer>(&answer.outcome)) outcome->failure.clear();  // Why is the operator's to know.
    form_.answer(out, answer);
  }
  if (is_held_) {
    pump();
    return true;
  }
  if (!is_ended_ || !is_empty) return true;
  if (const auto stopped = std::exchange(stopped_, {})) form_.stopped(out, *stopped);
  return false;
}

}  // namespace muniment
