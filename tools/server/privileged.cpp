#include "tools/server/privileged.h"

#include "aggregates/world.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

constexpr std::size_t delegates_page = 1000;

std::string actor_text(schema::Event::Reader event) {
  return Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}.text();
}

// The time that a moment is about: tokens and appointments are valid for a time. Of a position, when it was recorded.
Timestamp time_of(const Moment& moment, const EventLog& log, Timestamp now) {
  if (moment.at) return *moment.at;
  return moment.position ? recorded_time(log, 0, *moment.position) : now;
}

std::vector<std::string> delegate_services(const EventLog& log, const Moment& moment) {
  World world;
  std::vector<std::string> out;
  for (const auto& [id, service] : known_services(world, log, moment).services()) {
    if (service.delegate) out.emplace_back(id);
  }
  return out;
}

}  // namespace

std::vector<Column> privileged_columns() {
  return {{"kind"},
          {"name"},
          {"role"},
          {"id"},
          {"providers"},
          {"service"},
          {"since", Column::Kind::time},
          {"granted_by"},
          {"position", Column::Kind::number},
          {"state"},
          {"expires_at", Column::Kind::time}};
}

std::vector<Cell> privileged_cells(const PrivilegedRow& row) {
  return {std::string{row.kind},
          row.name,
          text_cell(row.role),
          text_cell(row.id),
          row.providers.empty() ? Cell{} : Cell{row.providers},
          text_cell(row.service),
          row.since.text(),
          row.granted_by,
          position_cell(row.position),
          text_cell(row.state),
          row.expires_at ? Cell{row.expires_at->text()} : Cell{}};
}

PrivilegedRows::PrivilegedRows(const EventLog& log, const Access& access, const std::vector<Token>& tokens, Timestamp now,
                               const Moment& moment)
    : log_(log),
      access_(access),
      truth_(access.as_of({.moment = moment, .limit = 1}).value().truth),
      moment_{.at = moment.at, .position = truth_.true_of},
      then_(time_of(moment, log, now)),
      services_(delegate_services(log, moment_)) {
  add_officers(first_);
  add_appointed(first_);
  add_tokens(first_, tokens);
  add_submitters(first_);
}

// What of a stream was known and had taken effect.
void PrivilegedRows::read_stream(const StreamName& stream, const std::function<void(schema::Event::Reader)>& see) const {
  log_.read_stream(0, stream, 1, [&](Position position, RecordWords words) {
    if (position > truth_.true_of) return false;
    RecordReader record(words);
    if (!moment_.at || occurred_at(record.event()) <= *moment_.at) see(record.event());
    return true;
  });
}

// Whether the stream's last policy delegates; nothing: there is none.
std::optional<bool> PrivilegedRows::last_policy(const StreamName& stream) const {
  std::optional<bool> out;
  read_stream(stream, [&](schema::Event::Reader event) { out = event.getFact().getPolicySet().getDelegation(); });
  return out;
}

// Who was appointed and not dismissed since; appointed again, since then.
void PrivilegedRows::add_officers(std::vector<PrivilegedRow>& out) const {
  std::map<std::string, PrivilegedRow> officers;
  read_stream(StreamName::single(schema::StreamKind::AGENCY), [&](schema::Event::Reader event) {
    const auto fact = event.getFact();
    if (fact.isOfficerDismissed()) officers.erase(std::string{text_of(fact.getOfficerDismissed().getOfficer())});
    if (!fact.isOfficerAppointed()) return;
    const std::string name{text_of(fact.getOfficerAppointed().getOfficer())};
    officers.emplace(name, PrivilegedRow{.kind = "officer",
                                         .name = name,
                                         .since = occurred_at(event),
                                         .granted_by = actor_text(event),
                                         .position = event.getPosition()});
  });
  for (auto& [name, row] : officers) out.push_back(std::move(row));
}

