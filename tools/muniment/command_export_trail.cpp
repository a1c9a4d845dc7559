// muniment export trail: what happened, in the formats of others.
#include <fmt/format.h>

#include "tools/export/export_tally.h"
#include "tools/export/read_ahead.h"
#include "tools/muniment/export_target.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/remote_node.h"
#include "tools/muniment/trail_query.h"

namespace muniment {
namespace {

ExitCode export_trail(const ExportTrailFlags& flags, ExportFormat format, Store& store, const Console& console) {
  const TrailQuery query = trail_query(flags, store, console);
  // Signs what no checkpoint covers yet; without a vault nothing is recorded.
  if (!flags.without_vault) store.sequencer();
  const Trail trail(store.views());
  ExportTarget target(flags.file, console);
  TrailExport out(trail, store.log(), query, format, store.log_key().name, {});
  ExportTally tally(format);
  const StoreExport recorded_as{.question = "export trail",
                                .narrowed_by = narrowed_by(flags),
                                .provider = query.provider,
                                .username = query.username,
                                .head = store.log().head(0).position};
  const auto write = [&] {
    ReadAhead<ExportPiece> pieces([&out](ExportPiece& piece) { return out.next(piece); });
    // Without a filter every event is a row, all but those that are kept in no view.
    Progress progress(console, "rows", recorded_as.narrowed_by.empty() ? recorded_as.head : 0);
    std::uint64_t written = 0;
    for (ExportPiece piece; pieces.next(piece);) {
      target.write(piece.text);
      tally.add(piece);
      progress.look(written += piece.rows);
    }
    target.close();
  };
  const ExportEnd end = export_on_record(store, recorded_as, flags.without_vault, write, [&](bool is_cut) { return tally.end(is_cut); });
  target.finish();
  AnswerEnd told;
  told.add(out.truth());
  told.tell(Format::table, console);
  console.note(fmt::format("{} rows as {}, sha256 {}", end.rows, end.format, to_hex(end.digest)));
  tell_whether_on_record(flags.without_vault, console);
  return ExitCode::ok;
}

ExitCode export_remote_trail(const ExportTrailFlags& flags, const Console& console) {
  Parameters parameters{{"format", flags.export_format},
                        {"user", flags.username},
                        {"provider", flags.provider},
                        {"actor", flags.actor},
                        {"type", flags.type},
                        {"not_type", flags.not_types},
                        {"from", flags.from},
                        {"to", flags.to}};
  add_moment(parameters, flags);
  ExportTarget target(flags.file, console);
  RunningDigest digest;
  RemoteNode node(flags.server);
  const HttpAnswer answer = node.stream(target_of("/v1/export/trail", parameters), {}, [&](std::string_view bytes) {
    digest.add(bytes);
    target.write(bytes);
    return true;
  });
  target.finish();
  console.note(fmt::format("true of position {}", answer.header("Muniment-True-Of")));
  if (const std::string_view missing = answer.header("Muniment-Incomplete"); !missing.empty())
    console.warn(fmt::format("the export may be incomplete: the view could not handle the events {}", missing));
  console.note(fmt::format("sha256 {}; the node has it on record", to_hex(digest.finish())));
  return ExitCode::ok;
}

}  // namespace

ExitCode run_export_trail(const ExportTrailFlags& flags, Console& console) {
  if (flags.server.is_given()) return export_remote_trail(flags, console);
  const auto format = export_format_named(flags.export_format);
  return with_recording_store(flags.store, "export trail", console,
                              [&](Store& store) { return export_trail(flags, *format, store, console); },
                              {.without_vault = flags.without_vault});
}

}  // namespace muniment
