#include "tools/bench/desk.h"

#include <fmt/format.h>

#include <array>
#include <random>

#include "projections/access.h"
#include "projections/attestation.h"
#include "projections/findings.h"
#include "projections/leaver.h"
#include "projections/record_keeping.h"
#include "projections/reviews.h"
#include "projections/roster.h"
#include "projections/state_intervals.h"
#include "projections/trail.h"
#include "tools/bench/load.h"
#include "tools/bench/measure.h"
#include "tools/wire/histogram_rows.h"

namespace muniment {
namespace {

using Clock = std::chrono::steady_clock;

// All that answers.
struct Desk {
  explicit Desk(Store& of)
      : store(of),
        access(of.views()),
        trail(of.views()),
        roster(of.views()),
        findings(of.views()),
        reviews(of.log(), trail, roster, access),
        leavers(of.log(), trail, access),
        record(of.log(), trail),
        head(of.log().head(0).position) {
    load.prepare();
    load.next(static_cast<std::size_t>(head / 2));
  }

  Username user() { return Username::parse(load.random_username()).value(); }
  ProviderId provider() { return load.random_provider(); }
  Moment moment() { return {.at = std::nullopt, .position = random() % head + 1}; }

  Store& store;
  const Access access;
  const Trail trail;
  const Roster roster;
  const Findings findings;
  const Reviews reviews;
  const Leavers leavers;
  const RecordKeeping record;
  const Position head;
  const Timestamp now = system_now();
  Load load{LoadOptions{}};
  std::mt19937_64 random{7};
  std::size_t rows = 0;  // Given, so that nothing is left out by a compiler.
};

void ask_of_users(Desk& desk, int questions) {
  const auto ask = [&](const char* what, auto answer) { measure(what, questions, [&] { desk.rows += answer(desk.user()); }); };
  ask("account, now", [&](const Username& user) { return desk.access.account(user, {}).links.size(); });
  ask("account, at a position", [&](const Username& user) { return desk.access.account(user, desk.moment()).links.size(); });
  ask("how its links came about", [&](const Username& user) { return desk.access.stories(user, std::nullopt, {}).links.size(); });
  ask("what changed since the beginning",
      [&](const Username& user) { return desk.access.diff({.from = Timestamp{0}, .to = desk.now, .username = user})->rows.size(); });
  ask("states (locked, disabled, terminated)",
      [&](const Username& user) { return state_intervals(desk.store.views(), {.username = user})->rows.size(); });
  ask("leaver", [&](const Username& user) { return desk.leavers.links({.username = user, .now = desk.now}).rows.size(); });
  ask("trail, a page", [&](const Username& user) { return desk.trail.search({.username = user})->rows.size(); });
}

std::size_t count_of_histogram(const Desk& desk, const ProviderId& provider) {
  TrailCounter counter;
  TrailQuery query{.provider = provider, .limit = page_size_max};
  for (bool goes_on = true; goes_on;) {
    const auto page = desk.trail.search(query);
    goes_on = page->next.has_value();
    query.cursor = page->next.value_or("");
    for (const TrailRow& row : page->rows) goes_on = counter.add(row) && goes_on;
  }
  return counter.rows().size();
}

void ask_of_providers(Desk& desk, int questions) {
  const auto ask = [&](const char* what, int times, auto answer) { measure(what, times, [&] { desk.rows += answer(desk.provider()); }); };
  ask("who holds what, a page", questions, [&](const ProviderId& id) { return desk.access.as_of({.provider = id})->rows.size(); });
  ask("the same, at a position", questions,
      [&](const ProviderId& id) { return desk.access.as_of({.provider = id, .moment = desk.moment()})->rows.size(); });
  ask("what changed since the beginning, a page", questions,
      [&](const ProviderId& id) { return desk.access.diff({.from = Timestamp{0}, .to = desk.now, .provider = id})->rows.size(); });
  ask("roster, a page", questions, [&](const ProviderId& id) { return desk.roster.search({.provider = id})->rows.size(); });
  ask("attestation sheet, a page", questions, [&](const ProviderId& id) {
    return AttestationSheet(desk.store.log(), desk.trail, desk.roster, {.provider = id}).page(page_size_default, "")->rows.size();
  });
  ask("findings, a page", questions,
      [&](const ProviderId& id) { return desk.findings.search({.now = desk.now, .provider = id})->rows.size(); });
  ask("findings, counted by rule", questions,
      [&](const ProviderId& id) { return desk.findings.count({.now = desk.now, .provider = id}).rules.size(); });
  ask("states, a page", questions / 20 + 1,
      [&](const ProviderId& id) { return state_intervals(desk.store.views(), {.provider = id})->rows.size(); });
  ask("reviews, a page", questions / 20 + 1,
      [&](const ProviderId& id) { return desk.reviews.list({.provider = id, .now = desk.now})->rows.size(); });
  ask("trail, a page", questions, [&](const ProviderId& id) { return desk.trail.search({.provider = id})->rows.size(); });
  ask("trail, counted by period, whole", questions / 20 + 1, [&](const ProviderId& id) { return count_of_histogram(desk, id); });
}

void ask_of_everything(Desk& desk) {
  constexpr int times = 20;
  measure("findings of all rules, counted", times, [&] { desk.rows += desk.findings.count({.now = desk.now}).rules.size(); });
  measure("findings, a page", times, [&] { desk.rows += desk.findings.search({.now = desk.now})->rows.size(); });
  measure("states, a page", times, [&] { desk.rows += state_intervals(desk.store.views(), {})->rows.size(); });
  measure("reviews, a page", times, [&] { desk.rows += desk.reviews.list({.now = desk.now})->rows.size(); });
  measure("retention", times, [&] { desk.rows += desk.record.retention({}, desk.access, desk.now).rows.size(); });
  measure("gaps", times, [&] { desk.rows += desk.record.gaps({}, 0).rows.size(); });
  measure("policies", times, [&] { desk.record.policies({}, [&](schema::Event::Reader) { ++desk.rows; }); });
}

// Page after page as an answer that is whole is made, until so many rows or the last one.
template <typename Ask>
void stream(const char* what, Ask ask) {
  constexpr std::size_t rows_max = 2'000'000;
  const double cpu = thread_seconds();
  const auto begin = Clock::now();
  std::size_t rows = 0;
  std::optional<std::string> cursor = "";
  while (cursor && rows < rows_max) {
    auto page = ask(*cursor);
    rows += page->rows.size();
    cursor = std::move(page->next);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const auto count = static_cast<double>(rows);
  fmt::print("{:<44}{:>10} rows, {:.0f}/s, {:.0f} a core-second\n", what, rows, count / seconds, count / (thread_seconds() - cpu));
  std::fflush(stdout);
}

void stream_rows(Desk& desk) {
  stream("who held what, all", [&](const std::string& cursor) { return desk.access.as_of({.limit = 1000, .cursor = cursor}); });
  stream("what changed, all", [&](const std::string& cursor) {
    return desk.access.diff({.from = Timestamp{0}, .to = desk.now, .limit = 1000, .cursor = cursor});
  });
  stream("findings, all",
         [&](const std::string& cursor) { return desk.findings.search({.now = desk.now, .limit = 1000, .cursor = cursor}); });
  stream("states, all", [&](const std::string& cursor) { return state_intervals(desk.store.views(), {.limit = 1000, .cursor = cursor}); });
  stream("trail, all (without its records)",
         [&](const std::string& cursor) { return desk.trail.search({.newest_first = false, .limit = 1000, .cursor = cursor}); });
}

}  // namespace

void bench_desk(const std::filesystem::path& folder, const StoreOptions& options, int questions) {
  Store store(folder, options);
  store.projector().catch_up();
  Desk desk(store);
  const auto heading = [](const char* what) { fmt::print("{:<44}{:>10}{:>10}{:>10}{:>10}\n", what, "p50", "p99", "p99.9", "max"); };
  fmt::print("{} events; microseconds\n", desk.head);
  heading("of one user");
  ask_of_users(desk, questions);
  heading("of one provider");
  ask_of_providers(desk, questions);
  heading("of everything");
  ask_of_everything(desk);
  stream_rows(desk);
  fmt::print("{:<44}{:>10}\n", "rows given", desk.rows);
  store.close();
}

void bench_rebuild(const std::filesystem::path& folder, const StoreOptions& options) {
  Store store(folder, options);
  store.projector().catch_up();
  const auto head = static_cast<double>(store.log().head(0).position);
  for (const ProjectionKind kind : all_projections) {
    const auto begin = Clock::now();
    store.projector().rebuild(std::array{kind});
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    fmt::print("{:<44}{:>14.0f} events/s\n", fmt::format("the view {} anew", name_of(kind)), head / seconds);
    std::fflush(stdout);
  }
  store.close();
}

}  // namespace muniment
