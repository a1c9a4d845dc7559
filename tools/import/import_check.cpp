#include "tools/import/import_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "commands/rules.h"
#include "events/record/record.h"
#include "tools/import/history_import.h"
#include "tools/import/row_ids.h"

namespace muniment {
namespace {

void put_text(Bytes& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(size >> shift));
  out.insert(out.end(), text.begin(), text.end());
}

struct LinkKey {
  ProviderId provider;
  std::string_view username;
  bool operator==(const LinkKey&) const = default;
};
struct LinkKeyHash {
  std::size_t operator()(const LinkKey& key) const { return key.provider.hash() ^ std::hash<std::string_view>{}(key.username); }
};

// A link as it would be after the rows so far.
struct LinkNow {
  std::unordered_set<std::string_view> held;
  // Services of which a bad line left open whether they are held.
  std::unordered_set<std::string_view> unsure;
  Timestamp changed_at;
  bool is_strangers = false;   // The account's home is none of the history's providers.
  bool is_terminated = false;  // The account is.
  bool is_erased = false;      // The person is.
  bool is_arriving = false;    // An import of other providers made the account, and has not completed.
};

std::vector<std::string> each_once(const std::vector<std::string>& texts) {
  const std::set<std::string> ordered(texts.begin(), texts.end());
  return {ordered.begin(), ordered.end()};
}

class Checker {
 public:
  Checker(const AccessHistory& history, const ImportTerms& terms, const EventLog& log, Vault& vault, Timestamp now)
      : history_(history),
        terms_(terms),
        log_(log),
        vault_(vault),
        now_(now),
        sight_(world_, log, vault, only_partition),
        row_ids_(log, vault) {
    sight_.begin(now, log.head(only_partition).position);
  }

  std::expected<ImportPlan, ImportObstacle> check(const std::function<void(std::size_t)>& progress);

 private:
  std::optional<Refusal> problem_with_actor();
  void list_providers();
  void check_change(std::size_t index);
  std::string problem_of(const HistoryChange& change, const LinkNow& link);
  void apply(const HistoryChange& change, LinkNow& link);
  LinkNow& link_of(const HistoryChange& change);
  void note_first_use(const HistoryChange& change);
  void plan_registrations();
  void order_by_time();
  std::string find_open_import();
  std::string compare_with_open();
  std::string choose_administrator_services();
  void add_bad(std::size_t line, std::string reason) { bad_lines_.push_back({HistoryFile::changes, line, std::move(reason)}); }

  const AccessHistory& history_;
  const ImportTerms& terms_;
  const EventLog& log_;
  Vault& vault_;
  const Timestamp now_;
  World world_;
  Sight sight_;
  const RowIds row_ids_;

