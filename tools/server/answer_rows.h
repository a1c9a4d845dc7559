// Answers in rows: a page of them as one JSON object, or all of them as NDJSON or CSV, streamed. One question, whatever the form.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "projections/page.h"
#include "tools/server/question.h"
#include "tools/wire/cell.h"

namespace muniment {

// Takes the rows of an answer and appends them to a text, in the form that was asked for.
class RowSink {
 public:
  // Borrows them. `form`: media::json, media::ndjson or media::csv.
  RowSink(std::string_view form, const std::vector<Column>& columns, const JsonWriter& events, std::string& out)
      : form_(form), columns_(columns), events_(events), out_(out) {}

  void add(const std::vector<Cell>& cells);
  void add(schema::Event::Reader event);

 private:
  void begin();
  void end();

  const std::string_view form_;
  const std::vector<Column>& columns_;
  const JsonWriter& events_;
  std::string& out_;
  bool is_first_ = true;
};

struct PageEnd {
  Truth truth;
  std::optional<std::string> next;  // Cursor of the page behind it.
};

// A question that was checked. May be asked after the call has ended, from another thread, while the node runs.
struct RowsQuestion {
  std::vector<Column> columns;
  std::function<std::expected<PageEnd, BadCursor>(std::size_t limit, const std::string& cursor, RowSink& rows)> ask;
  std::vector<NamedCell> remarks = {};  // Members of the JSON answer.
};

// A page, or the first piece of all: what is wrong is a problem. The pages of a whole answer are true of one position, and none of it is
// held but the piece that is sent; a failure on the way cuts it off.
Response answer_rows(Node& node, const Call& call, Question& question, RowsQuestion rows);

}  // namespace muniment
