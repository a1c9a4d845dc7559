#include "tools/export/trail_export.h"

#include <stdexcept>

namespace muniment {
namespace {

// Rows of a page: a piece is then some hundred kilobytes.
constexpr std::size_t page_rows = 1000;
// Records that are read and passed over sooner than to begin anew behind them: they stand in one chunk of the log, most likely.
constexpr Position gap_max = 64;

}  // namespace

void read_rows(const EventLog& log, const std::vector<TrailRow>& rows, const std::function<void(schema::Event::Reader)>& visit) {
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first;
    while (last + 1 < rows.size() && rows[last + 1].position > rows[last].position &&
           rows[last + 1].position - rows[last].position <= gap_max) {
      ++last;
    }
    std::size_t at = first;
    log.read(0, rows[first].position, rows[last].position, [&](Position position, RecordWords words) {
      if (position != rows[at].position) return true;
      RecordReader record(words);
      visit(record.event());
      return ++at <= last;
    });
    first = last + 1;
  }
}

TrailExport::TrailExport(const Trail& trail, const EventLog& log, TrailQuery query, ExportFormat format, const std::string& origin,
                         Show show)
    : trail_(trail), log_(log), query_(std::move(query)), export_(make_event_export(format, origin)), show_(std::move(show)) {
  query_.newest_first = false;
  query_.limit = page_rows;
  query_.cursor.clear();
}

bool TrailExport::next(ExportPiece& out) {
  out.text.clear();
  out.rows = 0;
  if (is_ended_) return false;
  out.text.reserve(piece_bytes_);
  const auto page = trail_.search(query_);
  if (!page) throw std::runtime_error(page.error().message);  // The views have been put back meanwhile.
  if (!has_begun_) {
    truth_ = page->truth;
    export_->begin(out.text);
    has_begun_ = true;
  }
  const auto add = [&](schema::Event::Reader shown) { out.rows += export_->add(shown, out.text); };
  read_rows(log_, page->rows, [&](schema::Event::Reader event) { show_ ? show_(event, add) : add(event); });
  query_.cursor = page->next.value_or("");
  is_ended_ = !page->next;
  if (is_ended_) export_->end(out.text);
  piece_bytes_ = out.text.size() + out.text.size() / 8;  // Mostly enough for the next.
  return true;
}

}  // namespace muniment
