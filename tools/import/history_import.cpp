#include "tools/import/history_import.h"

#include <condition_variable>
#include <mutex>

#include "events/values/assert.h"
#include "tools/import/row_ids.h"

namespace muniment {
namespace {

constexpr std::size_t batch_max = 256;
constexpr std::size_t in_flight_max = 4096;

Bytes content_of_text(std::string_view kind, std::string_view first, std::string_view second = {}) {
  Bytes out;
  for (const std::string_view text : {std::string_view{"muniment/access-history/1"}, kind, first, second}) {
    out.insert(out.end(), text.begin(), text.end());
    out.push_back(0);
  }
  return out;
}

Request request_of(std::string command_id, Principal actor) {
  Request out;
  out.command_id = std::move(command_id);
  out.actor = std::move(actor);
  return out;
}

bool is_good(const Answer& answer) { return answer.status == Answer::Status::accepted || answer.status == Answer::Status::unchanged; }

// Hands rows to the sequencer, a bounded number ahead of their answers, and keeps the first answer that is not a good one.
class Rows {
 public:
  Rows(Sequencer& sequencer, const ImportOptions& options) : sequencer_(sequencer), options_(options) {}
  ~Rows() { wait_for(0); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  // Whether to go on.
  bool add(Command command, std::size_t line) {
    if (options_.stop_after_rows && added_ >= *options_.stop_after_rows) return false;
    ++added_;
    Submission submission{.command = std::move(command), .source = schema::Source::IMPORT};
    submission.answer = [this, line](const Answer& answer) { note(answer, line); };
    batch_.push_back(std::move(submission));
    return batch_.size() < batch_max || flush();
  }

  bool flush() {
    wait_for(in_flight_max - batch_.size());
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return false;
      in_flight_ += batch_.size();
    }
    sequencer_.submit(std::exchange(batch_, {}));
    if (options_.progress) options_.progress(added_);
    return true;
  }

  // Waits for all answers.
  std::optional<ImportStopped> finish() {
    flush();
    wait_for(0);
    return stopped_;
  }

 private:
  void note(const Answer& answer, std::size_t line) {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    if (!is_good(answer) && !stopped_) stopped_ = ImportStopped{answer, line};
    answered_.notify_all();
  }

  void wait_for(std::size_t in_flight) {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return in_flight_ <= in_flight; });
  }

  Sequencer& sequencer_;
  const ImportOptions& options_;
  std::vector<Submission> batch_;
  std::size_t added_ = 0;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::size_t in_flight_ = 0;
  std::optional<ImportStopped> stopped_;
};

class Run {
 public:
  Run(const AccessHistory& history, const ImportPlan& plan, const EventLog& log, Vault& vault, Sequencer& sequencer,
      const ImportOptions& options)
      : history_(history), plan_(plan), log_(log), sequencer_(sequencer), options_(options), row_ids_(log, vault) {}

  std::expected<ImportReport, ImportStopped> run() {
    ImportReport report;
    if (plan_.is_empty()) return report;
    if (auto stopped = start()) return std::unexpected(std::move(*stopped));
    report.started = import_.position;
    if (auto stopped = record_rows(report)) return std::unexpected(std::move(*stopped));
    if (options_.stop_after_rows) return report;
    const Answer answer = complete();
    if (!is_good(answer)) return std::unexpected(ImportStopped{answer});
    report.completed = answer.last_position;
    return report;
  }

 private:
  std::optional<ImportStopped> start() {
    if (plan_.resumes) {
      import_ = *plan_.resumes;
      return std::nullopt;
    }
    // One that was recorded is found again by its providers, so the id only has to be new.
    Command command{.request = request_of("import:" + IdSource{}.next_event().hex(), options_.actor),
                    .body = StartImport{plan_.providers, plan_.administrator_services, plan_.changes.size(), plan_.same_usernames},
                    .type = "start_import"};
    command.content = content_of_text("start", command.request.command_id);
    const Answer answer = sequencer_.ask({.command = std::move(command), .source = schema::Source::OPERATOR});
    if (!is_good(answer)) return ImportStopped{answer};
    import_.position = answer.first_position;
    log_.read(only_partition, import_.position, import_.position, [this](Position, RecordWords words) {
      RecordReader record(words);
      import_.id = event_id_of(record.event());
      return false;
    });
    return std::nullopt;
  }

  std::optional<ImportStopped> record_rows(ImportReport& report) {
    Rows rows(sequencer_, options_);
    bool goes_on = true;
    for (std::size_t i = 0; goes_on && i < plan_.registrations.size(); ++i) goes_on = rows.add(registration(plan_.registrations[i]), 0);
    for (std::size_t i = 0; goes_on && i < plan_.definitions.size(); ++i) goes_on = rows.add(definition(plan_.definitions[i]), 0);
    for (std::size_t i = 0; goes_on && i < plan_.changes.size(); ++i) {
      const HistoryChange& change = history_.changes()[plan_.changes[i]];
      goes_on = rows.add(row_of(change, plan_.ordinals[i]), change.line);
      report.added += goes_on;
    }
    return rows.finish();
  }

