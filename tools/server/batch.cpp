#include "tools/server/batch.h"

#include <fmt/format.h>

#include "tools/server/node.h"

namespace muniment {
namespace {

constexpr std::string_view white_space = " \t\r";

}  // namespace

Batch::Batch(Node& node, std::shared_ptr<const Token> caller, std::function<void()> wake)
    : node_(node), caller_(std::move(caller)), actor_(caller_->principal().value().text()), places_(std::make_shared<Places>()) {
  places_->wake = std::move(wake);
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
  pending_ += bytes;
  pump();
}

void Batch::end(bool is_in_order) {
  if (is_in_order && !is_skipping_ && !pending_.empty() && pending_.back() != '\n') pending_ += '\n';
  is_ended_ = true;
  pump();
}

bool Batch::has_place() {
  const std::lock_guard lock(places_->mutex);
  return places_->slots.size() < places_max;
}

// What was taken is answered, and nothing more is.
void Batch::end_early() {
  is_ended_ = true;
  pending_.clear();
}

// Works on what is pending, line by line, as far as there is room.
void Batch::pump() {
  std::vector<Submission> submissions;
  std::size_t at = 0;
  is_held_ = false;
  // It was revoked meanwhile, or the machine is not well.
  if (!node_.callers().is_valid(*caller_) || !node_.why_no_commands().empty()) end_early();
  while (at < pending_.size()) {
    const std::size_t end = pending_.find('\n', at);
    const bool has_end = end != std::string::npos;
    const std::size_t size = (has_end ? end : pending_.size()) - at;
    if (is_skipping_) {
      at += size + (has_end ? 1 : 0);
      is_skipping_ = !has_end;
      continue;
    }
    const bool is_too_long = size > command_line_bytes_max;
    if (!has_end && !is_too_long) break;
    if (!has_place() || !begin_line(std::string_view{pending_}.substr(at, size), is_too_long, submissions)) {
      is_held_ = true;
      break;
    }
    at += size + (has_end ? 1 : 0);
    is_skipping_ = !has_end;
  }
  pending_.erase(0, at);
  if (is_held_ && is_over_quota()) end_early();
  if (!submissions.empty()) node_.submit(std::move(submissions));
}

// The next line would have to wait until tomorrow.
bool Batch::is_over_quota() {
  const auto why_not = node_.allowances().why_not(*caller_, Asked::command, system_now());
  return why_not && why_not->name == problem::quota_exceeded;
}

bool Batch::begin_line(std::string_view line, bool is_too_long, std::vector<Submission>& submissions) {
  if (line.find_first_not_of(white_space) == std::string_view::npos) {
    ++line_;
    return true;
  }
  if (!node_.take_room()) return false;
  if (node_.allowances().take(*caller_, Asked::command, system_now())) {
    node_.give_room();
    return false;
  }
  ++line_;
  std::string command_id;
  auto command = is_too_long ? std::unexpected(JsonError{"", fmt::format("is larger than {} bytes", command_line_bytes_max)})
                             : reader_.read(line, command_id, {.actor = actor_});
  std::uint64_t place = 0;
  {
    const std::lock_guard lock(places_->mutex);
    places_->slots.push_back({.is_filled = false, .answer = {.line = line_, .command_id = std::move(command_id)}});
    place = places_->first + places_->slots.size() - 1;
  }
  if (!command) {
    node_.give_room();
    places_->fill(place, std::move(command.error()));
    return true;
  }
  submissions.push_back({.command = std::move(*command),
                         .source = schema::Source::NETWORK,
                         .answer = [&node = node_, places = places_, place](const Answer& answer) {
                           node.answered(answer);
                           places->fill(place, answer);
                         }});
  return true;
}

bool Batch::take(std::string& out) {
  bool is_empty = false;
  {
    const std::lock_guard lock(places_->mutex);
    while (!places_->slots.empty() && places_->slots.front().is_filled) {
      LineAnswer& answer = places_->slots.front().answer;
      if (auto* outcome = std::get_if<Answer>(&answer.outcome)) outcome->failure.clear();  // Why is the operator's to know.
      write_answer(out, answer, false);
      places_->slots.pop_front();
      ++places_->first;
    }
    is_empty = places_->slots.empty();
  }
  if (is_held_) {
    pump();
    return true;
  }
  return !(is_ended_ && is_empty);
}

}  // namespace muniment
