#include "projections/trail/projection.h"

#include <algorithm>

namespace muniment::view {
namespace {

// Who acted in imported history may be known to nobody.
std::string_view actor_of(schema::Event::Reader event) {
  const auto name = text_of(event.getActor().getName());
  const bool is_nameless = name.empty() && event.getActor().getKind() == schema::PrincipalKind::OUTSIDER;
  return is_nameless ? name : checked_text(name, "actor.name");
}

Place place_of_all(const std::vector<PackedProvider>& providers) {
  if (providers.empty()) return place_unsaid;
  return providers.size() == 1 ? place_of(providers.front()) : place_several;
}

}  // namespace

TrailProjection::TrailProjection(const Database& database, const Table& table) : database_(database), table_(table) {
  if (const auto value = database_.get(table_, high_water_now_key())) high_water_ = ByteReader(*value).time();
}

// Knows nothing of what the facts mean, so it takes any.
void TrailProjection::apply(schema::Event::Reader event, RowBuffer& rows) {
  const Parties parties = parties_of(event);
  const auto actor = actor_of(event);
  const bool is_known = number_of(event) < fact_names().size();
  const FactNumber type = is_known ? number_of(event) : fact_unknown;
  const bool has_nameless = !is_known || parties.accounts.size() > parties.usernames.size();
  const auto more_names = has_nameless ? names_of(parties.accounts) : std::vector<std::string>{};

  const Posting posting{{occurred_at(event), event.getPosition()}, event.getContext().getImportedBy(), type};
  if (posting.key.position % block_positions == 0) {
    std::string value;
    put_time(value, high_water_);
    rows.put(high_water_key(posting.key.position / block_positions), value);
  }
  // A time in the future, claimed by mistake, must not make everything after it late.
  const bool late = posting.key.at < high_water_ || posting.key.at > recorded_at(event);
  if (!late) high_water_ = posting.key.at;

  learn_account(parties, rows);
  entry_of_all(entry_, late);
  post(posting, late, rows);
  entry_of_type(entry_, type, late);
  post(posting, late, rows);
  entry_of_actor(entry_, event.getActor().getKind(), actor, late);
  post(posting, late, rows);
  // Who sends for another acts too.
  if (const auto submitter = event.getContext().getSubmittedBy(); event.getContext().hasSubmittedBy()) {
    entry_of_actor(entry_, submitter.getKind(), checked_text(text_of(submitter.getName()), "submitted_by.name"), late);
    post(posting, late, rows);
  }
  for (const auto provider : parties.providers) {
    entry_of_provider(entry_, provider, late);
    post(posting, late, rows);
  }
  Posting of_subject = posting;
  of_subject.place = place_of_all(parties.providers);
  for (const auto username : parties.usernames) {
    entry_of_subject(entry_, username, late);
    post(of_subject, late, rows);
  }
  for (const auto& username : more_names) {
    if (std::find(parties.usernames.begin(), parties.usernames.end(), username) != parties.usernames.end()) continue;
    entry_of_subject(entry_, username, late);
    post(of_subject, late, rows);
  }
}

std::vector<std::string> TrailProjection::names_of(const std::vector<StreamVersion>& accounts) const {
  std::vector<std::string> out;
  for (const auto& account : accounts) {
    const auto id = AccountId::from(account.stream.key());
    if (const auto found = new_accounts_.find(*id); found != new_accounts_.end()) {
      out.push_back(found->second);
    } else if (auto name = database_.get(table_, account_key(account.stream.key()))) {
      out.push_back(std::move(*name));
    }
  }
  return out;
}

// An account's first event names it.
void TrailProjection::learn_account(const Parties& parties, RowBuffer& rows) {
  if (parties.accounts.size() != 1 || parties.usernames.size() != 1 || parties.accounts.front().version != 1) return;
  const auto key = parties.accounts.front().stream.key();
  rows.put(account_key(key), parties.usernames.front());
  new_accounts_.emplace(*AccountId::from(key), parties.usernames.front());
}

void TrailProjection::post(const Posting& posting, bool late, RowBuffer& rows) {
  if (late) {
    Run alone;
    alone.add(posting);
    put_run(entry_, alone, rows);
    return;
  }
  Run& run = runs_.find(entry_);
  if (run.add(posting)) return;
  put_run(entry_, run, rows);
  run = Run{};
  run.add(posting);
}

void TrailProjection::put_run(std::string_view entry, const Run& run, RowBuffer& rows) {
  key_.assign(entry);
  put_posting_key(key_, run.first());
  value_.clear();
  run.put_value(value_);
  rows.put(key_, value_);
}

void TrailProjection::finish(RowBuffer& rows) {
  runs_.each([&](std::string_view entry, const Run& run) { put_run(entry, run, rows); });
  runs_.clear();
  new_accounts_.clear();
  std::string value;
  put_time(value, high_water_);
  rows.put(high_water_now_key(), value);
}

}  // namespace muniment::view
