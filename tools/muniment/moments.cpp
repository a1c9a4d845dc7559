#include "tools/muniment/moments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "projections/cursor.h"
#include "tools/muniment/progress.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/csv.h"

namespace muniment {
namespace {

CliError bad_flag(std::string_view flag, std::string_view expected) {
  return {ExitCode::usage, fmt::format("{}: expected {}", flag, expected)};
}

}  // namespace

std::optional<Timestamp> time_flag(std::string_view flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto at = Timestamp::parse(text);
  if (!at) throw bad_flag(flag, "a time such as 2020-04-02T10:32:23Z, or a date; from 1970 to 2261");
  return at;
}

std::optional<ProviderId> provider_flag(std::string_view flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto id = ProviderId::parse(text);
  if (!id) throw bad_flag(flag, "a PID/SL: nine digits and a letter, such as 110012345A");
  return id;
}

std::optional<Username> username_flag(std::string_view flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto name = Username::parse(text);
  if (!name) throw bad_flag(flag, "a username: 1 to 64 letters, digits or signs, without blanks and colons");
  return name;
}

void require_in_order(const std::optional<Timestamp>& from, const std::optional<Timestamp>& to) {
  if (from && to && *to < *from) throw CliError(ExitCode::usage, "--to: expected a time that is not before --from");
}

std::vector<std::string> names_of_given(std::initializer_list<std::pair<std::string_view, bool>> flags) {
  std::vector<std::string> out;
  for (const auto& [name, is_given] : flags) {
    if (is_given) out.emplace_back(name);
  }
  return out;
}

void require_reached(std::string_view flag, const std::optional<Position>& position, const EventLog& log) {
  const Position head = log.head(0).position;
  if (position && *position > head) throw CliError(ExitCode::not_found, fmt::format("{}: the log ends at position {}", flag, head));
}

Moment moment_of(const QuestionFlags& flags, const EventLog& log) {
  require_reached("--position", flags.position, log);
  Moment moment{.at = time_flag("--at", flags.at), .position = flags.position};
  if (const auto recorded = time_flag("--recorded-at", flags.recorded_at)) moment.position = position_as_of(log, 0, *recorded);
  return moment;
}

void bring_up_to_date(Store& store, const Console& console) {
  Progress progress(console, "events", store.log().head(0).position);
  store.projector().catch_up([&](Position done, Position) { progress.look(done); });
}

std::string cursor_within(const Generations& generations, const std::string& cursor) {
  const GenerationText text = GenerationText::of(cursor);
  const auto seen = view::cursor_position(text.rest);
  const auto shared = generations.shared_with(text.generation);
  if (seen && shared && *seen > *shared) {
    const std::string why = *shared == 0
                                ? "it is another log's, or of one that was here before"
                                : fmt::format("the log was put back from a backup, and other events stand now after position {}", *shared);
    throw CliError(ExitCode::not_found, fmt::format("--cursor: {}; ask again without it", why));
  }
  return std::string{text.rest};
}

std::vector<NamedCell> AnswerEnd::cells() const {
  auto out = truth_cells(truth_, next_);
  out.insert(out.end(), remarks_.begin(), remarks_.end());
  return out;
}

void AnswerEnd::tell(Format format, const Console& console) const {
  if (!truth_.incomplete.empty()) {
    console.warn(fmt::format("the answer may be incomplete: the view could not handle the events {}; see `muniment stats`",
                             fmt::join(truth_.incomplete, ", ")));
  }
  if (format == Format::json) return;
  console.note(fmt::format("true of position {}", truth_.true_of));
  if (next_) console.note(fmt::format("there is more: --cursor {}", *next_));
  for (const auto& [name, cell] : remarks_) {
    if (name == "counted_since")
      console.note(fmt::format("there are more events than are counted: these are all since {}", plain_text(cell)));
  }
}

}  // namespace muniment
