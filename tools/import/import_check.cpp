#include "tools/import/import_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "events/record/record.h"

namespace muniment {
namespace {

constexpr Partition partition = 0;

void put_text(Bytes& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(size >> shift));
  out.insert(out.end(), text.begin(), text.end());
}

void put_number(Bytes& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(number >> shift));
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
};

class Checker {
 public:
  Checker(const AccessHistory& history, const EventLog& log, Vault& vault, Timestamp now)
      : history_(history), log_(log), vault_(vault), now_(now), sight_(world_, log, vault, partition) {}

  std::expected<ImportPlan, ImportObstacle> check(const std::vector<std::string>& administrator_services);

 private:
  void list_providers();
  void check_change(std::size_t index);
  std::string problem_of(const HistoryChange& change, const LinkNow& link) const;
  void apply(const HistoryChange& change, LinkNow& link);
  LinkNow& link_of(const HistoryChange& change);
  void note_first_use(const HistoryChange& change);
  std::string find_open_import(const std::vector<std::string>& administrator_services);
  std::string compare_with_open(const std::vector<std::string>& administrator_services);
  void add_bad(std::size_t line, std::string reason) { bad_lines_.push_back({HistoryFile::changes, line, std::move(reason)}); }

  const AccessHistory& history_;
  const EventLog& log_;
  Vault& vault_;
  const Timestamp now_;
  World world_;
  Sight sight_;

  std::unordered_map<ProviderId, bool> providers_;  // Those that a change may name; whether they are closed.
  std::unordered_map<LinkKey, LinkNow, LinkKeyHash> links_;
  std::map<Fingerprint, std::uint32_t> same_;  // How many changes so far have this content, by its fingerprint without an ordinal.
  std::unordered_map<ProviderId, Timestamp> first_change_;
  std::unordered_map<std::string_view, std::size_t> definition_of_;  // Index in the plan.
  std::vector<BadLine> bad_lines_;
  std::vector<Position> known_positions_;
  ImportPlan plan_;
};

std::expected<ImportPlan, ImportObstacle> Checker::check(const std::vector<std::string>& administrator_services) {
  list_providers();
  for (std::size_t i = 0; i < history_.changes().size(); ++i) check_change(i);
  bad_lines_.insert(bad_lines_.end(), history_.bad_lines().begin(), history_.bad_lines().end());
  if (!bad_lines_.empty()) {
    std::stable_sort(bad_lines_.begin(), bad_lines_.end(),
                     [](const BadLine& a, const BadLine& b) { return std::pair(a.file, a.line) < std::pair(b.file, b.line); });
    return std::unexpected(ImportObstacle{.bad_lines = std::move(bad_lines_)});
  }
  std::sort(plan_.providers.begin(), plan_.providers.end());
  Timestamp earliest = now_;
  for (const auto& [provider, at] : first_change_) earliest = std::min(earliest, at);
  for (std::size_t i = 0; i < history_.providers().size(); ++i) {
    const ProviderId& id = history_.providers()[i].id;
    if (sight_.provider(id).is_registered()) continue;
    const auto first = first_change_.find(id);
    plan_.registrations.push_back({i, first == first_change_.end() ? earliest : first->second});
  }
  if (std::string conflict = find_open_import(administrator_services); !conflict.empty()) {
    return std::unexpected(ImportObstacle{.conflict = std::move(conflict)});
  }
  return std::move(plan_);
}

void Checker::list_providers() {
  const auto add = [this](const ProviderId& id) {
    const Provider& provider = sight_.provider(id);
    const bool is_new = providers_.emplace(id, provider.is_closed()).second;
    if (is_new) plan_.providers.push_back(id);
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
    Fingerprint content = vault_.fingerprint(content_of(change, 0));
    ordinal = same_[content]++;
    if (ordinal > 0) content = vault_.fingerprint(content_of(change, ordinal));
    if (const auto position = log_.find_command(partition, outsider(change.actor), row_id(content))) {
      ++plan_.known;
      known_positions_.push_back(*position);
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

std::string Checker::problem_of(const HistoryChange& change, const LinkNow& link) const {
  if (change.at > now_) return "occurred_at: expected a time that is not in the future";
  if (change.at < link.changed_at) {
    return "history_out_of_order: occurred_at is earlier than the latest change of the same username at the same provider";
  }
  if (link.unsure.contains(change.service)) return {};
  const bool is_held = link.held.contains(change.service);
  if (change.action == HistoryChange::Action::grant && is_held) return "action: expected no grant of a service that is held already";
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
    if (const Account::Link* link = account->link(change.provider)) {
      for (const ServiceId service : link->services) place->second.held.insert(service.text());
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
std::string Checker::find_open_import(const std::vector<std::string>& administrator_services) {
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
  const std::vector<ProviderId>& opened = sight_.import(plan_.resumes->id).providers();
  const bool are_all_open = std::all_of(plan_.providers.begin(), plan_.providers.end(),
                                        [&](const ProviderId& id) { return std::find(opened.begin(), opened.end(), id) != opened.end(); });
  if (!are_all_open) return "an import of some of these providers was interrupted: run it again with its own files until it completes";
  return compare_with_open(administrator_services);
}

// What an interrupted import has recorded cannot be taken back, so only a file that has all of it can complete it.
std::string Checker::compare_with_open(const std::vector<std::string>& administrator_services) {
  using Fact = schema::Event::Fact;
  std::size_t recorded = 0;
  std::vector<std::string> started_with;
  log_.read(partition, plan_.resumes->position, log_.head(partition).position, [&](Position position, RecordWords words) {
    RecordReader record(words);
    const auto event = record.event();
    const auto fact = event.getFact();
    if (position == plan_.resumes->position && fact.isImportStarted()) {
      for (const auto service : fact.getImportStarted().getAdministratorServices()) started_with.emplace_back(text_of(service));
    }
    if (event.getContext().getImportedBy() != plan_.resumes->position) return true;
    recorded += fact.which() != Fact::PROVIDER_REGISTERED && fact.which() != Fact::SERVICE_DEFINED;
    return true;
  });
  for (const Position position : known_positions_) {
    log_.read(partition, position, position, [&](Position, RecordWords words) {
      RecordReader record(words);
      plan_.known_of_open += record.event().getContext().getImportedBy() == plan_.resumes->position;
      return false;
    });
  }
  if (plan_.known_of_open != recorded) {
    return fmt::format("the import that was interrupted recorded {} changes that this file does not have: run it with a file that has them",
                       recorded - plan_.known_of_open);
  }
  if (started_with != administrator_services) {
    return "the import that was interrupted was started with other administrator services: run it again with the same";
  }
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

std::string row_id(const Fingerprint& content) { return "row:" + to_hex(content); }

Principal outsider(std::string_view name) { return {schema::PrincipalKind::OUTSIDER, std::string{name}}; }

std::expected<ImportPlan, ImportObstacle> check_import(const AccessHistory& history, const std::vector<std::string>& administrator_services,
                                                       const EventLog& log, Vault& vault, Timestamp now) {
  return Checker(history, log, vault, now).check(administrator_services);
}

}  // namespace muniment
