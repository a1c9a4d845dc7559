// GET /v1/export/trail: what happened, in the formats of others.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/export/export_tally.h"
#include "tools/server/answer_question.h"
#include "tools/server/export_chunks.h"
#include "tools/server/handlers.h"
#include "tools/server/trail_question.h"

namespace muniment {
namespace {

// A page a piece.
class ExportPieces final : public ExportChunks {
 public:
  ExportPieces(Node& node, const Call& call, Horizon horizon, const TrailQuestion& question, ExportFormat format)
      : ExportChunks(node, call, std::move(horizon)),
        view_(node, right_.horizon()),
        query_(question.query),
        tally_(format),
        export_(node.trail(), node.log(), query_, format, node.notary().key().name,
                [this, is_of_nobody = question.is_of_nobody](schema::Event::Reader event, const auto& show) {
                  if (!is_of_nobody) show_of_trail(view_, query_, event, show);
                }) {
    export_.next(piece_);
    read_ = read_of(trail_export_path, call, export_.truth().true_of);
  }
  ~ExportPieces() override { record_cut(); }

  const Truth& truth() const { return export_.truth(); }

 private:
  bool make(std::string& out) override {
    if (piece_.text.empty() && !export_.is_ended()) export_.next(piece_);
    if (!piece_.text.empty()) tally_.add(piece_);
    out = std::exchange(piece_.text, {});
    return !out.empty() || !export_.is_ended();
  }
  ExportEnd end_of(bool is_cut) override { return tally_.end(is_cut); }
  const AccessRecord::Read& read() const override { return read_; }

  const EventView view_;
  const TrailQuery query_;
  ExportTally tally_;
  TrailExport export_;
  AccessRecord::Read read_;
  ExportPiece piece_;  // That goes out next; empty: it is to be made.
};

}  // namespace

Response answer_trail_export(Node& node, const Call& call) {
  // It ends with its record, which could not be made.
  if (node.why_no_commands() == problem::clock_stepped) return respond(Problem{problem::clock_stepped}, call.id);
  Question question(node, call);
  auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto format = export_format_named(question.text("format"));
  if (!format) question.fail({problem::malformed, fmt::format("expected one of {}", fmt::join(export_format_names(), ", ")), "format"});
  auto trail = trail_question(node, call, question, *horizon);
  if (!trail) return respond(*question.problem(), call.id);
  auto pieces = std::make_unique<ExportPieces>(node, call, std::move(*horizon), std::move(*trail), *format);
  const Truth& truth = pieces->truth();
  Response out{.content_type = std::string{media_type_of(*format)}};
  out.headers.emplace_back("Muniment-True-Of", std::to_string(truth.true_of));
  out.headers.emplace_back("Muniment-Generation", node.generations().current());
  if (!truth.incomplete.empty()) out.headers.emplace_back("Muniment-Incomplete", fmt::format("{}", fmt::join(truth.incomplete, ", ")));
  out.stream = std::move(pieces);
  return out;
}

}  // namespace muniment
