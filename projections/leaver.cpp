#include "projections/leaver.h"

#include <algorithm>

namespace muniment {
namespace {

constexpr std::size_t administrators_max = 1000;

void read_event(const EventLog& log, Position position, const std::function<void(schema::Event::Reader)>& see) {
  log.read(0, position, position, [&](Position, RecordWords words) {
    RecordReader record(words);
    see(record.event());
    return false;
  });
}

}  // namespace

std::optional<Leavers::Departure> Leavers::departure(const LeaverQuery& query) const {
  const auto page = trail_.search(
      {.username = query.username, .type = fact_number("departure_reported"), .newest_first = true, .moment = query.moment, .limit = 1});
  if (!page || page->rows.empty()) return std::nullopt;
  Departure out{.position = page->rows.front().position};
  read_event(log_, out.position, [&](schema::Event::Reader event) {
    const auto reported = event.getFact().getDepartureReported();
    out.reported_at = recorded_at(event);
    out.left_at = Timestamp{reported.getLeftAt()};
    for (const auto link : reported.getLinks()) {
      if (const auto provider = ProviderId::parse(text_of(link))) out.links.push_back(*provider);
    }
    out.account = account_id_of(event);
    out.version = event.getAccountVersion();
  });
  return out;
}

void Leavers::add_removals(const Departure& departure, const LeaverQuery& query, Position last, std::vector<LeaverRow>& rows) const {
  for (LeaverRow& row : rows) {
    row.reported_position = departure.position;
    row.reported_at = departure.reported_at;
    row.left_at = departure.left_at;
  }
  log_.read_stream(0, StreamName::account(departure.account), departure.version + 1, [&](Position position, RecordWords words) {
    if (position > last) return false;
    RecordReader record(words);
    const auto event = record.event();
    const auto fact = event.getFact();
    const bool is_replaced = fact.isPrimaryUserAssigned() && text_of(fact.getPrimaryUserAssigned().getFormer()) == query.username.text();
    const auto provider = provider_of(event);
    const auto row = std::ranges::find_if(rows, [&](const LeaverRow& one) { return std::optional{one.provider} == provider; });
    if ((!fact.isSubordinateRemoved() && !is_replaced) || row == rows.end()) return true;
    row->removed_position = position;
    row->removed_at = occurred_at(event);
    row->removed_by = {event.getActor().getKind(), std::string{text_of(event.getActor().getName())}};
    return true;
  });
}

std::vector<std::string> Leavers::administrators(const ProviderId& provider, const LeaverQuery& query) const {
  std::vector<std::string> out;
  const auto add = [&](const std::string& username) {
    if (username != query.username.text() && std::ranges::find(out, username) == out.end()) out.push_back(username);
  };
  const auto assigned =
      trail_.search({.provider = provider, .type = fact_number("primary_user_assigned"), .moment = query.moment, .limit = 1});
  if (assigned && !assigned->rows.empty()) {
    read_event(log_, assigned->rows.front().position, [&](schema::Event::Reader event) { add(std::string{text_of(event.getUsername())}); });
  }
  for (const std::string& service : query.administrator_services) {
    const auto page = access_.as_of({.provider = provider, .service = service, .moment = query.moment, .limit = administrators_max});
    if (!page) continue;
    for (const AccessRow& row : page->rows) {
      if (row.usable()) add(row.username);
    }
  }
  return out;
}

WholeAnswer<LeaverRow> Leavers::links(const LeaverQuery& query) const {
  WholeAnswer<LeaverRow> out;
  const AccountStatus status = access_.account(query.username, query.moment);
  out.truth = status.truth;
  LeaverQuery pinned = query;
  pinned.moment.position = status.truth.true_of;
  for (const AccountLink& link : status.links)
    out.rows.push_back({.provider = link.provider, .is_linked = true, .services = link.services});
  if (const auto reported = departure(pinned)) {
    for (const ProviderId& provider : reported->links) {
      if (std::ranges::find(out.rows, provider, &LeaverRow::provider) == out.rows.end()) out.rows.push_back({.provider = provider});
    }
    add_removals(*reported, pinned, status.truth.true_of, out.rows);
  }
  for (LeaverRow& row : out.rows) {
    if (row.is_linked) row.administrators = administrators(row.provider, pinned);
  }
  std::ranges::sort(out.rows, {}, &LeaverRow::provider);
  return out;
}

}  // namespace muniment
