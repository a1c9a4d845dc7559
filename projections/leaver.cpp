#include "projections/leaver.h"

#include <algorithm>
#include <map>

#include "events/record/event_streams.h"

namespace muniment {
namespace {

constexpr std::size_t administrators_max = 1000;
constexpr std::size_t reports_max = 1000;

void read_event(const EventLog& log, Position position, const std::function<void(schema::Event::Reader)>& see) {
  log.read(0, position, position, [&](Position, RecordWords words) {
    RecordReader record(words);
    see(record.event());
    return false;
  });
}

// The last time at which the person was linked to a provider: from its beginning, or from when they became its Primary User, on.
struct Stay {
  ProviderId provider;
  Position from = 0;
  const LinkStep* end = nullptr;
  std::vector<std::string> services = {};
};

Stay last_stay(const LinkStory& link) {
  Stay out{.provider = link.provider};
  for (const LinkStep& step : link.steps) {
    out.end = step.kind == LinkStep::Kind::ended ? &step : nullptr;
    if (step.kind == LinkStep::Kind::started) out.from = step.change.position;
    if (out.end != nullptr) out.services.clear();
    for (const std::string& service : step.revoked) std::erase(out.services, service);
    for (const std::string& service : step.granted) {
      if (std::ranges::find(out.services, service) == out.services.end()) out.services.push_back(service);
    }
  }
  std::ranges::sort(out.services);
  return out;
}

// When the person began to have links after having had none: what was before is another employment.
Position began_anew(const std::vector<LinkStory>& links) {
  std::map<Position, int> changes;  // +1: a link began, -1: one ended.
  for (const LinkStory& link : links) {
    bool is_linked = false;
    for (const LinkStep& step : link.steps) {
      const bool is_end = step.kind == LinkStep::Kind::ended;
      if (is_end) changes[step.change.position] -= 1;
      if (!is_end && !is_linked) changes[step.change.position] += 1;
      is_linked = !is_end;
    }
  }
  int linked = 0;
  Position out = 0;
  for (const auto& [position, change] : changes) {
    if (linked == 0 && change > 0) out = position;
    linked += change;
  }
  return out;
}

}  // namespace

struct Leavers::Report {
  Position position = 0;
  Timestamp reported_at;
  Timestamp left_at;
  std::vector<ProviderId> links;

