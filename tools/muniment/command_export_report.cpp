// muniment export report: access, a timeline and findings, to print and sign.
#include <fmt/format.h>

#include <fstream>

#include "events/values/base64.h"
#include "tools/export/export_tally.h"
#include "tools/export/report.h"
#include "tools/muniment/audit_rows.h"
#include "tools/muniment/export_target.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/pdf.h"

namespace muniment {
namespace {

// What a file is to be, by its name.
enum class ReportForm { html, pdf };

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
  require_known(store.log(), out.provider, out.username);
  if (!out.moment.position) out.moment.position = store.log().head(0).position;
  return out;
}

std::vector<std::string> narrowed_by(const ExportReportFlags& flags) {
  std::vector<std::string> out;
  const auto add = [&](const char* name, bool is_given) {
    if (is_given) out.emplace_back(name);
  };
  add("provider", !flags.provider.empty());
  add("user", !flags.username.empty());
  add("from", !flags.from.empty());
  add("to", !flags.to.empty());
  add("at", !flags.at.empty());
  add("recorded_at", !flags.recorded_at.empty());
  add("position", flags.position.has_value());
  return out;
}

// The PDF takes the place of the HTML that it was made of.
void print_to_pdf(const std::filesystem::path& part) {
  std::filesystem::path printed = part;
  printed += ".pdf";
  try {
    make_pdf(part, printed);
  } catch (...) {
    std::error_code error;
    std::filesystem::remove(printed, error);
    throw;
  }
  std::filesystem::rename(printed, part);
}

Hash digest_of(const std::filesystem::path& file) {
  RunningDigest digest;
  std::ifstream in(file, std::ios::binary);
  std::string bytes(std::size_t{64} << 10, '\0');
  while (in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || in.gcount() > 0)
    digest.add(std::string_view{bytes}.substr(0, static_cast<std::size_t>(in.gcount())));
  return digest.finish();
}

ExitCode export_report(const ExportReportFlags& flags, Store& store, const Console& console) {
  const ReportForm form = form_of(flags.file);
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
  ExportTarget target(flags.file, console);
  ExportEnd end{.format = form == ReportForm::pdf ? "report-pdf" : "report-html"};
  Report report(sources, question);
  for (std::string piece; report.next(piece); piece.clear()) target.write(piece);
  end.rows = report.rows();
  target.close();
  if (form == ReportForm::pdf) print_to_pdf(target.part());
  end.digest = digest_of(target.part());
  target.finish();
  console.note(fmt::format("true of position {}: {} rows, sha256 {}", *question.moment.position, end.rows, to_hex(end.digest)));
  if (flags.without_vault) {
    console.note("not on record: the vault is not there");
    return ExitCode::ok;
  }
  record_export(store,
                {.question = "export report",
                 .narrowed_by = narrowed_by(flags),
                 .provider = question.provider,
                 .username = question.username,
                 .head = *question.moment.position},
                std::move(end));
  console.note("on record: muniment audit trail --type records_read");
  return ExitCode::ok;
}

}  // namespace

ExitCode run_export_report(const ExportReportFlags& flags, Console& console) {
  return with_store(flags.store, "export report", [&](Store& store) { return export_report(flags, store, console); },
                    {.without_vault = flags.without_vault});
}

}  // namespace muniment
