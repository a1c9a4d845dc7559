#include "tools/server/batch.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tools/server/node.h"

namespace muniment {
namespace {

constexpr std::size_t allowed_at_once = 64;  // Of the caller's allowance: one look at it for so many lines.

}  // namespace

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
  places_->share = node_.batch_room().share_of(principal_of(*caller_).text());
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

void Batch::end(End how) {
  intake_->end(how == End::whole);
  is_ended_ = true;
  pump();
  if (how == End::timed_out) stop({problem::timed_out});
  if (how != End::cut_off) return;
  // After a failure nothing is recorded any more, and what was under way perhaps is.
  if (node_.has_failed()) return stop({problem::outcome_unknown});
  if (node_.is_stopping()) stop({problem::stopping});
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
  std::size_t allowed = 0;
  while (intake_->has_next()) {
    if (allowed == 0) allowed = node_.allowances().take_up_to(*caller_, Asked::command, allowed_at_once, now);
    is_held_ = next_place_ - taken_ == places_max || allowed == 0 || !places_->share->take();
    if (is_held_) break;
    --allowed;
    begin(intake_->next());
  }
  node_.allowances().give_back(*caller_, Asked::command, allowed, now);
  if (intake_->is_broken()) is_ended_ = true;
  if (is_held_) {
    // The next one would have to wait until tomorrow.
    const auto why_not = node_.allowances().why_not(*caller_, Asked::command, now);
    if (why_not && why_not->name == problem::quota_exceeded) stop(*why_not);
  }
  submit();
}

void Batch::begin(TakenCommand taken) {
  const std::uint64_t place = next_place_++;
  Slot& slot = begun_.emplace_back(Slot{.is_filled = false, .answer = {.line = taken.number, .command_id = std::move(taken.command_id)}});
  if (!taken.command) {
    places_->share->give();
    slot.answer.outcome = std::move(taken.command.error());
    slot.is_filled = true;
    return;
  }
  submissions_.push_back({.command = std::move(*taken.command),
                          .source = schema::Source::NETWORK,
                          .origin = origin_,
                          .answer = [&node = node_, places = places_, place](const Answer& answer) {
                            node.answered(answer, *places->share);
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