  Answer complete() {
    Command command{.request = request_of("complete:" + import_.id.hex(), options_.actor),
                    .body = CompleteImport{import_.id, plan_.known_of_open + plan_.changes.size()},
                    .type = "complete_import"};
    command.content = content_of_text("complete", import_.id.hex());
    return sequencer_.ask({.command = std::move(command), .source = schema::Source::OPERATOR});
  }

  // What the history implies, the node says: its providers and services.
  Command implied(ImportRow row, Bytes content) const {
    RowIds::Row known = row_ids_.find(Principal::node(), std::move(content));
    return {.request = request_of(std::move(known.id), Principal::node()),
            .body = std::move(row),
            .type = "import_row",
            .content = std::move(known.content)};
  }
  Command registration(const ImportPlan::Registration& registration) const {
    const HistoryProvider& provider = history_.providers()[registration.provider];
    return implied({.kind = ImportRow::Kind::register_provider,
                    .import = import_.id,
                    .at = registration.at,
                    .provider = provider.id,
                    .username = std::nullopt,
                    .service = {},
                    .name = provider.name,
                    .organization = provider.organization.empty() ? provider.name : provider.organization},
                   content_of_text("register_provider", provider.id.text(), provider.name));
  }
  Command definition(const ImportPlan::FirstUse& use) const {
    return implied({.kind = ImportRow::Kind::define_service,
                    .import = import_.id,
                    .at = use.at,
                    .provider = std::nullopt,
                    .username = std::nullopt,
                    .service = std::string{use.service},
                    .name = {},
                    .organization = {}},
                   content_of_text("define_service", use.service));
  }

  Command row_of(const HistoryChange& change, std::uint32_t ordinal) const {
    RowIds::Row known = row_ids_.find(outsider(change.actor), content_of(change, ordinal));
    const auto kind = change.action == HistoryChange::Action::grant ? ImportRow::Kind::grant : ImportRow::Kind::revoke;
    Request request = request_of(std::move(known.id), outsider(change.actor));
    request.requested_by = change.requested_by;
    request.approved_by = change.approved_by;
    request.reason = change.reason;
    request.reference = change.reference;
    return {.request = std::move(request),
            .body = ImportRow{.kind = kind,
                              .import = import_.id,
                              .at = change.at,
                              .provider = change.provider,
                              .username = Username::parse(change.username),
                              .service = std::string{change.service},
                              .name = {},
                              .organization = {}},
            .type = "import_row",
            .content = std::move(known.content)};
  }

  const AccessHistory& history_;
  const ImportPlan& plan_;
  const EventLog& log_;
  Sequencer& sequencer_;
  const ImportOptions& options_;
  const RowIds row_ids_;
  OpenImport import_{};
};

}  // namespace

std::expected<ImportReport, ImportStopped> run_import(const AccessHistory& history, const ImportPlan& plan, const EventLog& log,
                                                      Vault& vault, Sequencer& sequencer, const ImportOptions& options) {
  return Run(history, plan, log, vault, sequencer, options).run();
}

std::optional<OpenImport> import_started_at(const EventLog& log, Position position) {
  std::optional<OpenImport> out;
  log.read(only_partition, position, position, [&](Position, RecordWords words) {
    const RecordReader record(words);
    // The node begins those whose rows are commands of their own: they are in force.
    const bool is_of_history = record.event().getActor().getKind() != schema::PrincipalKind::NODE;
    if (record.event().getFact().isImportStarted() && is_of_history) out = OpenImport{event_id_of(record.event()), position};
    return false;
  });
  return out;
}

std::uint64_t rows_recorded_by(const EventLog& log, Position started, const std::function<void(Position)>& progress) {
  std::uint64_t out = 0;
  log.read(only_partition, started, log.head(only_partition).position, [&](Position position, RecordWords words) {
    const RecordReader record(words);
    const auto fact = record.event().getFact();
    const bool is_of_it = record.event().getContext().getImportedBy() == started;
    out += is_of_it && !fact.isProviderRegistered() && !fact.isServiceDefined();
    if (progress) progress(position);
    return true;
  });
  return out;
}

Answer abandon_import(const OpenImport& import, std::uint64_t rows, const Request& request, Sequencer& sequencer) {
  Command command{.request = request, .body = AbandonImport{import.id, rows}, .type = "abandon_import"};
  command.request.command_id = "abandon:" + IdSource{}.next_event().hex();
  command.content = content_of_text("abandon", import.id.hex());
  return sequencer.ask({.command = std::move(command), .source = schema::Source::OPERATOR});
}

}  // namespace muniment
