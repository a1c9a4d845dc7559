// muniment export report: access, a timeline and findings, to print and sign.
#include <fmt/format.h>

#include <optional>

#include "events/values/base64.h"
#include "tools/export/export_tally.h"
#include "tools/export/pdf.h"
#include "tools/export/report.h"
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/export_target.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"

namespace muniment {
namespace {

// What a file is to be, by its name.
enum class ReportForm { html, pdf };

// weasyprint lays out some hundred rows a second, and holds all of them.
constexpr std::uint64_t pdf_rows_max = 20'000;

ReportForm form_of(const std::string& file) {
  if (file.ends_with(".html")) return ReportForm::html;
  if (file.ends_with(".pdf")) return ReportForm::pdf;
  throw CliError(ExitCode::usage, "--out: expected a name that ends in .html or .pdf");
}

ReportQuestion question_of(const ExportReportFlags& flags, Store& store) {
  QuestionFlags moment;
  moment.at = flags.at;
  moment.recorded_at = flags.recorded_at;
  moment.position = flags.position;
  if (!is_time_zone(flags.zone))
    throw CliError(ExitCode::usage, "--zone: there is no such time zone; expected a name such as America/New_York");
  ReportQuestion out{.provider = provider_flag("--provider", flags.provider),
                     .username = username_flag("--user", flags.username),
                     .from = time_flag("--from", flags.from),
                     .to = time_flag("--to", flags.to),
                     .moment = moment_of(moment, store.log()),
                     .now = system_now(),
                     .zone = flags.zone,
                     .preparer = flags.preparer};
  require_in_order(out.from, out.to);
  require_known(store.log(), out.provider, out.username);
  out.judged_at = out.moment.position ? recorded_time(store.log(), 0, *out.moment.position) : out.now;
  if (!out.moment.position) out.moment.position = store.log().head(0).position;
  return out;
}

std::vector<std::string> narrowed_by(const ExportReportFlags& flags) {
  return names_of_given({{"provider", !flags.provider.empty()},
                         {"user", !flags.username.empty()},
                         {"from", !flags.from.empty()},
                         {"to", !flags.to.empty()},
                         {"at", !flags.at.empty()},
                         {"recorded_at", !flags.recorded_at.empty()},
                         {"position", flags.position.has_value()}});
}

// The PDF takes the place of the HTML that it was made of.
void print_to_pdf(const std::filesystem::path& part, std::uint64_t rows, const Console& console) {
  if (rows > pdf_rows_max)
    throw CliError(ExitCode::refused, fmt::format("a PDF has {} rows at most, and this report has {}: narrow it with --provider, --user, "
                                                  "--from and --to, or write .html",
                                                  pdf_rows_max, rows));
  console.note("printing the PDF; the store is free meanwhile");
  std::filesystem::path printed = part;
  printed += ".pdf";
  create_private_file(printed);
  try {
    make_pdf(part, printed);
  } catch (const PdfFailed& failed) {
    std::error_code error;
    std::filesystem::remove(printed, error);
    throw CliError(ExitCode::failure, fmt::format("{}; narrow it, or write .html instead", failed.what()));
  } catch (...) {
    std::error_code error;
    std::filesystem::remove(printed, error);
    throw;
  }
  std::filesystem::rename(printed, part);
}

// What is on record of a report: that it was begun when the store was read, and its end when the file is as it will be.
struct Begun {
  StoreExport exported;
  ExportEnd end;
};

// Writes the page. `begun` is set once it is on record.
void write_page(const ExportReportFlags& flags, Store& store, ExportTarget& target, std::optional<Begun>& begun, const Console& console) {
  const ReportQuestion question = question_of(flags, store);
  bring_up_to_date(store, console);
  if (!flags.without_vault) store.sequencer();  // Signs what no checkpoint covers yet.
  const auto signed_tree = store.notary().newest();
  const Access access(store.views());
  const Trail trail(store.views());
  const Findings findings(store.views());
  ReportSources sources{.access = access,
                        .trail = trail,
                        .findings = findings,
                        .log = store.log(),
                        .origin = store.log_key().name,
                        .checkpoint_size = signed_tree->checkpoint.size,
                        .checkpoint_root = {}};
  append_base64(sources.checkpoint_root, signed_tree->checkpoint.root);
  StoreExport exported{.question = "export report",
                       .narrowed_by = narrowed_by(flags),
                       .provider = question.provider,
                       .username = question.username,
                       .head = *question.moment.position};
  if (!flags.without_vault) record_export(store, exported, std::nullopt);
  begun = Begun{.exported = std::move(exported), .end = {}};
  Report report(sources, question);
  {
    Progress progress(console, "rows", 0);
    for (std::string piece; report.next(piece); piece.clear()) {
      target.write(piece);
      progress.look(report.rows());
    }
  }
  begun->end.rows = report.rows();
  target.close();
}

void record_end(const ExportReportFlags& flags, const Begun& begun, const Console& console) {
  if (flags.without_vault) return;
  with_store(flags.store, "export report", console, [&](Store& store) {
    record_export(store, begun.exported, begun.end);
    return ExitCode::ok;
  });
}

}  // namespace

ExitCode run_export_report(const ExportReportFlags& flags, Console& console) {
  const ReportForm form = form_of(flags.file);
  const bool is_pdf = form == ReportForm::pdf;
  ExportTarget target(flags.file, console);
  std::optional<Begun> begun;
  try {
    with_recording_store(flags.store, "export report", console,
                         [&](Store& store) {
                           write_page(flags, store, target, begun, console);
                           return ExitCode::ok;
                         },
                         {.without_vault = flags.without_vault});
    if (is_pdf) print_to_pdf(target.part(), begun->end.rows, console);
  } catch (...) {
    if (!begun) throw;
    begun->end = {.format = is_pdf ? "report-pdf" : "report-html", .is_cut = true};
    try {
      record_end(flags, *begun, console);
    } catch (const std::exception&) {  // That it was begun is on record.
    }
    throw;
  }
  begun->end.format = is_pdf ? "report-pdf" : "report-html";
  begun->end.digest = digest_of_file(target.part());
  record_end(flags, *begun, console);
  target.finish();
  console.note(fmt::format("true of position {}: {} rows, sha256 {}", begun->exported.head, begun->end.rows, to_hex(begun->end.digest)));
  tell_whether_on_record(flags.without_vault, console);
  return ExitCode::ok;
}

}  // namespace muniment
