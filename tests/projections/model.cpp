#include "tests/projections/model.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include "events/values/text.h"

namespace muniment {
namespace {

Timestamp time_of(const Moment& moment) { return moment.at.value_or(Timestamp{std::numeric_limits<std::int64_t>::max()}); }

bool matches(const std::string& wanted, const std::string& value) { return wanted.empty() || wanted == value; }

}  // namespace

bool Model::is_visible(const Told& told, Position position) const {
  if (told.position > position) return false;
  if (told.import == 0) return true;
  return std::any_of(told_.begin(), told_.end(),
                     [&](const Told& other) { return other.completes == told.import && other.position <= position; });
}

std::vector<Model::Interval> Model::intervals(Position position) const {
  std::vector<Interval> out;
  const auto find_open = [&](const std::string& provider, const std::string& username, const std::string& service) {
    return std::find_if(out.begin(), out.end(), [&](const Interval& i) {
      return i.to == nullptr && i.provider == provider && i.username == username && i.service == service;
    });
  };
  const auto open = [&](const Told& told, const std::string& service) {
    if (find_open(told.provider, told.username, service) == out.end()) out.push_back({told.provider, told.username, service, &told});
  };
  const auto close_all = [&](const Told& told, const std::string& username) {
    for (auto& i : out) {
      if (i.to == nullptr && i.provider == told.provider && matches(username, i.username)) i.to = &told;
    }
  };
  for (const auto& told : told_) {
    if (!is_visible(told, position)) continue;
    if (told.type == "primary_user_assigned" && !told.former.empty() && told.former != told.username) close_all(told, told.former);
    if (told.type == "subordinate_created" || told.type == "subordinate_linked" || told.type == "primary_user_assigned") {
      open(told, "");
      for (const auto& service : told.services) open(told, service);
    }
    if (told.type == "services_assigned") {
      for (const auto& service : told.revoked) {
        if (const auto i = find_open(told.provider, told.username, service); i != out.end()) i->to = &told;
      }
      for (const auto& service : told.granted) open(told, service);
    }
    if (told.type == "subordinate_removed") close_all(told, told.username);
    if (told.type == "provider_closed") close_all(told, "");
  }
  return out;
}

std::string Model::unusable(const std::string& username, Timestamp at, Position position) const {
  bool locked = false;
  bool disabled = false;
  bool terminated = false;
  std::string terms;
  std::set<std::string> accepted;
  for (const auto& told : told_) {
    if (!is_visible(told, position) || told.at > at) continue;
    if (told.type == "terms_published") terms = told.terms;
    if (told.username != username) continue;
    if (told.type == "account_locked") locked = true;
    if (told.type == "account_unlocked") locked = false;
    if (told.type == "account_disabled") disabled = true;
    if (told.type == "account_enabled") disabled = false;
    if (told.type == "account_terminated") terminated = true;
    if (told.type == "terms_accepted") accepted.insert(told.terms);
  }
  std::string out;
  if (locked) out += " locked";
  if (disabled) out += " disabled";
  if (terminated) out += " terminated";
  if (!terms.empty() && !accepted.contains(terms)) out += " terms_not_accepted";
  return out;
}

std::vector<std::string> Model::held(const Filter& filter, const Moment& moment) const {
  const Position position = position_of(moment);
  const Timestamp at = time_of(moment);
  std::vector<std::tuple<std::string, std::string, std::string, Position>> rows;
  for (const auto& i : intervals(position)) {
    if (i.service.empty() || !holds(i, at)) continue;
    if (!matches(filter.provider, i.provider) || !matches(filter.username, i.username) || !matches(filter.service, i.service)) continue;
    rows.emplace_back(i.provider, i.username, i.service, i.from->position);
  }
  std::sort(rows.begin(), rows.end());
  std::vector<std::string> out;
  for (const auto& [provider, username, service, since] : rows) {
    out.push_back(provider + ' ' + username + ' ' + service + ' ' + std::to_string(since) + unusable(username, at, position));
  }
  return out;
}

std::vector<std::string> Model::differences(const Filter& filter, Timestamp from, Timestamp to, std::optional<Position> position) const {
  using Row = std::tuple<std::string, std::string, std::string>;
  const auto all = intervals(position_of({.at = {}, .position = position}));
  const auto held_at = [&](Timestamp at) {
    std::set<Row> out;
    for (const auto& i : all) {
      if (!i.service.empty() && holds(i, at) && matches(filter.provider, i.provider) && matches(filter.username, i.username)) {
        out.emplace(i.provider, i.username, i.service);
      }
    }
    return out;
  };
  const auto before = held_at(from);
  const auto after = held_at(to);
  std::set<std::pair<Row, char>> rows;
  for (const auto& row : before) {
    if (!after.contains(row)) rows.emplace(row, '-');
  }
  for (const auto& row : after) {
    if (!before.contains(row)) rows.emplace(row, '+');
  }
  std::vector<std::string> out;
  for (const auto& [row, sign] : rows) out.push_back(sign + (' ' + std::get<0>(row)) + ' ' + std::get<1>(row) + ' ' + std::get<2>(row));
  return out;
}

std::vector<std::string> Model::roster(const std::string& provider, const std::string& last, const std::string& first,
                                       const Moment& moment) const {
  const Position position = position_of(moment);
  const Timestamp at = time_of(moment);
  const auto all = intervals(position);
  // Without a name, the two folded names in the order of the search, username, what is shown.
  std::vector<std::tuple<bool, std::string, std::string, std::string, std::string>> rows;
  for (const auto& link : all) {
    if (!link.service.empty() || link.provider != provider || !holds(link, at)) continue;
    FullName name;
    for (const auto& told : told_) {
      if (told.username != link.username || !is_visible(told, position) || told.at > at) continue;
      const bool names = told.type == "subordinate_created" || told.type == "account_created" || told.type == "profile_changed";
      if (names) name = told.name.value_or(FullName{});
    }
    const std::string last_key = search_key(name.last);
    const std::string first_key = search_key(name.first);
    const bool nameless = last_key.empty() && first_key.empty();
    if (nameless && !(last.empty() && first.empty())) continue;
    if (!last_key.starts_with(last) || !first_key.starts_with(first)) continue;
    std::set<std::string> services;
    for (const auto& i : all) {
      if (!i.service.empty() && i.provider == provider && i.username == link.username && holds(i, at)) services.insert(i.service);
    }
    std::string shown = link.username + ' ' + name.last + ',' + name.first + ' ' + std::to_string(link.from->position);
    for (const auto& service : services) shown += ' ' + service;
    const bool by_first = last.empty() && !first.empty();
    rows.emplace_back(nameless, by_first ? first_key : last_key, by_first ? last_key : first_key, link.username, shown);
  }
  std::sort(rows.begin(), rows.end());
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(std::get<4>(row));
  return out;
}

std::vector<Position> Model::trail(const TrailQuery& query) const {
  const Position position = position_of(query.moment);
  std::vector<std::pair<Timestamp, Position>> rows;
  for (const auto& told : told_) {
    if (!is_visible(told, position) || told.at > time_of(query.moment)) continue;
    if (query.from && told.at < *query.from) continue;
    if (query.to && told.at > *query.to) continue;
    if (query.username && told.username != query.username->text() && told.former != query.username->text()) continue;
    if (query.actor && told.actor != *query.actor) continue;
    if (query.type && fact_number(told.type) != query.type) continue;
    if (query.provider) {
      const std::string wanted = query.provider->text();
      const bool linked = std::find(told.links.begin(), told.links.end(), wanted) != told.links.end();
      if (told.provider != wanted && told.entity != wanted && !linked) continue;
    }
    rows.emplace_back(told.at, told.position);
  }
  std::sort(rows.begin(), rows.end());
  if (query.newest_first) std::reverse(rows.begin(), rows.end());
  std::vector<Position> out;
  for (const auto& row : rows) out.push_back(row.second);
  return out;
}

}  // namespace muniment
