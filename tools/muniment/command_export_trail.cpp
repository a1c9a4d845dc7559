// muniment export trail: what happened, in the formats of others.
#include <fmt/format.h>

#include "tools/export/export_tally.h"
#include "tools/export/read_ahead.h"
#include "tools/muniment/export_target.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/remote_node.h"
#include "tools/muniment/trail_query.h"

namespace muniment {
namespace {

// Names of what narrows it, as the node's parameters are called.
std::vector<std::string> narrowed_by(const ExportTrailFlags& flags) {
  std::vector<std::string> out;
  const auto add = [&](const char* name, bool is_given) {
    if (is_given) out.emplace_back(name);
  };
  add("provider", !flags.provider.empty());
  add("user", !flags.username.empty());
  add("actor", !flags.actor.empty());
  add("type", !flags.type.empty());
  add("from", !flags.from.empty());
  add("to", !flags.to.empty());
  add("at", !flags.at.empty());
  add("recorded_at", !flags.recorded_at.empty());
  add("position", flags.position.has_value());
  return out;
}

StoreExport recorded_as(const ExportTrailFlags& flags, const TrailQuery& query, const Truth& truth) {
  return {.question = "export trail",
          .narrowed_by = narrowed_by(flags),
          .provider = query.provider,
          .username = query.username,
          .head = truth.true_of};
}

ExitCode export_trail(const ExportTrailFlags& flags, ExportFormat format, Store& store, const Console& console) {
  const TrailQuery query = trail_query(flags, store, console);
  // Signs what no checkpoint covers yet; without a vault nothing is recorded.
  if (!flags.without_vault) store.sequencer();
  const Trail trail(store.views());
  ExportTarget target(flags.file, console);
  TrailExport out(trail, store.log(), query, format, store.log_key().name, {});
  ExportTally tally(format);
  try {
    ReadAhead<ExportPiece> pieces([&out](ExportPiece& piece) { return out.next(piece); });
    for (ExportPiece piece; pieces.next(piece);) {
      target.write(piece.text);
      tally.add(piece);
    }
    target.finish();
  } catch (const CliError&) {
    if (!flags.without_vault) record_export(store, recorded_as(flags, query, out.truth()), tally.end(true));
    throw;
  }
  const Truth& truth = out.truth();
  const ExportEnd end = tally.end(false);
  if (!flags.without_vault) record_export(store, recorded_as(flags, query, truth), end);
  AnswerEnd told;
  told.add(truth);
  told.tell(Format::table, console);
  console.note(fmt::format("{} rows as {}, sha256 {}", end.rows, end.format, to_hex(end.digest)));
  console.note(flags.without_vault ? "not on record: the vault is not there" : "on record: muniment audit trail --type records_read");
  return ExitCode::ok;
}

ExitCode export_remote_trail(const ExportTrailFlags& flags, const Console& console) {
  Parameters parameters{{"format", flags.export_format},
                        {"user", flags.username},
                        {"provider", flags.provider},
                        {"actor", flags.actor},
                        {"type", flags.type},
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
  return with_recording_store(flags.store, "export trail", [&](Store& store) { return export_trail(flags, *format, store, console); },
                              {.without_vault = flags.without_vault});
}

}  // namespace muniment
