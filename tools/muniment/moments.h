// Flags of a question as values, checked. Throws CliError with ExitCode::usage, naming the flag.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/record/principal.h"
#include "events/values/provider_id.h"
#include "events/values/username.h"
#include "projections/moment.h"
#include "projections/page.h"
#include "tools/muniment/subcommands.h"
#include "tools/store/generations.h"
#include "tools/store/store.h"

namespace muniment {

// Each is nothing where the text is empty.
std::optional<Timestamp> time_flag(std::string_view flag, const std::string& text);
std::optional<ProviderId> provider_flag(std::string_view flag, const std::string& text);
std::optional<Username> username_flag(std::string_view flag, const std::string& text);

// Throws where both are given and `to`, which --to has said, is before `from`.
void require_in_order(const std::optional<Timestamp>& from, const std::optional<Timestamp>& to);

// The names of those flags that were given, as the node's parameters are called.
std::vector<std::string> names_of_given(std::initializer_list<std::pair<std::string_view, bool>> flags);

// Throws CliError with ExitCode::not_found where the log has no such position yet: what it will say then is not known.
void require_reached(std::string_view flag, const std::optional<Position>& position, const EventLog& log);

// The moment that --at, --recorded-at and --position name.
Moment moment_of(const QuestionFlags& flags, const EventLog& log);

// The projector with everything taken in that is in the log.
void bring_up_to_date(Store& store, const Console& console);

// A cursor without its generation. Throws CliError with ExitCode::not_found where that is of another history.
std::string cursor_within(const Generations& generations, const std::string& cursor);

// What an answer in pages says about itself, gathered over the pages that are printed.
class AnswerEnd {
 public:
  void add(const Truth& truth) { truth_ = truth; }
  void set_next(std::optional<std::string> next) { next_ = std::move(next); }
  // What a JSON answer says besides.
  void set_remarks(std::vector<NamedCell> remarks) { remarks_ = std::move(remarks); }
  // Whether rows were left out behind the last one.
  bool has_more() const { return next_.has_value(); }
  // Behind the rows of a JSON answer.
  std::vector<NamedCell> cells() const;
  // For the other forms, on `err`: the position, what may be missing, the cursor of the next page.
  void tell(Format format, const Console& console) const;

 private:
  Truth truth_;
  std::optional<std::string> next_;
  std::vector<NamedCell> remarks_;
};

// Adds the generation of the store's log to the cursors that `ask` gives, and takes it from those that it gets. Throws CliError with
// ExitCode::not_found for a cursor of another history.
template <typename Ask>
auto within_history(Store& store, Ask ask) {
  return [generations = Generations::of(store.log()), ask = std::move(ask)](std::size_t limit, const std::string& cursor) {
    auto page = ask(limit, cursor_within(generations, cursor));
    if (page && page->next) page->next = generations.named(*page->next);
    return page;
  };
}

// Asks page after page until there are no more, or `limit` rows. `ask` gets a limit and a cursor and returns expected<Page<Row>,
// BadCursor>.
template <typename Ask, typename Show>
AnswerEnd for_each_row(const QuestionFlags& flags, const Ask& ask, const Show& show) {
  AnswerEnd end;
  std::size_t left = flags.limit.value_or(static_cast<std::size_t>(-1));
  std::string cursor = flags.cursor;
  while (true) {
    auto page = ask(std::min(left, page_size_max), cursor);
    if (!page) throw CliError(ExitCode::usage, "--cursor: " + page.error().message);
    for (const auto& row : page->rows) show(row);
    left -= page->rows.size();
    end.add(page->truth);
    end.set_next(page->next);
    if (!page->next || left == 0) return end;
    cursor = *page->next;
  }
}

}  // namespace muniment
