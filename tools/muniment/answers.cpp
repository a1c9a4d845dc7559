#include "tools/muniment/answers.h"

#include "tools/muniment/audit_rows.h"
#include "tools/muniment/exit_code.h"
#include "tools/muniment/output.h"

namespace muniment {
namespace {

constexpr std::string_view status_name(Answer::Status status) {
  switch (status) {
    case Answer::Status::accepted:
      return "accepted";
    case Answer::Status::unchanged:
      return "unchanged";
    case Answer::Status::refused:
      return "refused";
    case Answer::Status::failed:
      return "failed";
  }
  return "failed";
}

Cell number_cell(std::optional<std::uint64_t> number) { return number ? Cell{*number} : Cell{}; }

void write_malformed(std::string& out, const JsonError& error) {
  write_json_member(out, "status", std::string{"malformed"});
  write_json_member(out, "path", text_cell(error.path));
  write_json_member(out, "problem", error.path.empty() ? error.message() : error.problem);
}

void write_outcome(std::string& out, const Answer& answer, bool is_dry_run) {
  write_json_member(out, "status", std::string{status_name(answer.status)});
  write_json_member(out, "repeat", answer.is_repeat);
  if (!is_dry_run) {
    write_json_member(out, "first_position", position_cell(answer.first_position));
    write_json_member(out, "last_position", position_cell(answer.last_position));
    if (answer.status != Answer::Status::failed) write_json_member(out, "true_of", Cell{answer.true_of});
  }
  if (answer.refusal) {
    write_json_member(out, "refusal", std::string{name_of(*answer.refusal)});
    write_json_member(out, "meaning", std::string{meaning_of(*answer.refusal)});
  }
  if (!answer.fields.empty()) write_json_member(out, "fields", answer.fields);
  write_json_member(out, "expected_version", number_cell(answer.expected_version));
  write_json_member(out, "actual_version", number_cell(answer.actual_version));
  write_json_member(out, "username", text_cell(answer.username));
  if (!is_dry_run) write_json_member(out, "credential", text_cell(answer.credential));
  write_json_member(out, "failure", text_cell(answer.failure));
}

}  // namespace

bool is_denial(Refusal refusal) { return refusal <= Refusal::not_authorized; }

void write_answer(std::string& out, const LineAnswer& answer, bool is_dry_run) {
  out += "{\"line\":" + std::to_string(answer.line);
  write_json_member(out, "command_id", text_cell(answer.command_id));
  if (const auto* error = std::get_if<JsonError>(&answer.outcome)) {
    write_malformed(out, *error);
  } else {
    write_outcome(out, std::get<Answer>(answer.outcome), is_dry_run);
  }
  if (is_dry_run) write_json_member(out, "dry_run", true);
  out += "}\n";
}

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
      ++tally_.failed;
      if (tally_.failure.empty()) tally_.failure = outcome.failure;
      return;
  }
}

}  // namespace muniment
