// GET /v1/audit/report: access, a timeline and findings as a page that prints, or printed.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "events/values/base64.h"
#include "tools/export/export_tally.h"
#include "tools/export/pdf.h"
#include "tools/export/report.h"
#include "tools/server/answer_question.h"
#include "tools/server/export_chunks.h"
#include "tools/server/handlers.h"
#include "tools/server/trail_question.h"

namespace muniment {
namespace {

constexpr std::size_t preparer_bytes_max = 200;

// weasyprint lays out some hundred rows a second, and holds all of them. The route waits longer than that.
constexpr std::uint64_t pdf_rows_max = 5'000;
constexpr PdfLimits pdf_limits{.time_max = std::chrono::seconds{60}, .memory_max = std::uint64_t{2} << 30U};
constexpr std::size_t pdf_piece_bytes = std::size_t{64} << 10U;

class ReportPieces final : public ExportChunks {
 public:
  ReportPieces(Node& node, const Call& call, Horizon horizon, ReportSources sources, ReportQuestion question)
      : ExportChunks(node, call, std::move(horizon)),
        read_(read_of(report_path, call, *question.moment.position)),
        report_(std::move(sources), std::move(question)) {}
  ~ReportPieces() override { record_cut(); }

 private:
  bool make(std::string& out) override {
    const bool is_made = report_.next(out);
    digest_.add(out);
    return is_made;
  }
  ExportEnd end_of(bool is_cut) override {
    return {.format = "report-html", .rows = report_.rows(), .digest = digest_.finish(), .is_cut = is_cut};
  }
  const AccessRecord::Read& read() const override { return read_; }

  const AccessRecord::Read read_;
  Report report_;
  RunningDigest digest_;
};

// The same, printed: there is nothing to send before all of it is there.
class PrintedReport final : public ExportChunks {
 public:
  PrintedReport(Node& node, const Call& call, Horizon horizon, Position position, std::string pdf, std::uint64_t rows)
      : ExportChunks(node, call, std::move(horizon)), read_(read_of(report_path, call, position)), pdf_(std::move(pdf)), rows_(rows) {}
  ~PrintedReport() override { record_cut(); }

 private:
  bool make(std::string& out) override {
    out = pdf_.substr(sent_, pdf_piece_bytes);
    sent_ += out.size();
    digest_.add(out);
    return sent_ < pdf_.size();
  }
  ExportEnd end_of(bool is_cut) override { return {.format = "report-pdf", .rows = rows_, .digest = digest_.finish(), .is_cut = is_cut}; }
  const AccessRecord::Read& read() const override { return read_; }

  const AccessRecord::Read read_;
  const std::string pdf_;
  const std::uint64_t rows_;
  std::size_t sent_ = 0;
  RunningDigest digest_;
};

struct Printed {
  std::string pdf;
  std::uint64_t rows;
};

std::expected<Printed, Problem> print(Node& node, const ReportSources& sources, const ReportQuestion& question) {
  const std::unique_lock one(node.printing(), std::try_to_lock);
  if (!one) return std::unexpected(Problem{problem::overloaded, "another report is being printed"});
  Report report(sources, question);
  std::string html;
  for (std::string piece; report.next(piece); piece.clear()) {
    html += piece;
    if (node.is_stopping()) return std::unexpected(Problem{problem::stopping});
    if (report.rows() > pdf_rows_max)
      return std::unexpected(Problem{problem::too_much_to_print, fmt::format("a PDF has {} rows at most", pdf_rows_max)});
  }
  try {
    return Printed{pdf_of(html, pdf_limits, [&node] { return node.is_stopping(); }), report.rows()};
  } catch (const PdfFailed& failed) {
    if (failed.why == PdfFailed::Why::stopped) return std::unexpected(Problem{problem::stopping});
    const bool is_too_much = failed.why == PdfFailed::Why::took_too_long;
    return std::unexpected(Problem{is_too_much ? problem::too_much_to_print : problem::pdf_unavailable, failed.what()});
  }
}

// What all of its views have, and a checkpoint covers.
Position newest_of_all(const Node& node) {
  Position out = node.notary().newest()->checkpoint.size;
  for (const ProjectionKind kind : all_projections) out = std::min(out, node.projector().position(kind));
  return out;
}

// Of a provider or an account: a matrix of everything would be no page to sign.
std::optional<ReportQuestion> read_question(Question& question, Node& node, const Call& call, const Horizon& horizon) {
  ReportQuestion out{.provider = question.provider("provider"),
                     .username = question.username("user"),
                     .from = question.time("from"),
                     .to = question.time("to"),
                     .moment = question.moment(),
                     .now = system_now(),
                     .zone = call.parameter("zone") == nullptr ? "UTC" : question.text("zone"),
                     .preparer = question.text("preparer")};
  if (!is_time_zone(out.zone)) question.fail({problem::malformed, "expected a time zone, such as America/New_York", "zone"});
  if (out.preparer.size() > preparer_bytes_max) question.fail({problem::malformed, "expected at most 200 bytes", "preparer"});
  if (out.from && out.to && *out.to < *out.from) question.fail({problem::malformed, "expected a time that is not before `from`", "to"});
  if (!out.provider && !out.username) question.fail({problem::malformed, "expected a provider or a user", "provider"});
  require_known(question, node, horizon, out.provider, out.username);
  question.require_views();
  const Position newest = newest_of_all(node);
  if (out.moment.position && *out.moment.position > newest) question.fail({problem::not_caught_up});
  out.judged_at = out.moment.position && !question.problem() ? recorded_time(node.log(), 0, *out.moment.position) : node.now();
  if (!out.moment.position) out.moment.position = newest;
  return question.problem() ? std::nullopt : std::optional{std::move(out)};
}

}  // namespace

Response answer_report(Node& node, const Call& call) {
  // It ends with its record, which could not be made.
  if (node.why_no_commands() == problem::clock_stepped) return respond(Problem{problem::clock_stepped}, call.id);
  Question question(node, call);
  auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  if (!horizon->is_everything) return respond(Problem{problem::outside_scope}, call.id);
  auto asked = read_question(question, node, call, *horizon);
  if (!asked) return respond(*question.problem(), call.id);
  const auto signed_tree = node.notary().newest();
  ReportSources sources{.access = node.access(),
                        .trail = node.trail(),
                        .findings = node.findings(),
                        .log = node.log(),
                        .origin = node.notary().key().name,
                        .checkpoint_size = signed_tree->checkpoint.size,
                        .checkpoint_root = {}};
  append_base64(sources.checkpoint_root, signed_tree->checkpoint.root);
  Response out{.content_type = std::string{call.form}};
  out.headers.emplace_back("Muniment-True-Of", std::to_string(*asked->moment.position));
  out.headers.emplace_back("Muniment-Generation", node.generations().current());
  if (call.form == media::pdf) {
    auto printed = print(node, sources, *asked);
    if (!printed) return respond(printed.error(), call.id);
    out.stream =
        std::make_unique<PrintedReport>(node, call, std::move(*horizon), *asked->moment.position, std::move(printed->pdf), printed->rows);
    return out;
  }
  // It is looked at, and runs nothing.
  out.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  out.stream = std::make_unique<ReportPieces>(node, call, std::move(*horizon), std::move(sources), std::move(*asked));
  return out;
}

}  // namespace muniment
