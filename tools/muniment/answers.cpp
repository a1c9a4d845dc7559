#include "tools/muniment/answers.h"

#include "tools/muniment/exit_code.h"

namespace muniment {
Answers::Answers(std::ostream& out, bool is_dry_run) : out_(out), is_dry_run_(is_dry_run), writer_([this] { write_all(); }) {}

Answers::~Answers() { end(true); }

void Answers::end(bool is_abandoned) {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    is_abandoned_ = is_abandoned;
  }
  changed_.notify_all();
  if (writer_.joinable()) writer_.join();
}

Answers::Place Answers::reserve(std::uint64_t line, std::string command_id) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return slots_.size() < places_max; });
  slots_.push_back({.is_filled = false, .answer = {.line = line, .command_id = std::move(command_id)}});
  return first_ + slots_.size() - 1;
}

void Answers::fill(Place place, std::variant<Answer, JsonError> outcome) {
  bool is_front = false;
  {
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_[place - first_];
    slot.answer.outcome = std::move(outcome);
    slot.is_filled = true;
    is_front = place == first_;
  }
  if (is_front) changed_.notify_all();
}

Tally Answers::finish() {
  end(false);
  if (is_broken_) throw CliError(ExitCode::failure, "the output could not be written: it was closed, or the disk is full");
  return tally_;
}

// What was reserved is written before the thread ends. When the output breaks, places are still emptied: the sequencer must not wait.
void Answers::write_all() {
  std::string text;
  std::deque<Slot> ready;
  while (true) {
    ready.clear();
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock,
                    [this] { return is_abandoned_ || (!slots_.empty() && slots_.front().is_filled) || (is_ending_ && slots_.empty()); });
      if (is_abandoned_ || slots_.empty()) return;
      while (!slots_.empty() && slots_.front().is_filled) {
        ready.push_back(std::move(slots_.front()));
        slots_.pop_front();
        ++first_;
      }
    }
    changed_.notify_all();
    text.clear();
    for (const Slot& slot : ready) {
      count(slot.answer);
      write_answer(text, slot.answer, is_dry_run_);
    }
    out_.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
    if (!out_) is_broken_ = true;
  }
}

void Answers::count(const LineAnswer& answer) {
  if (std::holds_alternative<JsonError>(answer.outcome)) {
    ++tally_.malformed;
    return;
  }
  const Answer& outcome = std::get<Answer>(answer.outcome);
  switch (outcome.status) {
    case Answer::Status::accepted:
      ++tally_.accepted;
      return;
    case Answer::Status::unchanged:
      ++tally_.unchanged;
      return;
    case Answer::Status::refused:
      ++(outcome.refusal && is_denial(*outcome.refusal) ? tally_.denied : tally_.refused);
      return;
    case Answer::Status::failed:
      ++(outcome.is_unread ? tally_.unread : tally_.failed);
      if (outcome.is_unread && tally_.damage.empty()) tally_.damage = outcome.damage;
      if (!outcome.is_unread && tally_.failure.empty()) tally_.failure = outcome.failure;
      return;
  }
}

}  // namespace muniment
