// muniment audit reviews, review, leaver, attestation: who reviewed whose access, who left, who confirmed a roster.
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
  if (flags.is_late) return ReviewState::late;
  return flags.is_open ? std::optional{ReviewState::open} : std::nullopt;
}

ReviewsQuery query_of(const ReviewsFlags& flags, Store& store) {
  ReviewsQuery query{.provider = provider_flag("--provider", flags.provider),
                     .state = state_of(flags),
                     .moment = moment_of(flags, store.log()),
                     .now = {}};
  require_known(store.log(), query.provider, std::nullopt);
  query.now = query.moment.at.value_or(query.moment.position ? recorded_time(store.log(), 0, *query.moment.position) : system_now());
  return query;
}

ExitCode reviews(const ReviewsFlags& flags, Store& store, const Console& console) {
  const ReviewsQuery query = query_of(flags, store);
  bring_up_to_date(store, console);
  const AskedViews views(store);
  return print_whole(flags, Reviews(store.log(), views.trail, views.roster, views.access).list(query), review_columns(), review_cells,
                     console);
}

ExitCode review(const ReviewsFlags& flags, Store& store, const Console& console) {
  const ReviewsQuery query = query_of(flags, store);
  bring_up_to_date(store, console);
  const AskedViews views(store);
  const auto name = Username::parse(flags.review);
  const auto items = name ? Reviews(store.log(), views.trail, views.roster, views.access).items(name->text(), query) : std::nullopt;
  if (!items) throw CliError(ExitCode::not_found, "there is no review of this name; `muniment audit reviews` lists them");
  return print_whole(flags, *items, review_item_columns(), review_item_cells, console, log_cells(store.log().head(0)));
}

ExitCode leaver(const LeaverFlags& flags, Store& store, const Console& console) {
  const auto username = username_flag("--user", flags.username);
  if (!username) throw CliError(ExitCode::usage, "--user: expected a username");
  LeaverQuery query{.username = *username, .moment = moment_of(flags, store.log())};
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
  return print_whole(flags, Attestations(store.log(), views.trail, views.roster).sheet(query), attestation_columns(), attestation_cells,
                     console);
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
  if (flags.server.is_given()) {
    const auto name = Username::parse(flags.review);
    if (!name || !name->is_plain())
      throw CliError(ExitCode::not_found, "there is no review of this name; `muniment audit reviews` lists them");
    const std::string path = "/v1/audit/reviews/" + name->text();
    return print_remote_rows(flags, path, parameters_of(flags), review_item_columns(), console);
  }
  return ask_store(flags.store, "audit review", console, [&](Store& store) { return review(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

ExitCode run_leaver(const LeaverFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters{{"user", flags.username}};
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/leaver", parameters, leaver_columns(), console);
  }
  return ask_store(flags.store, "audit leaver", console, [&](Store& store) { return leaver(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

ExitCode run_attestation(const AttestationFlags& flags, Console& console) {
  if (flags.server.is_given()) {
    Parameters parameters{{"provider", flags.provider}, {"since", flags.since}};
    add_moment(parameters, flags);
    return print_remote_rows(flags, "/v1/audit/attestation", parameters, attestation_columns(), console);
  }
  return ask_store(flags.store, "audit attestation", console, [&](Store& store) { return attestation(flags, store, console); },
                   {.without_vault = flags.without_vault});
}

}  // namespace muniment
