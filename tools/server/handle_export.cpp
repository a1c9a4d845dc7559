// GET /v1/export/trail: what happened, in the formats of others.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/export/export_tally.h"
#include "tools/export/read_ahead.h"
#include "tools/server/answer_question.h"
#include "tools/server/export_chunks.h"
#include "tools/server/handlers.h"
#include "tools/server/trail_question.h"

namespace muniment {
namespace {

// A page a piece. Pieces are made ahead; what was made and does not go out is on record nowhere.
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
                }),
        pieces_([this](ExportPiece& piece) { return export_.next(piece); }) {
    first_.emplace();
    export_.next(*first_);
    read_ = read_of(trail_export_path, call, export_.truth().true_of);
  }
  ~ExportPieces() override { record_cut(); }

  // Before anything is made ahead.
  const Truth& truth() const { return export_.truth(); }

  bool make_ahead() override { return pieces_.make_ahead(); }

 private:
  bool make(std::string& out) override {
    ExportPiece piece;
    if (first_) {
      piece = *std::exchange(first_, std::nullopt);
    } else if (!pieces_.next(piece)) {
      return false;
    }
    tally_.add(piece);
    out = std::move(piece.text);
    return true;
  }
  ExportEnd end_of(bool is_cut) override { return tally_.end(is_cut); }
  const AccessRecord::Read& read() const override { return read_; }

  const EventView view_;
  const TrailQuery query_;
  ExportTally tally_;   // Of whoever asks for the next piece.
  TrailExport export_;  // Of whoever makes one.
  AccessRecord::Read read_;
  std::optional<ExportPiece> first_;  // Which was made to answer the question, until it has gone out.
  PiecesAhead<ExportPiece> pieces_;
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
