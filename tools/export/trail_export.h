// A trail on its way out: page after page of the question, the records in runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/log/event_log.h"
#include "projections/trail.h"
#include "tools/export/event_export.h"

namespace muniment {

// Calls `visit` with the event of each row, in the order of the rows, which is that of time, oldest first. Neighbours in the log are read
// together.
void read_rows(const EventLog& log, const std::vector<TrailRow>& rows, const std::function<void(schema::Event::Reader)>& visit);

// Some rows of an export.
struct ExportPiece {
  std::string text;
  std::uint64_t rows = 0;
};

// Makes an export piece by piece; nothing is held but the piece. One thread at a time.
class TrailExport {
 public:
  // Gives an event as the reader may see it, or does not.
  using Show = std::function<void(schema::Event::Reader event, const std::function<void(schema::Event::Reader)>& show)>;

  // Borrows the trail and the log. The order of the query is set to oldest first; its limit and cursor are the export's own.
  TrailExport(const Trail& trail, const EventLog& log, TrailQuery query, ExportFormat format, const std::string& origin, Show show);

  // The next piece: a page of the trail, perhaps nothing of it. False: the last one was made before. Throws what the log and the views
  // throw.
  bool next(ExportPiece& out);
  // Whether the last piece was made.
  bool is_ended() const { return is_ended_; }
  // Of the first page and so of all; after the first next().
  const Truth& truth() const { return truth_; }

 private:
  const Trail& trail_;
  const EventLog& log_;
  TrailQuery query_;
  const std::unique_ptr<EventExport> export_;
  const Show show_;
  Truth truth_;
  std::size_t piece_bytes_ = 0;  // What room the next piece has from the beginning.
  bool has_begun_ = false;
  bool is_ended_ = false;
};

}  // namespace muniment
