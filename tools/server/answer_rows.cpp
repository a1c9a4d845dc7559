#include "tools/server/answer_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "projections/cursor.h"
#include "tools/server/history.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/csv.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

constexpr std::size_t piece_rows = 250;

Problem bad_cursor(const BadCursor& error) { return {problem::malformed, error.message, "cursor"}; }

Response answer_page(Node& node, const Call& call, Question& question, const RowsQuestion& rows) {
  const std::size_t limit = question.limit();
  const std::string given = question.text("cursor");
  const GenerationText cursor = GenerationText::of(given);
  const auto seen = view::cursor_position(cursor.rest);  // Nothing: it is mangled, as the view will say.
  if (seen) {
    if (auto problem = why_of_another_history(node.generations(), cursor.generation, *seen, "cursor")) question.fail(std::move(*problem));
    // Another node's, which is further; or this one's views are being built anew.
    if (call.views_needed >= *seen && !node.views_have(*seen)) question.fail({problem::not_caught_up, {}, "cursor"});
  }
  if (question.problem()) return respond(*question.problem(), call.id);
  Response out;
  out.headers.emplace_back("Muniment-Generation", node.generations().current());
  out.body = "{\"rows\":[";
  RowSink sink(media::json, rows.columns, node.event_writer(), out.body);
  auto end = rows.ask(limit, std::string{cursor.rest}, sink);
  if (end && end->next) end->next = node.generations().named(*end->next);
  if (!end) return respond(bad_cursor(end.error()), call.id);
  out.body += ']';
  for (const auto& [name, cell] : truth_cells(end->truth, end->next)) write_json_member(out.body, name, cell);
  for (const auto& [name, cell] : rows.remarks) write_json_member(out.body, name, cell);
  out.body += "}\n";
  return out;
}

// All rows, a page a piece. The cursors keep them true of one position.
class Export final : public Chunks {
 public:
  Export(Node& node, const Call& call, Horizon horizon, RowsQuestion rows)
      : node_(node), right_(node, call, std::move(horizon)), form_(call.form), rows_(std::move(rows)) {}

  // The first piece, which says what all of them are true of. Called before next().
  std::expected<Truth, BadCursor> begin() {
    if (form_ == media::csv) write_csv_heading(first_, rows_.columns);
    auto end = ask(first_);
    if (!end) return std::unexpected(end.error());
    return end->truth;
  }

  Next next(std::string& out) override {
    if (!first_.empty()) {
      out.swap(first_);
      return Next::chunk;
    }
    if (!cursor_) return Next::end;
    if (node_.is_stopping() || !right_.holds()) return Next::cut;
    while (out.empty() && cursor_) {
      if (!ask(out)) return Next::cut;
    }
    return out.empty() ? Next::end : Next::chunk;
  }

 private:
  std::expected<PageEnd, BadCursor> ask(std::string& out) {
    RowSink sink(form_, rows_.columns, node_.event_writer(), out);
    auto end = rows_.ask(piece_rows, cursor_.value_or(""), sink);
    if (end) cursor_ = end->next;
    return end;
  }

  Node& node_;
  const RightToLook right_;
  const std::string_view form_;
  const RowsQuestion rows_;
  std::string first_;
  std::optional<std::string> cursor_;  // Of the next page; nothing: there is none.
};

Response answer_whole(Node& node, const Call& call, Question& question, RowsQuestion rows) {
  for (const std::string_view name : {"limit", "cursor"}) {
    if (call.parameter(name) != nullptr)
      question.fail({problem::malformed, "expected none: in this form the answer is whole", std::string{name}});
  }
  if (question.problem()) return respond(*question.problem(), call.id);
  auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  auto whole = std::make_unique<Export>(node, call, std::move(*horizon), std::move(rows));
  const auto truth = whole->begin();
  if (!truth) return respond(bad_cursor(truth.error()), call.id);
  Response out{.content_type = std::string{call.form} + (call.form == media::csv ? "; charset=utf-8; header=present" : "")};
  out.headers.emplace_back("Muniment-True-Of", std::to_string(truth->true_of));
  out.headers.emplace_back("Muniment-Generation", node.generations().current());
  if (!truth->incomplete.empty()) out.headers.emplace_back("Muniment-Incomplete", fmt::format("{}", fmt::join(truth->incomplete, ", ")));
  out.stream = std::move(whole);
  return out;
}

}  // namespace

void RowSink::begin() {
  if (form_ == media::json && !is_first_) out_ += ',';
  is_first_ = false;
}

void RowSink::end() {
  if (form_ == media::ndjson) out_ += '\n';
}

void RowSink::add(const std::vector<Cell>& cells) {
  if (form_ == media::csv) return write_csv_row(out_, columns_, cells);
  begin();
  write_json_row(out_, columns_, cells);
  end();
}

void RowSink::add(schema::Event::Reader event) {
  if (form_ == media::csv) return write_csv_row(out_, columns_, event_cells(event));
  begin();
  events_.write(event, out_);
  end();
}

Response answer_rows(Node& node, const Call& call, Question& question, RowsQuestion rows) {
  if (call.form == media::json) return answer_page(node, call, question, rows);
  return answer_whole(node, call, question, std::move(rows));
}

}  // namespace muniment
