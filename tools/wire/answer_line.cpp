#include "tools/wire/answer_line.h"

#include "tools/wire/cell.h"

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

}  // namespace

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
  write_json_member(out, "receipt", text_cell(answer.receipt));
  if (answer.is_unread) write_json_member(out, "problem", std::string{unread_problem});
  write_json_member(out, "failure", text_cell(answer.failure));
}

bool is_denial(Refusal refusal) { return refusal <= Refusal::own_review; }

void write_answer(std::string& out, const LineAnswer& answer, bool is_dry_run) {
  out += '{';
  if (answer.line > 0) out += "\"line\":" + std::to_string(answer.line);
  write_json_member(out, "command_id", text_cell(answer.command_id));
  if (const auto* error = std::get_if<JsonError>(&answer.outcome)) {
    write_malformed(out, *error);
  } else {
    write_outcome(out, std::get<Answer>(answer.outcome), is_dry_run);
  }
  if (is_dry_run) write_json_member(out, "dry_run", true);
  out += "}\n";
}

void write_stopped(std::string& out, const BatchStopped& stopped) {
  out += '{';
  write_json_member(out, "status", std::string{"stopped"});
  write_json_member(out, "problem", std::string{stopped.problem});
  if (stopped.retry_after.count() > 0) out += ",\"retry_after\":" + std::to_string(stopped.retry_after.count());
  out += "}\n";
}

}  // namespace muniment
