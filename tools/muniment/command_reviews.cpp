// muniment audit reviews, review, leaver, attestation: who reviewed whose access, who left, who confirmed a roster.
#include <algorithm>

#include "events/values/base64.h"
#include "tools/export/sheets.h"
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/wire/known_services.h"
#include "tools/wire/review_rows.h"

namespace muniment {
namespace {

// What the questions are asked of.
struct AskedViews {
  explicit AskedViews(Store& store) : trail(store.views()), roster(store.views()), access(store.views()) {}

  Trail trail;
  Roster roster;
  Access access;
};

template <typename Row, typename Cells>
ExitCode print_whole(const QuestionFlags& flags, const WholeAnswer<Row>& answer, const std::vector<Column>& columns, Cells cells_of,
                     const Console& console, std::vector<NamedCell> remarks = {}) {
  RowWriter rows(flags.format, columns, console.out, console.has_color);
  std::size_t left = flags.limit.value_or(static_cast<std::size_t>(-1));
  for (const Row& row : answer.rows) {
    if (left-- == 0) break;
    rows.add(cells_of(row));
  }
  AnswerEnd end;
  end.add(answer.truth);
  end.set_remarks(std::move(remarks));
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

std::optional<ReviewState> state_of(const ReviewsFlags& flags) {
  if (flags.is_open && flags.is_late) throw CliError(ExitCode::usage, "--late: not with --open; those that are late are open too");
  if (!flags.state.empty() && (flags.is_open || flags.is_late)) throw CliError(ExitCode::usage, "--state: not with --open or --late");
  if (flags.is_late) return ReviewState::late;
  if (flags.is_open) return ReviewState::open;
  const auto state = review_state_named(flags.state);
  if (!state && !flags.state.empty()) throw CliError(ExitCode::usage, "--state: expected open, late or closed");
  return state;
}

// As the newest checkpoint has it. Signs what none covers yet, where the vault is there.
SheetCheckpoint checkpoint_of(Store& store, bool without_vault) {
  if (!without_vault) store.sequencer();
  const auto signed_tree = store.notary().newest();
  SheetCheckpoint out{.origin = store.log_key().name, .size = signed_tree->checkpoint.size, .root = {}};
  append_base64(out.root, signed_tree->checkpoint.root);
  return out;
}

SheetSink printed_on(const Console& console) {
  return [&console](std::string_view piece) {
    console.out << piece;
    require_written(console.out);
  };
}

void require_no_form(bool is_print, Format format) {
  if (is_print && format != Format::table) throw CliError(ExitCode::usage, "--print: not with -o; the sheet is HTML");
}

template <typename Ask, typename Cells>
ExitCode print_pages(const QuestionFlags& flags, Store& store, Ask ask, const std::vector<Column>& columns, Cells cells_of,
                     const Console& console, std::vector<NamedCell> remarks = {}) {
  RowWriter rows(flags.format, columns, console.out, console.has_color);
  AnswerEnd end = for_each_row(flags, within_history(store, ask), [&](const auto& row) { rows.add(cells_of(row)); });
  end.set_remarks(std::move(remarks));
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

// By which something is late or over: the moment that was asked about, else now.
Timestamp now_of(const Moment& moment, Store& store) {
  if (moment.at) return *moment.at;
  const Position head = store.log().head(0).position;
  const Timestamp recorded = recorded_time(store.log(), 0, moment.position.value_or(head));
  return moment.position ? recorded : std::max(system_now(), recorded);
}

ReviewsQuery query_of(const ReviewsFlags& flags, Store& store) {
  ReviewsQuery query{.provider = provider_flag("--provider", flags.provider),
                     .state = state_of(flags),
                     .moment = moment_of(flags, store.log()),
                     .now = {}};
  require_known(store.log(), query.provider, std::nullopt);
  query.now = now_of(query.moment, store);
  return query;
}

ExitCode reviews(const ReviewsFlags& flags, Store& store, const Console& console) {
  ReviewsQuery query = query_of(flags, store);
  bring_up_to_date(store, console);
  const AskedViews views(store);
  const Reviews all(store.log(), views.trail, views.roster, views.access);
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return all.list(query);
  };
  return print_pages(flags, store, ask, review_columns(), review_cells, console);
}

ExitCode review(const ReviewsFlags& flags, Store& store, const Console& console) {
  const ReviewsQuery query = query_of(flags, store);
  bring_up_to_date(store, console);
  const AskedViews views(store);
  const Reviews all(store.log(), views.trail, views.roster, views.access);
  const auto name = Username::parse(flags.review);
  const auto people = name ? all.people(name->text(), query) : std::nullopt;
  if (!people) throw CliError(ExitCode::not_found, "there is no review of this name; `muniment audit reviews` lists them");
  if (flags.is_print) {
    write_review_sheet(as_it_was_closed(all, *people, query), checkpoint_of(store, flags.without_vault), printed_on(console));
    return ExitCode::ok;
  }
  const auto ask = [&](std::size_t limit, const std::string& cursor) { return people->page(limit, cursor); };
  std::vector<NamedCell> remarks = seal_cells(people->review());
  for (auto& cell : log_cells(store.log().head(0))) remarks.push_back(std::move(cell));
  return print_pages(flags, store, ask, review_item_columns(), review_item_cells, console, std::move(remarks));
}

ExitCode leaver(const LeaverFlags& flags, Store& store, const Console& console) {
  const auto username = username_flag("--user", flags.username);
  if (!username) throw CliError(ExitCode::usage, "--user: expected a username");
  LeaverQuery query{.username = *username, .moment = moment_of(flags, store.log())};
  query.now = now_of(query.moment, store);
  require_known(store.log(), std::nullopt, username);
  World world;
  for (const auto& [id, service] : known_services(world, store.log()).services()) {
    if (service.administrator) query.administrator_services.emplace_back(id);
  }
  bring_up_to_date(store, console);
  const AskedViews views(store);
  return print_whole(flags, Leavers(store.log(), views.trail, views.access).links(query), leaver_columns(), leaver_cells, console);
}

ExitCode attestation(const AttestationFlags& flags, Store& store, const Console& console) {
  const auto provider = provider_flag("--provider", flags.provider);
  if (!provider) throw CliError(ExitCode::usage, "--provider: expected a PID/SL");
  const AttestationQuery query{.provider = *provider, .since = time_flag("--since", flags.since), .moment = moment_of(flags, store.log())};
  require_known(store.log(), provider, std::nullopt);
  bring_up_to_date(store, console);
  const AskedViews views(store);
  AttestationSheet sheet(store.log(), views.trail, views.roster, query);
  if (flags.is_print) {
    write_attestation_sheet(*provider, sheet, now_of(query.moment, store), checkpoint_of(store, flags.without_vault), printed_on(console));
    return ExitCode::ok;
  }
  const auto ask = [&](std::size_t limit, const std::string& cursor) { return sheet.page(limit, cursor); };
  return print_pages(flags, store, ask, attestation_columns(), attestation_cells, console);
}

// The page as the node makes it.
ExitCode print_remote_sheet(const QuestionFlags& flags, const std::string& path, const Parameters& parameters, const Console& console) {
  RemoteNode node(flags.server);
  node.stream(target_of(path, parameters), {{"Accept", "text/html"}}, [print = printed_on(console)](std::string_view bytes) {
    print(bytes);
    return true;
  });
  return ExitCode::ok;
}

Parameters parameters_of(const ReviewsFlags& flags) {
  const auto state = state_of(flags);
  Parameters parameters{{"provider", flags.provider}, {"state", state ? std::string{name_of(*state)} : std::string{}}};
  add_moment(parameters, flags);
  return parameters;
}

}  // namespace

ExitCode run_reviews(const ReviewsFlags& flags, Console& console) {
  if (flags.server.is_given()) return print_remote_rows(flags, "/v1/audit/reviews", parameters_of(flags), review_columns(), console);
  return ask_store(flags.store, "audit reviews", console, [&](Store& store) { return reviews(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

ExitCode run_review(const ReviewsFlags& flags, Console& console) {
  require_no_form(flags.is_print, flags.format);
  if (flags.server.is_given()) {
    const auto name = Username::parse(flags.review);
    if (!name || !name->is_plain())
      throw CliError(ExitCode::not_found, "there is no review of this name; `muniment audit reviews` lists them");
    const std::string path = "/v1/audit/reviews/" + name->text();
    if (flags.is_print) return print_remote_sheet(flags, path, parameters_of(flags), console);
    return print_remote_rows(flags, path, parameters_of(flags), review_item_columns(), console);
  }
  return ask_store(flags.store, "audit review", console, [&](Store& store) { return review(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

ExitCode run_leaver(const LeaverFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters{{"user", flags.username}};
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/leaver", parameters, leaver_columns(), console, RemotePages::one);
  }
  return ask_store(flags.store, "audit leaver", console, [&](Store& store) { return leaver(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

ExitCode run_attestation(const AttestationFlags& flags, Console& console) {
  require_no_form(flags.is_print, flags.format);
  if (flags.server.is_given()) {
    Parameters parameters{{"provider", flags.provider}, {"since", flags.since}};
    add_moment(parameters, flags);
    if (flags.is_print) return print_remote_sheet(flags, "/v1/audit/attestation", parameters, console);
    return print_remote_rows(flags, "/v1/audit/attestation", parameters, attestation_columns(), console);
  }
  return ask_store(flags.store, "audit attestation", console, [&](Store& store) { return attestation(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