  // It names the links that there were then, so none that an import had not brought whole. Of a removal before it was reported it speaks
  // where the person had left by then.
  bool is_about(const Stay& stay) const {
    if (position < stay.from) return false;
    const bool was_linked = stay.end == nullptr || position < stay.end->change.position;
    return was_linked ? std::ranges::find(links, stay.provider) != links.end() : left_at < stay.end->change.at;
  }
};

std::vector<Leavers::Report> Leavers::reports(const Username& username, const Moment& moment, Truth& truth) const {
  std::vector<Report> out;
  const auto page = trail_.search(
      {.username = username, .type = fact_number("departure_reported"), .newest_first = false, .moment = moment, .limit = reports_max});
  if (!page) return out;
  merge(truth, page->truth);
  for (const TrailRow& row : page->rows) {
    read_event(log_, row.position, [&](schema::Event::Reader event) {
      const auto reported = event.getFact().getDepartureReported();
      out.push_back({row.position, recorded_at(event), Timestamp{reported.getLeftAt()}, {}});
      for (const auto text : reported.getLinks()) {
        if (const auto link = ProviderId::parse(text_of(text))) out.back().links.push_back(*link);
      }
    });
  }
  std::ranges::sort(out, {}, &Report::position);
  return out;
}

Position Leavers::latest(std::string_view type, const ProviderId& provider, const Moment& moment, Truth& truth) const {
  const auto page = trail_.search({.provider = provider, .type = fact_number(type), .moment = moment, .limit = 1});
  if (!page) return 0;
  merge(truth, page->truth);
  return page->rows.empty() ? 0 : page->rows.front().position;
}

std::string Leavers::primary_user(const ProviderId& provider, const Moment& moment, Truth& truth) const {
  std::string out;
  const Position assigned = latest("primary_user_assigned", provider, moment, truth);
  if (assigned == 0) return out;
  read_event(log_, assigned, [&](schema::Event::Reader event) { out = text_of(event.getUsername()); });
  return out;
}

// Until its time is over, or it is dismissed, which is recorded when another is appointed or a Primary User assigned.
std::string Leavers::delegate(const ProviderId& provider, const LeaverQuery& query, Truth& truth) const {
  std::string out;
  const Position appointed = latest("delegate_appointed", provider, query.moment, truth);
  if (appointed == 0 || latest("delegate_dismissed", provider, query.moment, truth) > appointed) return out;
  read_event(log_, appointed, [&](schema::Event::Reader event) {
    if (query.now.ns < event.getFact().getDelegateAppointed().getUntil()) out = text_of(event.getUsername());
  });
  return out;
}

bool Leavers::may_act(const std::string& username, const ProviderId& provider, const LeaverQuery& query, Truth& truth) const {
  const auto name = Username::parse(username);
  if (!name) return false;
  const AccountStatus status = access_.account(*name, query.moment);
  merge(truth, status.truth);
  if (status.links.empty() || !status.unusable.empty()) return false;
  const auto reported = reports(*name, query.moment, truth);
  if (reported.empty()) return true;
  const LinkStories stories = access_.stories(*name, provider, query.moment);
  if (stories.links.empty()) return true;
  const Stay stay = last_stay(stories.links.front());
  return std::ranges::none_of(reported, [&](const Report& report) { return report.is_about(stay) && report.left_at <= query.now; });
}

std::vector<std::string> Leavers::administrators(const ProviderId& provider, const LeaverQuery& query, Truth& truth) const {
  const std::string primary = primary_user(provider, query.moment, truth);
  if (primary == query.username.text()) return {};
  std::vector<std::string> out;
  const auto add = [&](const std::string& username) {
    const bool is_named = username.empty() || username == query.username.text() || std::ranges::find(out, username) != out.end();
    if (!is_named && may_act(username, provider, query, truth)) out.push_back(username);
  };
  add(primary);
  for (const std::string& service : query.administrator_services) {
    const auto page = access_.as_of({.provider = provider, .service = service, .moment = query.moment, .limit = administrators_max});
    if (!page) continue;
    merge(truth, page->truth);
    for (const AccessRow& row : page->rows) {
      if (row.usable()) add(row.username);
    }
  }
  add(delegate(provider, query, truth));
  return out;
}

WholeAnswer<LeaverRow> Leavers::links(const LeaverQuery& query) const {
  WholeAnswer<LeaverRow> out;
  LeaverQuery pinned = query;
  pinned.moment.position =
      std::min({trail_.position(), access_.position(), query.moment.position.value_or(std::min(trail_.position(), access_.position()))});
  const LinkStories stories = access_.stories(query.username, std::nullopt, pinned.moment);
  out.truth = stories.truth;
  const Position anew = began_anew(stories.links);
  std::vector<Report> reported = reports(query.username, pinned.moment, out.truth);
  std::erase_if(reported, [&](const Report& report) { return report.position < anew; });
  for (const LinkStory& link : stories.links) {
    const Stay stay = last_stay(link);
    LeaverRow row{.provider = link.provider, .is_linked = stay.end == nullptr, .services = stay.services};
    for (const Report& report : reported) {
      if (!report.is_about(stay)) continue;
      const bool is_first = row.reported_position == 0;
      if (is_first) row.reported_position = report.position;
      if (is_first) row.reported_at = report.reported_at;
      if (is_first || report.left_at < row.left_at) row.left_at = report.left_at;
    }
    if (!row.is_linked && (row.reported_position == 0 || stay.end->change.position < anew)) continue;
    if (row.is_linked) {
      row.administrators = administrators(row.provider, pinned, out.truth);
    } else {
      row.removed_position = stay.end->change.position;
      row.removed_at = stay.end->change.at;
      row.removed_by = stay.end->change.actor;
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace muniment
