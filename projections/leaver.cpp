#include "projections/leaver.h"

#include <algorithm>
#include <map>
#include <set>

#include "projections/as_of.h"

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

// Reads the account's stream from its first report on. As in the aggregate: a later report sets no clock back, and whoever begins anew,
// after the last link has ended or as a Primary User, has not left.
class Leavers::Leaving {
 public:
  explicit Leaving(const Username& username) : username_(username.text()) {}

  void see(schema::Event::Reader event) {
    const auto fact = event.getFact();
    const auto provider = provider_of(event);
    const bool is_former = fact.isPrimaryUserAssigned() && text_of(fact.getPrimaryUserAssigned().getFormer()) == username_;
    if (fact.isDepartureReported()) return report(event);
    if (!provider) return;
    if (fact.isSubordinateRemoved() || is_former) return remove(event, *provider);
    if (fact.isPrimaryUserAssigned() || (fact.isSubordinateLinked() && linked_.empty())) departure_.reset();
    if (fact.isPrimaryUserAssigned() || fact.isSubordinateLinked()) linked_.insert(*provider);
  }

  // Fills in what is known of each row's departure, and adds those that have no link any more.
  void tell(std::vector<LeaverRow>& rows) const {
    if (!departure_) return;
    for (const ProviderId& provider : departure_->links) {
      if (std::ranges::find(rows, provider, &LeaverRow::provider) == rows.end()) rows.push_back({.provider = provider});
    }
    for (LeaverRow& row : rows) {
      row.reported_position = departure_->position;
      row.reported_at = departure_->reported_at;
      row.left_at = departure_->left_at;
      const auto removed = departure_->removed.find(row.provider);
      if (removed == departure_->removed.end()) continue;
      row.removed_position = removed->second.removed_position;
      row.removed_at = removed->second.removed_at;
      row.removed_by = removed->second.removed_by;
    }
  }

 private:
  struct Departure {
    Position position = 0;
    Timestamp reported_at;
    Timestamp left_at;
    std::set<ProviderId> links = {};
    std::map<ProviderId, LeaverRow> removed = {};
  };

  void report(schema::Event::Reader event) {
    const auto reported = event.getFact().getDepartureReported();
    const Timestamp left_at{reported.getLeftAt()};
    if (!departure_) departure_ = Departure{.position = event.getPosition(), .reported_at = recorded_at(event), .left_at = left_at};
    if (left_at.ns < departure_->left_at.ns) departure_->left_at = left_at;
    for (const auto link : reported.getLinks()) {
      const auto provider = ProviderId::parse(text_of(link));
      if (!provider) continue;
      departure_->links.insert(*provider);
      linked_.insert(*provider);
    }
  }
  void remove(schema::Event::Reader event, const ProviderId& provider) {
    linked_.erase(provider);
    if (!departure_) return;
    departure_->removed.insert_or_assign(
        provider, LeaverRow{.provider = provider,
                            .removed_position = event.getPosition(),
                            .removed_at = occurred_at(event),
                            .removed_by = Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}});
  }

  const std::string username_;
  std::optional<Departure> departure_;
  std::set<ProviderId> linked_;  // Since the first report.
};

void Leavers::add_departure(const LeaverQuery& query, Position last, std::vector<LeaverRow>& rows) const {
  const auto page = trail_.search(
      {.username = query.username, .type = fact_number("departure_reported"), .newest_first = false, .moment = query.moment, .limit = 1});
  if (!page || page->rows.empty()) return;
  AccountId account;
  Version version = 0;
  read_event(log_, page->rows.front().position, [&](schema::Event::Reader event) {
    account = account_id_of(event);
    version = event.getAccountVersion();
  });
  Leaving leaving(query.username);
  const Timestamp at = query.moment.at.value_or(view::end_of_time);
  log_.read_stream(0, StreamName::account(account), version, [&](Position position, RecordWords words) {
    if (position > last) return false;
    RecordReader record(words);
    if (occurred_at(record.event()).ns <= at.ns) leaving.see(record.event());
    return true;
  });
  leaving.tell(rows);
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
  add_departure(pinned, status.truth.true_of, out.rows);
  for (LeaverRow& row : out.rows) {
    if (row.is_linked) row.administrators = administrators(row.provider, pinned);
  }
  std::ranges::sort(out.rows, {}, &LeaverRow::provider);
  return out;
}

}  // namespace muniment
