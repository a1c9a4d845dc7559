// A trail on its way out: page after page of the question, the records in runs, and what is on record of it at its end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "commands/record_read.h"
#include "events/log/event_log.h"
#include "projections/trail.h"
#include "tools/export/event_export.h"

namespace muniment {

// SHA-256 of what goes by. One thread.
class RunningDigest {
 public:
  RunningDigest();
  ~RunningDigest();
  RunningDigest(const RunningDigest&) = delete;
  RunningDigest& operator=(const RunningDigest&) = delete;

  void add(std::string_view bytes);
  // Of all that went by. Once.
  Hash finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// Calls `visit` with the event of each row, in the order of the rows, which is that of time, oldest first. Neighbours in the log are read
// together.
void read_rows(const EventLog& log, const std::vector<TrailRow>& rows, const std::function<void(schema::Event::Reader)>& visit);

// Makes the bytes of an export piece by piece; nothing is held but the piece. One thread at a time.
class TrailExport {
 public:
  // Gives an event as the reader may see it, or does not.
  using Show = std::function<void(schema::Event::Reader event, const std::function<void(schema::Event::Reader)>& show)>;

  // Borrows the trail and the log. The order of the query is set to oldest first; its limit and cursor are the export's own.
  TrailExport(const Trail& trail, const EventLog& log, TrailQuery query, ExportFormat format, const std::string& origin, Show show);

  // Appends the next piece, one page of the trail or the end. False: there was nothing left. Throws what the log and the views throw.
  bool next(std::string& out);
  // Whether the last piece was made.
  bool is_ended() const { return is_ended_; }

  ExportFormat format() const { return format_; }
  // Of the first page and so of all; after the first next().
  const Truth& truth() const { return truth_; }
  // What went out until now. Once, when nothing follows.
  ExportEnd end();

 private:
  void take_page(std::string& out);

  const Trail& trail_;
  const EventLog& log_;
  TrailQuery query_;
  const ExportFormat format_;
  const std::unique_ptr<EventExport> export_;
  const Show show_;
  Truth truth_;
  RunningDigest digest_;
  std::uint64_t rows_ = 0;
  bool has_begun_ = false;
  bool is_ended_ = false;
};

}  // namespace muniment
