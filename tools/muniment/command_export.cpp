// muniment export: files for somebody who has neither the store nor a reason to trust it. docs/formats.md, "Tree"; muniment-verify checks
// them.
#include <fmt/format.h>

#include <fstream>

#include "events/proof/proof_text.h"
#include "tools/muniment/event_rows.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/trail_query.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_tree.h"

namespace muniment {
namespace {

void make_folder(const Folder& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder, error))
    throw CliError(ExitCode::refused, fmt::format("{} is there and holds something: name a new folder", folder.string()));
  std::filesystem::create_directories(folder);
}

void write_file(const Folder& file, std::string_view bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error(fmt::format("cannot write {}", file.string()));
}

// All of the log is signed once this is open.
LogTree signed_log(Store& store) { return LogTree(store.log(), store.notary().newest()); }

// The checkpoint with what witnesses have added to it.
std::string cosigned_note(Store& store, const SignedTree& tree) {
  const auto kept = store.log().checkpoint_at_most(tree.checkpoint.size);
  const auto opened = kept ? open_checkpoint(*kept, store.log_key()) : std::unexpected(NoteError::malformed);
  return opened && *opened == tree.checkpoint ? *kept : tree.note;
}

void tell_unwitnessed(const Store& store, Position size, const Console& console) {
  const Position witnessed = read_witnessed(store.folder(), store.log_key());
  if (witnessed == 0)
    console.note("no witness has seen any of it");
  else if (witnessed < size)
    console.note(fmt::format("no witness has seen the events {} to {} yet", witnessed + 1, size));
}

ExitCode export_log(const ExportLogFlags& flags, Store& store, const Console& console) {
  const LogTree tree = signed_log(store);
  const std::uint64_t size = tree.signed_tree().checkpoint.size;
  make_folder(flags.folder);
  {
    Progress progress(console, "events", size);
    each_tile(size, [&](const TilePath& path) {
      write_file(flags.folder / path.text(), tree.file(path).value());
      if (!path.level) progress.look(path.index * tile_width);
    });
  }
  write_file(flags.folder / "log.vkey", store.log_key().text() + '\n');
  write_file(flags.folder / "checkpoint", cosigned_note(store, tree.signed_tree()));
  console.note(fmt::format("{} has {} events and the checkpoint over them; its log signs as {}", flags.folder.string(), size,
                           store.log_key().text()));
  tell_unwitnessed(store, size, console);
  return ExitCode::ok;
}

std::vector<Position> positions_of(const ExportProofFlags& flags, Store& store, const Console& console) {
  const bool asks = !flags.username.empty() || !flags.provider.empty() || !flags.actor.empty() || !flags.type.empty() ||
                    !flags.from.empty() || !flags.to.empty();
  if (asks == !flags.events.empty())
    throw CliError(ExitCode::usage, "name events with --event, or ask for them with --user, --provider and the like");
  for (const Position position : flags.events) require_reached("--event", position, store.log());
  if (!asks) return flags.events;
  TrailQuery query = trail_query(flags, store, console);
  const Trail trail(store.views());
  std::vector<Position> out;
  const auto ask = [&](std::size_t limit, const std::string& cursor) {
    query.limit = limit;
    query.cursor = cursor;
    return trail.search(query);
  };
  for_each_row(flags, ask, [&](const TrailRow& row) { out.push_back(row.position); });
  if (out.empty()) throw CliError(ExitCode::not_found, "no event answers that");
  return out;
}

ExitCode export_proof(const ExportProofFlags& flags, Store& store, const Console& console) {
  const std::vector<Position> positions = positions_of(flags, store, console);
  const LogTree tree = signed_log(store);
  const SignedTree& now = tree.signed_tree();
  const std::string note = cosigned_note(store, now);
  make_folder(flags.folder);
  std::ofstream report(flags.folder / "report.ndjson", std::ios::binary);
  const Console to_report{.in = console.in, .out = report, .err = console.err};
  EventRows rows(Format::ndjson, to_report);
  for (const Position position : positions) {
    store.log().read(0, position, position, [&](Position, RecordWords words) {
      RecordReader record(words);
      rows.add(record.event());
      const Folder file = flags.folder / fmt::format("event-{}", position);
      write_file(file.string() + ".record", text_of(bytes_of(words)));
      write_file(file.string() + ".tlog-proof",
                 InclusionText{.index = position - 1, .proof = tree.inclusion(position - 1), .checkpoint = note}.text());
      return false;
    });
  }
  rows.finish({});
  report.close();
  if (!report) throw std::runtime_error(fmt::format("cannot write the report in {}", flags.folder.string()));
  write_file(flags.folder / "log.vkey", store.log_key().text() + '\n');
  write_file(flags.folder / "checkpoint", note);
  console.note(fmt::format("{} has {} events, each with its proof against the checkpoint of size {}", flags.folder.string(),
                           positions.size(), now.checkpoint.size));
  tell_unwitnessed(store, now.checkpoint.size, console);
  return ExitCode::ok;
}

ExitCode export_consistency(const ExportConsistencyFlags& flags, Store& store, const Console& console) {
  std::string note;
  try {
    note = read_whole_file(flags.checkpoint);
  } catch (const std::system_error& error) {
    throw CliError(ExitCode::not_found, error.what());
  }
  const auto older = open_checkpoint(note, store.log_key());
  if (!older) throw CliError(ExitCode::usage, fmt::format("{}: no checkpoint of this log: {}", flags.checkpoint, name(older.error())));
  const LogTree tree = signed_log(store);
  const SignedTree& now = tree.signed_tree();
  if (older->size == 0 || older->size > now.checkpoint.size)
    throw CliError(ExitCode::integrity,
                   fmt::format("{} is of size {}, and the log has {} events", flags.checkpoint, older->size, now.checkpoint.size));
  console.out
      << ConsistencyText{.old_size = older->size, .proof = tree.consistency(older->size), .checkpoint = cosigned_note(store, now)}.text()
      << std::flush;
  require_written(console.out);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_export_log(const ExportLogFlags& flags, Console& console) {
  return with_store(flags.store, "export log", [&](Store& store) { return export_log(flags, store, console); });
}

ExitCode run_export_proof(const ExportProofFlags& flags, Console& console) {
  return with_store(flags.store, "export proof", [&](Store& store) { return export_proof(flags, store, console); });
}

ExitCode run_export_consistency(const ExportConsistencyFlags& flags, Console& console) {
  return with_store(flags.store, "export consistency", [&](Store& store) { return export_consistency(flags, store, console); });
}

}  // namespace muniment