// Whom the agency has appointed to administer a provider, and whose time is not over. Whatever else ends an appointment is recorded as a
// dismissal. All of it stands in the agency's stream.
void PrivilegedRows::add_appointed(std::vector<PrivilegedRow>& out) const {
  std::map<std::string, PrivilegedRow> appointed;  // By provider: the last one.
  read_stream(StreamName::single(schema::StreamKind::AGENCY), [&](schema::Event::Reader event) {
    const auto fact = event.getFact();
    const auto provider = provider_of(event);
    if (provider && fact.isDelegateDismissed()) appointed.erase(provider->text());
    if (!provider || !fact.isDelegateAppointed()) return;
    appointed.insert_or_assign(provider->text(), PrivilegedRow{.kind = "appointed_delegate",
                                                               .name = std::string{text_of(event.getUsername())},
                                                               .providers = {provider->text()},
                                                               .since = occurred_at(event),
                                                               .granted_by = actor_text(event),
                                                               .position = event.getPosition(),
                                                               .expires_at = Timestamp{fact.getDelegateAppointed().getUntil()}});
  });
  for (auto& [provider, row] : appointed) {
    if (*row.expires_at <= then_) continue;
    const AccountStatus account = access_.account(Username::parse(row.name).value(), moment_);
    row.state = account.links.empty() ? "unlinked" : account.unusable.empty() ? "valid" : name_of(account.unusable.front());
    out.push_back(std::move(row));
  }
}

// Whom the agency's policy lists among its delegates, each since the policy from which on it always has.
void PrivilegedRows::add_submitters(std::vector<PrivilegedRow>& out) const {
  std::map<std::string, PrivilegedRow> submitters;
  read_stream(StreamName::single(schema::StreamKind::POLICY), [&](schema::Event::Reader event) {
    std::map<std::string, PrivilegedRow> listed;
    for (const auto delegate : event.getFact().getPolicySet().getDelegates()) {
      const auto submitter = Principal::parse(text_of(delegate));
      if (!submitter) continue;
      PrivilegedRow row{.kind = "delegate",
                        .name = submitter->name,
                        .role = name_of(TokenRole::SUBMITTER),
                        .since = occurred_at(event),
                        .granted_by = actor_text(event),
                        .position = event.getPosition()};
      const auto before = submitters.find(submitter->name);
      listed.emplace(submitter->name, before == submitters.end() ? std::move(row) : std::move(before->second));
    }
    submitters = std::move(listed);
  });
  for (auto& [name, row] : submitters) out.push_back(std::move(row));
}

void PrivilegedRows::add_tokens(std::vector<PrivilegedRow>& out, const std::vector<Token>& tokens) const {
  const auto has_come = [this](const std::optional<Timestamp>& time) { return time && *time <= then_; };
  for (const Token& token : tokens) {
    if (then_ < token.created_at || has_come(token.revoked_at) || has_come(token.expires_at)) continue;
    PrivilegedRow row{.kind = name_of(token.method),
                      .name = token.name,
                      .role = name_of(token.role),
                      .id = token.id,
                      .since = token.created_at,
                      .granted_by = token.created_by,
                      .state = has_come(token.suspended_at) ? "suspended" : "valid",
                      .expires_at = token.expires_at};
    for (const ProviderId& provider : token.providers) row.providers.push_back(provider.text());
    out.push_back(std::move(row));
  }
}

// A provider's own policy, or else the agency's.
bool PrivilegedRows::delegates_at(const ProviderId& provider) {
  const auto [known, is_new] = policies_.try_emplace(provider.text(), false);
  if (!is_new) return known->second;
  auto policy = last_policy(StreamName::policy(provider));
  if (!policy) policy = last_policy(StreamName::single(schema::StreamKind::POLICY));
  return known->second = policy.value_or(false);
}

bool PrivilegedRows::read_delegates(std::vector<PrivilegedRow>& out) {
  if (services_.empty()) return false;
  const auto page = access_.as_of({.service = services_.back(), .moment = moment_, .limit = delegates_page, .cursor = cursor_});
  if (!page) throw std::logic_error("the cursor of a page is not taken for the next one");
  for (const AccessRow& row : page->rows) {
    if (!delegates_at(row.provider)) continue;
    out.push_back({.kind = "delegate",
                   .name = row.username,
                   .providers = {row.provider.text()},
                   .service = row.service,
                   .since = row.granted.at,
                   .granted_by = row.granted.actor.text(),
                   .position = row.granted.position});
  }
  cursor_ = page->next.value_or("");
  if (!page->next) services_.pop_back();
  return true;
}

std::vector<PrivilegedRow> PrivilegedRows::next() {
  std::vector<PrivilegedRow> out = std::exchange(first_, {});
  while (out.empty() && read_delegates(out)) {
  }
  return out;
}

}  // namespace muniment
