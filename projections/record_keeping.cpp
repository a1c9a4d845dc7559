#include "projections/record_keeping.h"

#include <algorithm>
#include <map>

#include "events/values/years_after.h"

namespace muniment {
namespace {

constexpr std::uint32_t retention_years_default = 10;  // As the schema's.

Principal principal_of(schema::Event::Reader event) {
  return {event.getActor().getKind(), std::string{text_of(event.getActor().getName())}};
}

GapRow gap_of(GapRow::Kind kind, schema::Event::Reader event) {
  return {.kind = kind, .from = recorded_at(event), .to = recorded_at(event), .by = principal_of(event), .position = event.getPosition()};
}

bool was_primary_user(const std::vector<LinkStory>& links) {
  return std::ranges::any_of(links, [](const LinkStory& link) {
    return std::ranges::any_of(link.steps, [](const LinkStep& step) {
      return step.kind == LinkStep::Kind::started && step.change.type == "primary_user_assigned";
    });
  });
}

// As a decision has it (commands/retention.h), of any moment. Nothing while there is a link, and where there never was one.
std::optional<Timestamp> retained_until(const std::vector<LinkStory>& links, const RetentionYears& years) {
  std::optional<Timestamp> left;
  for (const LinkStory& link : links) {
    if (link.steps.back().kind != LinkStep::Kind::ended) return std::nullopt;
    left = std::max(left.value_or(Timestamp{}), link.steps.back().change.at);
  }
  if (!left) return std::nullopt;
  return years_after(*left, static_cast<int>(was_primary_user(links) ? years.primary_users : years.subordinates));
}

}  // namespace

std::string_view name_of(RetentionRow::Kind kind) {
  switch (kind) {
    case RetentionRow::Kind::events:
      return "events";
    case RetentionRow::Kind::subordinates:
      return "subordinates";
    case RetentionRow::Kind::primary_users:
      return "primary_users";
    case RetentionRow::Kind::hold:
      return "hold";
  }
  return {};
}

std::string_view name_of(GapRow::Kind kind) {
  switch (kind) {
    case GapRow::Kind::recorded:
      return "recorded";
    case GapRow::Kind::unwitnessed:
      return "unwitnessed";
    case GapRow::Kind::restored:
      return "restored";
    case GapRow::Kind::imported:
      return "imported";
    case GapRow::Kind::abandoned:
      return "abandoned_import";
    case GapRow::Kind::clock_step:
      return "clock_step";
  }
  return {};
}

void RecordKeeping::each(std::string_view type, const Moment& moment, Truth& truth,
                         const std::function<void(schema::Event::Reader)>& see) const {
  TrailQuery query{.type = fact_number(type), .newest_first = false, .moment = moment, .limit = page_size_max};
  for (;;) {
    const auto page = trail_.search(query);
    if (!page) return;  // Its own cursor is good.
    truth = page->truth;
    for (const TrailRow& row : page->rows) {
      log_.read(0, row.position, row.position, [&](Position, RecordWords words) {
        RecordReader record(words);
        see(record.event());
        return false;
      });
    }
    if (!page->next) return;
    query.cursor = *page->next;
  }
}

WholeAnswer<RetentionRow> RecordKeeping::retention(const Moment& moment, const Access& access, Timestamp now) const {
  WholeAnswer<RetentionRow> out;
  const RetentionYears years = add_policy(moment, moment.at.value_or(now), out);
  add_holds(moment, out);
  for (RetentionRow& row : out.rows) {
    if (row.kind != RetentionRow::Kind::hold) continue;
    LinkStories stories = access.stories(*Username::parse(row.username), std::nullopt, moment);
    row.until = retained_until(stories.links, years);
    row.years = was_primary_user(stories.links) ? years.primary_users : years.subordinates;
    merge(out.truth, stories.truth);
  }
  return out;
}

// The agency's last one holds for all.
RetentionYears RecordKeeping::add_policy(const Moment& moment, Timestamp at, WholeAnswer<RetentionRow>& out) const {
  RetentionRow subordinates{.kind = RetentionRow::Kind::subordinates, .years = retention_years_default};
  RetentionRow primary_users{.kind = RetentionRow::Kind::primary_users, .years = retention_years_default};
  each("policy_set", moment, out.truth, [&](schema::Event::Reader event) {
    if (has_provider(event)) return;
    const auto policy = event.getFact().getPolicySet();
    subordinates.years = policy.getRetentionYears();
    primary_users.years = policy.getPrimaryUserRetentionYears();
    for (RetentionRow* row : {&subordinates, &primary_users}) {
      row->since = occurred_at(event);
      row->by = principal_of(event);
      row->position = event.getPosition();
    }
  });
  for (RetentionRow* row : {&subordinates, &primary_users}) row->until = years_after(at, static_cast<int>(*row->years));
  out.rows = {RetentionRow{.kind = RetentionRow::Kind::events}, subordinates, primary_users};
  return {*subordinates.years, *primary_users.years};
}

void RecordKeeping::add_holds(const Moment& moment, WholeAnswer<RetentionRow>& out) const {
  std::map<Position, RetentionRow> placed;
  std::map<Position, std::pair<std::string, std::string>> lifted;  // Of whom, and for what.
  each("hold_placed", moment, out.truth, [&](schema::Event::Reader event) {
    placed.emplace(event.getPosition(), RetentionRow{.kind = RetentionRow::Kind::hold,
                                                     .username = std::string{text_of(event.getUsername())},
                                                     .matter = std::string{text_of(event.getFact().getHoldPlaced().getMatter())},
                                                     .since = occurred_at(event),
                                                     .by = principal_of(event),
                                                     .reason = std::string{text_of(event.getContext().getReason())},
                                                     .position = event.getPosition()});
  });
  each("hold_lifted", moment, out.truth, [&](schema::Event::Reader event) {
    lifted.emplace(event.getPosition(),
                   std::pair{std::string{text_of(event.getUsername())}, std::string{text_of(event.getFact().getHoldLifted().getMatter())}});
  });
  for (auto& [position, row] : placed) {
    const bool is_lifted = std::any_of(lifted.upper_bound(position), lifted.end(),
                                       [&](const auto& one) { return one.second == std::pair{row.username, row.matter}; });
    if (!is_lifted) out.rows.push_back(std::move(row));
  }
}

Truth RecordKeeping::policies(const Moment& moment, const std::function<void(schema::Event::Reader)>& see) const {
  Truth truth;
  each("policy_set", moment, truth, see);
  return truth;
}

WholeAnswer<GapRow> RecordKeeping::gaps(const Moment& moment, Position witnessed) const {
  WholeAnswer<GapRow> out;
  each("store_restored", moment, out.truth, [&](schema::Event::Reader event) {
    const auto restored = event.getFact().getStoreRestored();
    GapRow row = gap_of(GapRow::Kind::restored, event);
    if (restored.getFormerHead() > restored.getHead()) {
      row.from_position = restored.getHead() + 1;
      row.to_position = restored.getFormerHead();
      row.count = restored.getFormerHead() - restored.getHead();
    }
    out.rows.push_back(std::move(row));
  });
  each("clock_accepted", moment, out.truth, [&](schema::Event::Reader event) {
    GapRow row = gap_of(GapRow::Kind::clock_step, event);
    row.from = Timestamp{event.getFact().getClockAccepted().getExpected()};
    row.to = Timestamp{event.getFact().getClockAccepted().getClock()};
    out.rows.push_back(std::move(row));
  });
  add_imports(moment, out);
  std::sort(out.rows.begin(), out.rows.end(), [](const GapRow& a, const GapRow& b) { return a.position < b.position; });
  const Position last = moment.at ? std::min(out.truth.true_of, position_as_of(log_, 0, *moment.at)) : out.truth.true_of;
  if (last == 0) return out;
  const auto range = [&](GapRow::Kind kind, Position first) {
    return GapRow{.kind = kind,
                  .from_position = first,
                  .to_position = last,
                  .from = recorded_time(log_, 0, first),
                  .to = recorded_time(log_, 0, last),
                  .count = last - first + 1};
  };
  if (witnessed < last) out.rows.insert(out.rows.begin(), range(GapRow::Kind::unwitnessed, witnessed + 1));
  out.rows.insert(out.rows.begin(), range(GapRow::Kind::recorded, 1));
  return out;
}

void RecordKeeping::add_imports(const Moment& moment, WholeAnswer<GapRow>& out) const {
  std::map<Position, GapRow> imports;
  each("import_started", moment, out.truth, [&](schema::Event::Reader event) {
    GapRow row = gap_of(GapRow::Kind::imported, event);
    row.from_position = event.getPosition();
    row.count = event.getFact().getImportStarted().getRows();
    row.reference = text_of(event.getContext().getReference());
    // The node says of rows that are commands of their own that they came together, at somebody's request.
    if (row.by == Principal::node()) row.by = Principal::parse(text_of(event.getContext().getRequestedBy())).value_or(row.by);
    imports.emplace(event.getPosition(), std::move(row));
  });
  each("import_completed", moment, out.truth, [&](schema::Event::Reader event) {
    const auto started = imports.find(event.getFact().getImportCompleted().getImportPosition());
    if (started == imports.end()) return;
    started->second.to_position = event.getPosition();
    started->second.to = recorded_at(event);
  });
  each("import_abandoned", moment, out.truth, [&](schema::Event::Reader event) {
    const auto started = imports.find(event.getFact().getImportAbandoned().getImportPosition());
    if (started == imports.end()) return;
    started->second.kind = GapRow::Kind::abandoned;
    started->second.count = event.getFact().getImportAbandoned().getRows();
    started->second.to_position = event.getPosition();
    started->second.to = recorded_at(event);
  });
  for (auto& [position, row] : imports) out.rows.push_back(std::move(row));
}

}  // namespace muniment
