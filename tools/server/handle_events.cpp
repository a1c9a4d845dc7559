// GET /v1/events: the log as lines, or as it grows.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <limits>

#include "projections/fact_type.h"
#include "tools/server/handlers.h"
#include "tools/server/history.h"
#include "tools/server/question.h"

namespace muniment {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{64} << 10;
constexpr Position lines_default = 1000;
constexpr Position lines_max = 10'000;
constexpr std::chrono::seconds heartbeat{15};
constexpr Position scan_max = 10'000;  // Records that one piece looks at, where few of them are shown.

class Lines final : public Chunks {
 public:
  Lines(Node& node, RightToLook right, Position from, Position last)
      : node_(node), right_(std::move(right)), view_(node, right_.horizon()), next_(from), last_(last) {}

  Next next(std::string& out) override {
    if (next_ > last_) return Next::end;
    if (!right_.holds()) return Next::cut;
    node_.log().read(0, next_, last_, [&](Position position, RecordWords words) {
      RecordReader record(words);
      if (view_.write(record.event(), out)) out += '\n';
      next_ = position + 1;
      return out.size() < chunk_bytes;
    });
    return out.empty() ? Next::end : Next::chunk;
  }

 private:
  Node& node_;
  const RightToLook right_;
  const EventView view_;
  Position next_;
  const Position last_;
};

// The records' exact bytes, which are framed messages. For those who see everything: a record cannot be shown in part.
class Records final : public Chunks {
 public:
  Records(Node& node, RightToLook right, Position from, Position last) : node_(node), right_(std::move(right)), next_(from), last_(last) {}

  Next next(std::string& out) override {
    if (next_ > last_) return Next::end;
    if (!right_.holds()) return Next::cut;
    node_.log().read(0, next_, last_, [&](Position position, RecordWords words) {
      out += text_of(bytes_of(words));
      next_ = position + 1;
      return out.size() < chunk_bytes;
    });
    return out.empty() ? Next::end : Next::chunk;
  }

 private:
  Node& node_;
  const RightToLook right_;
  Position next_;
  const Position last_;
};

// Server-Sent Events. The caller's right to look is looked at again before each piece.
class Tail final : public Chunks {
 public:
  Tail(Node& node, RightToLook right, Position from) : node_(node), right_(std::move(right)), view_(node, right_.horizon()), next_(from) {}

  Next next(std::string& out) override {
    if (node_.is_stopping() || node_.has_failed() || !right_.holds()) return Next::end;
    const Position head = node_.log().head(0).position;
    if (next_ <= head) add_events(std::min(head, next_ + scan_max - 1), out);
    const auto now = std::chrono::steady_clock::now();
    if (out.empty() && next_ > head && now < sent_ + heartbeat) return Next::wait;
    // Nothing but how far was looked: who is cut off before its first event comes back behind that.
    if (out.empty()) out = fmt::format("id: {}-{}\n:\n\n", node_.generations().current(), next_ - 1);
    sent_ = now;
    return Next::chunk;
  }

 private:
  void add_events(Position last, std::string& out) {
    node_.log().read(0, next_, last, [&](Position position, RecordWords words) {
      RecordReader record(words);
      data_.clear();
      if (view_.write(record.event(), data_)) {
        fmt::format_to(std::back_inserter(out), "id: {}-{}\nevent: {}\ndata: {}\n\n", node_.generations().current(), position,
                       fact_name(static_cast<FactNumber>(record.event().getFact().which())), data_);
      }
      next_ = position + 1;
      return out.size() < chunk_bytes;
    });
  }

  Node& node_;
  const RightToLook right_;
  const EventView view_;
  Position next_;
  std::string data_;
  std::chrono::steady_clock::time_point sent_{};
};

std::optional<Position> position_in(std::string_view text) {
  Position position = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return position;
}

Response tail(Node& node, const Call& call, Horizon horizon, std::optional<Position> from) {
  Position first = from.value_or(node.log().head(0).position + 1);
  if (!call.last_event_id.empty()) {
    const GenerationText id = GenerationText::of(call.last_event_id);
    const auto last = position_in(id.rest);
    if (!last || *last == std::numeric_limits<Position>::max())
      return respond(Problem{problem::malformed, "expected the id of an event: GENERATION-POSITION, or its position", "Last-Event-ID"},
                     call.id);
    if (const auto problem = why_of_another_history(node.generations(), id.generation, *last, "Last-Event-ID"))
      return respond(*problem, call.id);
    first = *last + 1;
  }
  const std::string at_fault = call.last_event_id.empty() ? "from" : "Last-Event-ID";
  // A standby may be behind what the other node has shown: what follows comes once it is there. A browser asks no more after a refusal.
  const bool is_ahead = first > node.log().head(0).position + 1;
  if (is_ahead && !node.is_standby()) return respond(Problem{problem::position_not_reached, {}, at_fault}, call.id);
  Response out{.content_type = std::string{media::event_stream}};
  out.headers.emplace_back("Cache-Control", "no-store");
  out.headers.emplace_back("Muniment-Generation", node.generations().current());
  out.stream = std::make_unique<Tail>(node, RightToLook(node, call, std::move(horizon)), first);
  return out;
}

std::string link_to_next(Position from, std::optional<Position> limit) {
  return fmt::format("</v1/events?from={}{}>; rel=\"next\"", from, limit ? fmt::format("&limit={}", *limit) : "");
}

}  // namespace

Response answer_events(Node& node, const Call& call) {
  Question question(node, call);
  auto horizon = horizon_of(node, call);
  if (!horizon) return respond(horizon.error(), call.id);
  const auto from = question.number("from", 1, std::numeric_limits<Position>::max());
  const auto limit = question.number("limit", 1, lines_max);
  if (limit && call.form == media::event_stream)
    question.fail({problem::malformed, "expected none: live events have no last one", "limit"});
  question.require_views();
  if (question.problem()) return respond(*question.problem(), call.id);
  if (call.form == media::event_stream) return tail(node, call, std::move(*horizon), from);
  const Position head = node.log().head(0).position;
  const Position first = from.value_or(1);
  const Position last = first > head ? head : std::min(head, first + limit.value_or(lines_default) - 1);
  if (call.form == media::capnp && !horizon->is_everything)
    return respond(Problem{problem::outside_scope, "a record is given whole or not at all; ask for application/x-ndjson", "Accept"},
                   call.id);
  Response out{.content_type = std::string{call.form}};
  out.headers.emplace_back("Muniment-True-Of", std::to_string(head));
  out.headers.emplace_back("Muniment-Generation", node.generations().current());
  if (last < head) out.headers.emplace_back("Link", link_to_next(last + 1, limit));
  out.is_unrecorded = first > last || holds_reads_alone(node.log(), first, last);
  RightToLook right(node, call, std::move(*horizon));
  if (call.form == media::capnp) {
    out.stream = std::make_unique<Records>(node, std::move(right), first, last);
  } else {
    out.stream = std::make_unique<Lines>(node, std::move(right), first, last);
  }
  return out;
}

}  // namespace muniment
