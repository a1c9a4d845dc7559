// GET /v1/export/trail: what happened, in the formats of others.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <chrono>

#include "tools/export/export_tally.h"
#include "tools/server/answer_question.h"
#include "tools/server/handlers.h"
#include "tools/server/trail_question.h"

namespace muniment {
namespace {

// How long the end of an export waits for the checkpoint that covers it, and then for its own record. A checkpoint comes every second.
constexpr std::chrono::seconds checkpoint_wait_max{5};
constexpr std::chrono::seconds record_wait_max{10};

// An export, a page a piece. It ends when what is on record of it is durable, so that nobody has a whole one that is not; whatever else
// ends it is on record as cut off.
class ExportPieces final : public Chunks {
 public:
  ExportPieces(Node& node, const Call& call, Horizon horizon, const TrailQuestion& question, ExportFormat format)
      : node_(node),
        caller_(call.caller),
        horizon_(std::move(horizon)),
        view_(node, horizon_),
        query_(question.query),
        tally_(format),
        export_(node.trail(), node.log(), query_, format, node.notary().key().name,
                [this, is_of_nobody = question.is_of_nobody](schema::Event::Reader event, const auto& show) {
                  if (!is_of_nobody) show_of_trail(view_, query_, event, show);
                }) {
    export_.next(piece_);
    read_ = read_of(trail_export_path, call, export_.truth().true_of);
  }
  ~ExportPieces() override {
    if (!has_sent_ || ended_at_) return;
    try {
      record(true);
    } catch (const std::exception&) {  // That it was begun is on record.
    }
  }

  const Truth& truth() const { return export_.truth(); }

  Next next(std::string& out) override {
    // The first piece was made to answer the question.
    while (piece_.text.empty() && !export_.is_ended()) {
      if (node_.is_stopping() || !may_go_on()) return Next::cut;
      export_.next(piece_);
    }
    has_sent_ = true;
    if (piece_.text.empty()) return end();
    tally_.add(piece_);
    out = std::exchange(piece_.text, {});
    return Next::chunk;
  }

 private:
  using Clock = std::chrono::steady_clock;

  // The token was revoked meanwhile, or its holder sees less than when it asked.
  bool may_go_on() const {
    if (!node_.callers().is_valid(*caller_)) return false;
    const auto horizon = horizon_of(node_, *caller_);
    return horizon && horizon->covers(horizon_);
  }

  Next end() {
    const Clock::time_point now = Clock::now();
    if (!made_at_) made_at_ = now;
    if (!ended_at_) {
      const bool is_covered = node_.notary().newest()->checkpoint.size >= export_.truth().true_of;
      if (!is_covered && now < *made_at_ + checkpoint_wait_max) return Next::wait;
      ended_at_ = now;
      record(false);
    }
    if (*is_recorded_) return Next::end;
    return now < *ended_at_ + record_wait_max ? Next::wait : Next::cut;
  }

  void record(bool is_cut) {
    const auto signed_tree = node_.notary().newest();
    ExportEnd end = tally_.end(is_cut);
    end.checkpoint_size = signed_tree->checkpoint.size;
    end.checkpoint_root = signed_tree->checkpoint.root;
    node_.access_record().note_export(*caller_, read_, std::make_shared<const ExportEnd>(std::move(end)),
                                      [is_recorded = is_recorded_] { *is_recorded = true; });
  }

  Node& node_;
  const std::shared_ptr<const Token> caller_;
  const Horizon horizon_;
  const EventView view_;
  const TrailQuery query_;
  ExportTally tally_;
  TrailExport export_;
  AccessRecord::Read read_;
  ExportPiece piece_;                          // That goes out next; empty: it is to be made.
  bool has_sent_ = false;                      // Something went out, or was about to.
  std::optional<Clock::time_point> made_at_;   // The last piece.
  std::optional<Clock::time_point> ended_at_;  // And its record was submitted.
  std::shared_ptr<std::atomic<bool>> is_recorded_ = std::make_shared<std::atomic<bool>>(false);
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
