// muniment audit privileged: who holds privileged access to muniment itself at a moment.
#include <charconv>

#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/server/privileged.h"

namespace muniment {
namespace {

ExitCode print_privileged(const QuestionFlags& flags, Store& store, const Console& console) {
  bring_up_to_date(store, console);
  const Access access(store.views());
  PrivilegedRows privileged(store.log(), access, TokenFile(flags.store).read(), system_now(), moment_of(flags, store.log()));
  RowWriter rows(flags.format, privileged_columns(), console.out, console.has_color);
  for (auto some = privileged.next(); !some.empty(); some = privileged.next()) {
    for (const PrivilegedRow& row : some) rows.add(privileged_cells(row));
  }
  AnswerEnd end;
  end.add(privileged.truth());
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

// The numbers of a header: 86, or 12, 40.
std::vector<Position> positions_in(std::string_view text) {
  std::vector<Position> out;
  for (std::size_t at = text.find_first_of("0123456789"); at < text.size(); at = text.find_first_of("0123456789", at)) {
    const auto [stop, error] = std::from_chars(text.data() + at, text.data() + text.size(), out.emplace_back());
    if (error != std::errc{}) throw AnswerUnreadable("the node's answer has no position where one is due");
    at = static_cast<std::size_t>(stop - text.data());
  }
  return out;
}

Truth truth_in(const HttpAnswer& answer) {
  const std::vector<Position> true_of = positions_in(answer.header("Muniment-True-Of"));
  if (true_of.size() != 1) throw AnswerUnreadable("the node's answer has no position where one is due");
  return {.true_of = true_of.front(), .incomplete = positions_in(answer.header("Muniment-Incomplete"))};
}

// The node answers in lines alone.
ExitCode print_remote_privileged(const QuestionFlags& flags, const Console& console) {
  Parameters parameters;
  add_moment(parameters, flags);
  RemoteNode node(flags.server);
  std::string lines;
  const HttpAnswer answer = node.stream(target_of("/v1/audit/privileged", parameters), {}, [&lines](std::string_view bytes) {
    lines += bytes;
    return true;
  });
  const std::vector<Column> columns = privileged_columns();
  RowWriter rows(flags.format, columns, console.out, console.has_color);
  const bool is_json = flags.format == Format::json || flags.format == Format::ndjson;
  for (std::size_t at = 0, end = lines.find('\n'); end != std::string::npos; at = end + 1, end = lines.find('\n', at)) {
    const std::string row = lines.substr(at, end - at);
    if (is_json) {
      rows.add_json(row);
    } else {
      rows.add(read_cells(row, columns));
    }
  }
  AnswerEnd end;
  end.add(truth_in(answer));
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_privileged(const QuestionFlags& flags, Console& console) {
  if (flags.server.is_given()) return print_remote_privileged(flags, console);
  return ask_store(flags.store, "audit privileged", console, [&](Store& store) { return print_privileged(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
