#include "tools/import/row_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "events/values/assert.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

constexpr std::size_t submitted_at_once = 256;

// It was read when the rows were.
Command command_of(const CommandRow& row, CommandReader& reader) {
  std::string id;
  auto command = reader.read(row.json, id);
  MUNIMENT_ASSERT(command.has_value());
  return std::move(*command);
}

RowOutcome outcome_of(const CommandRow& row, Answer answer) {
  const bool is_known = answer.is_repeat || (row.is_known_by_id && answer.refusal == Refusal::command_id_reused);
  return {.line = row.line, .answer = std::move(answer), .is_known_before = is_known};
}

}  // namespace

bool RowOutcome::went_well() const {
  const bool is_known = is_known_before && answer.refusal == Refusal::command_id_reused;
  return is_known || answer.status == Answer::Status::accepted || answer.status == Answer::Status::unchanged;
}

Rehearsal rehearse_rows(std::span<const CommandRow> rows, const EventLog& log, Vault& vault) {
  Decider decider(log, vault, system_now);
  Group group;  // Never closed and never appended; later rows see it.
  CommandReader reader;
  Rehearsal out{.outcomes = {}, .head = log.head(0).position};
  for (const CommandRow& row : rows) {
    Submission submission{.command = command_of(row, reader)};
    decider.decide(submission, group);
    out.outcomes.push_back(outcome_of(row, std::move(group.answers.back().second)));
    group.answers.clear();
  }
  return out;
}

std::vector<RowProblem> refusals_in(std::span<const RowOutcome> outcomes) {
  std::vector<RowProblem> out;
  for (const RowOutcome& outcome : outcomes) {
    if (outcome.went_well()) continue;
    const Answer& answer = outcome.answer;
    out.push_back(
        {outcome.line, answer.refusal ? fmt::format("{}: {}", name_of(*answer.refusal), meaning_of(*answer.refusal)) : answer.failure});
  }
  return out;
}

std::size_t recorded_in(std::span<const RowOutcome> outcomes) {
  return static_cast<std::size_t>(std::ranges::count_if(outcomes, &RowOutcome::went_well));
}

std::vector<CommandRow> without_known(std::span<const CommandRow> rows, std::span<const RowOutcome> rehearsed) {
  MUNIMENT_ASSERT(rows.size() == rehearsed.size());
  std::vector<CommandRow> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rehearsed[i].is_known_before) out.push_back(rows[i]);
  }
  return out;
}

std::vector<RowOutcome> record_rows(std::span<const CommandRow> rows, Sequencer& sequencer,
                                    const std::function<void(std::size_t)>& progress) {
  std::vector<RowOutcome> out;
  CommandReader reader;
  while (!rows.empty()) {
    const auto now = rows.first(std::min(rows.size(), submitted_at_once));
    rows = rows.subspan(now.size());
    std::vector<std::promise<Answer>> promises(now.size());
    std::vector<Submission> submissions;
    for (std::size_t i = 0; i < now.size(); ++i)
      submissions.push_back(
          {.command = command_of(now[i], reader), .answer = [&promise = promises[i]](const Answer& answer) { promise.set_value(answer); }});
    sequencer.submit(std::move(submissions));
    bool are_good = true;
    for (std::size_t i = 0; i < now.size(); ++i) {
      out.push_back(outcome_of(now[i], promises[i].get_future().get()));
      are_good = are_good && out.back().went_well();
    }
    if (progress) progress(out.size());
    if (!are_good) break;
  }
  return out;
}

}  // namespace muniment