  std::unordered_map<ProviderId, bool> providers_;  // Those that a change may name; whether they are closed.
  std::unordered_map<LinkKey, LinkNow, LinkKeyHash> links_;
  std::map<Fingerprint, std::uint32_t> same_;  // How many changes so far have this content, by its fingerprint without an ordinal.
  std::unordered_map<ProviderId, Timestamp> first_change_;
  std::unordered_map<std::string_view, std::size_t> definition_of_;  // Index in the plan.
  std::vector<BadLine> bad_lines_;
  std::vector<Position> known_positions_;
  ImportPlan plan_;
};

std::expected<ImportPlan, ImportObstacle> Checker::check(const std::function<void(std::size_t)>& progress) {
  if (const auto refusal = problem_with_actor()) return std::unexpected(ImportObstacle{.refusal = refusal});
  list_providers();
  std::string conflict = find_open_import();
  plan_.same_usernames = terms_.same_usernames || (plan_.resumes && sight_.import(plan_.resumes->id).has_same_usernames());
  for (std::size_t i = 0; i < history_.changes().size(); ++i) {
    check_change(i);
    if (progress) progress(i + 1);
  }
  bad_lines_.insert(bad_lines_.end(), history_.bad_lines().begin(), history_.bad_lines().end());
  if (!bad_lines_.empty()) {
    std::stable_sort(bad_lines_.begin(), bad_lines_.end(),
                     [](const BadLine& a, const BadLine& b) { return std::pair(a.file, a.line) < std::pair(b.file, b.line); });
    return std::unexpected(ImportObstacle{.bad_lines = std::move(bad_lines_)});
  }
  std::sort(plan_.providers.begin(), plan_.providers.end());
  order_by_time();
  plan_registrations();
  if (conflict.empty()) conflict = plan_.resumes ? compare_with_open() : choose_administrator_services();
  if (!conflict.empty()) return std::unexpected(ImportObstacle{.conflict = std::move(conflict)});
  return std::move(plan_);
}

// Files stand in any order of their links, as by provider; an account comes into being by its earliest change, at the provider of that.
void Checker::order_by_time() {
  std::vector<std::pair<std::size_t, std::uint32_t>> rows;
  rows.reserve(plan_.changes.size());
  for (std::size_t i = 0; i < plan_.changes.size(); ++i) rows.emplace_back(plan_.changes[i], plan_.ordinals[i]);
  std::ranges::stable_sort(rows, {}, [this](const auto& row) { return history_.changes()[row.first].at; });
  for (std::size_t i = 0; i < rows.size(); ++i) std::tie(plan_.changes[i], plan_.ordinals[i]) = rows[i];
}

std::optional<Refusal> Checker::problem_with_actor() {
  Request request;
  request.actor = terms_.actor;
  const auto authority = agency_authority(request, sight_);
  if (authority) return std::nullopt;
  return authority.error().refusal;
}

void Checker::plan_registrations() {
  Timestamp earliest = now_;
  for (const auto& [provider, at] : first_change_) earliest = std::min(earliest, at);
  for (std::size_t i = 0; i < history_.providers().size(); ++i) {
    const HistoryProvider& named = history_.providers()[i];
    const Provider& provider = sight_.provider(named.id);
    if (provider.is_registered()) {
      const bool is_moved = !named.organization.empty() && named.organization != provider.organization();
      if (named.name != provider.name() || is_moved) plan_.renamed.push_back(i);
      continue;
    }
    const auto first = first_change_.find(named.id);
    plan_.registrations.push_back({i, first == first_change_.end() ? earliest : first->second});
  }
}

void Checker::list_providers() {
  const auto add = [this](const ProviderId& id) {
    const Provider& provider = sight_.provider(id);
    const bool is_new = providers_.emplace(id, provider.is_closed()).second;
    if (is_new && !provider.is_closed()) plan_.providers.push_back(id);
  };
  for (const HistoryProvider& provider : history_.providers()) add(provider.id);
  for (const HistoryChange& change : history_.changes()) {
    if (!providers_.contains(change.provider) && sight_.provider(change.provider).is_registered()) add(change.provider);
  }
}

void Checker::check_change(std::size_t index) {
  const HistoryChange& change = history_.changes()[index];
  std::uint32_t ordinal = 0;
  if (!change.is_bad) {
    ordinal = same_[vault_.fingerprint(content_of(change, 0))]++;
    if (const auto recorded = row_ids_.find(outsider(change.actor), content_of(change, ordinal)).recorded) {
      ++plan_.known;
      known_positions_.push_back(*recorded);
      return;
    }
  }
  const auto provider = providers_.find(change.provider);
  if (provider == providers_.end() || provider->second) {
    const std::string_view expected = provider == providers_.end() ? "a provider of the providers file" : "a provider that is not closed";
    add_bad(change.line, fmt::format("provider: expected {}", expected));
    return;
  }
  LinkNow& link = link_of(change);
  if (!change.is_bad) {
    const std::string problem = problem_of(change, link);
    if (!problem.empty()) add_bad(change.line, problem);
    note_first_use(change);
    plan_.changes.push_back(index);
    plan_.ordinals.push_back(ordinal);
  }
  apply(change, link);
}

std::string Checker::problem_of(const HistoryChange& change, const LinkNow& link) {
  if (change.at > now_) return "occurred_at: expected a time that is not in the future";
  if (const Service* known = sight_.catalogue().find(change.service); known != nullptr && (known->administrator || known->delegate)) {
    return "service: gives power over accounts here, which history from elsewhere cannot; call it by another name, such as portal:NAME, "
           "and "
           "say by --administrator-service what it meant there";
  }
  if (link.is_strangers && !plan_.same_usernames) {
    return "username: belongs to an account whose home is a provider that is not in this import; if they are the same people, say so by "
           "--same-usernames";
  }
  if (link.is_arriving) return "username: comes with another import that was interrupted; complete that first, or give it up";
  const bool is_grant = change.action == HistoryChange::Action::grant;
  if (is_grant && link.is_erased) return "username: expected no grant to a person who was erased";
  if (is_grant && link.is_terminated) return "username: expected no grant to an account that was terminated";
  if (change.at < link.changed_at) {
    return "history_out_of_order: occurred_at is earlier than the latest change of the same username at the same provider";
  }
  if (link.unsure.contains(change.service)) return {};
  const bool is_held = link.held.contains(change.service);
  if (is_grant && is_held) return "action: expected no grant of a service that is held already";
  if (change.action == HistoryChange::Action::revoke && !is_held) return "action: expected no revoke of a service that is not held";
  return {};
}

void Checker::apply(const HistoryChange& change, LinkNow& link) {
  if (!change.is_bad && change.at <= now_) link.changed_at = std::max(link.changed_at, change.at);
  link.unsure.erase(change.service);
  switch (change.action) {
    case HistoryChange::Action::grant:
      link.held.insert(change.service);
      return;
    case HistoryChange::Action::revoke:
      link.held.erase(change.service);
      return;
    case HistoryChange::Action::unknown:
      link.unsure.insert(change.service);
      return;
  }
}

LinkNow& Checker::link_of(const HistoryChange& change) {
  const auto [place, is_new] = links_.try_emplace(LinkKey{change.provider, change.username});
  if (!is_new) return place->second;
  if (const Account* account = sight_.account(change.username)) {
    place->second.changed_at = account->changed_at(change.provider);
    const auto home = account->home() ? providers_.find(*account->home()) : providers_.end();
    place->second.is_strangers = home == providers_.end() || home->second;
    place->second.is_terminated = account->is_terminated();
    place->second.is_erased = account->is_erased();
    place->second.is_arriving = home == providers_.end() && is_arriving(*account, sight_);
    if (const Account::Link* link = account->link(change.provider)) {
      for (const ServiceId service : link->services.sorted(sight_.service_names())) place->second.held.insert(service.text());
    }
  }
  return place->second;
}

void Checker::note_first_use(const HistoryChange& change) {
  const auto [first, is_first] = first_change_.try_emplace(change.provider, change.at);
  if (!is_first) first->second = std::min(first->second, change.at);
  if (sight_.catalogue().find(change.service) != nullptr) return;
  const auto [place, is_new] = definition_of_.try_emplace(change.service, plan_.definitions.size());
  if (is_new) plan_.definitions.push_back({change.service, change.at});
  Timestamp& at = plan_.definitions[place->second].at;
  at = std::min(at, change.at);
}

// Returns what stands against the import; nothing: it may begin, or go on where another one stopped.
std::string Checker::find_open_import() {
  for (const ProviderId& id : plan_.providers) {
    const Provider& provider = sight_.provider(id);
    if (!sight_.is_importing(provider)) continue;
    const EventId& open = *provider.latest_import();
    if (plan_.resumes && plan_.resumes->id != open) {
      return "two imports of these providers were interrupted: run each of them again by itself until it completes";
    }
    plan_.resumes = OpenImport{open, sight_.import(open).position()};
  }
  if (!plan_.resumes) return {};
  const bool are_all_open = std::all_of(plan_.providers.begin(), plan_.providers.end(),
                                        [this](const ProviderId& id) { return sight_.provider(id).latest_import() == plan_.resumes->id; });
  if (!are_all_open) return "an import of some of these providers was interrupted: run it again with its own files until it completes";
  return {};
}

// What an interrupted import has recorded would become visible with it, so only a file that has all of it can complete it.
std::string Checker::compare_with_open() {
  const std::size_t recorded = rows_recorded_by(log_, plan_.resumes->position);
  for (const Position position : known_positions_) {
    log_.read(only_partition, position, position, [&](Position, RecordWords words) {
      RecordReader record(words);
      plan_.known_of_open += record.event().getContext().getImportedBy() == plan_.resumes->position;
      return false;
    });
  }
  if (plan_.known_of_open != recorded) {
    return fmt::format(
        "the import that was interrupted recorded {} changes that this file does not have: run it with a file that has them, or give "
        "it up: muniment import abandon {}",
        recorded - plan_.known_of_open, plan_.resumes->position);
  }
  const Import& open = sight_.import(plan_.resumes->id);
  plan_.administrator_services = open.administrator_services();
  if (!terms_.administrator_services.empty() && each_once(terms_.administrator_services) != plan_.administrator_services) {
    return "the import that was interrupted was started with other administrator services: run it again with the same, and once more with "
           "the others when it is complete";
  }
  if (plan_.same_usernames && !open.has_same_usernames()) {
    return "the import that was interrupted was started without --same-usernames: run it again without, and once more with it when it is "
           "complete";
  }
  return {};
}

// What is said last of a provider's history counts for all of it, so it can be said afterwards, and is never changed by saying nothing.
std::string Checker::choose_administrator_services() {
  std::set<std::vector<std::string>> former;
  for (const ProviderId& id : plan_.providers) {
    const auto& latest = sight_.provider(id).latest_import();
    if (latest) former.insert(sight_.import(*latest).administrator_services());
  }
  plan_.administrator_services = each_once(terms_.administrator_services);
  if (!terms_.administrator_services.empty()) {
    former.erase(plan_.administrator_services);
    plan_.former_administrator_services.assign(former.begin(), former.end());
    return {};
  }
  if (former.size() > 1 && plan_.has_rows()) {
    return "the last imports of these providers name different administrator services: say by --administrator-service which they are";
  }
  if (former.size() == 1) plan_.administrator_services = *former.begin();
  return {};
}

}  // namespace

Bytes content_of(const HistoryChange& change, std::uint32_t ordinal) {
  Bytes out;
  put_text(out, "muniment/access-history/1");
  put_number(out, static_cast<std::uint64_t>(change.at.ns));
  put_text(out, change.action == HistoryChange::Action::grant ? "grant" : "revoke");
  put_text(out, change.provider.text());
  for (const std::string_view text :
       {change.username, change.service, change.actor, change.reference, change.requested_by, change.approved_by, change.reason}) {
    put_text(out, text);
  }
  put_number(out, ordinal);
  return out;
}

Principal outsider(std::string_view name) { return {schema::PrincipalKind::OUTSIDER, std::string{name}}; }

std::expected<ImportPlan, ImportObstacle> check_import(const AccessHistory& history, const ImportTerms& terms, const EventLog& log,
                                                       Vault& vault, Timestamp now, const std::function<void(std::size_t)>& progress) {
  return Checker(history, terms, log, vault, now).check(progress);
}

}  // namespace muniment
