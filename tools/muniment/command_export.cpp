// muniment export: files for somebody who has neither the store nor a reason to trust it. docs/formats.md, "Tree"; muniment-verify checks
// them.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "events/proof/proof_text.h"
#include "tools/export/export_tally.h"
#include "tools/muniment/event_rows.h"
#include "tools/muniment/export_target.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/muniment/trail_query.h"
#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/rotation_files.h"
#include "tools/wire/cell.h"

namespace muniment {
namespace {

constexpr std::string_view witnessed_name = "witnessed.json";

void make_folder(const Folder& folder, const Store& store) {
  if (is_within(folder, store.folder()))
    throw CliError(ExitCode::refused, fmt::format("{} is in the store's own folder: name one elsewhere", folder.string()));
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

// As a file of an export, `witnessed.json`. Empty: on standard error alone.
void tell_unwitnessed(const Store& store, Position size, const Folder& file, const Console& console) {
  const Position witnessed = std::min(size, read_witnessed(store.folder(), store.log_keys()));
  if (!file.empty()) {
    std::string json = "{";
    write_json_member(json, "checkpoint_position", size);
    write_json_member(json, "witnessed_position", witnessed);
    if (witnessed < size) {
      write_json_member(json, "unwitnessed_from", witnessed + 1);
      write_json_member(json, "unwitnessed_to", size);
    }
    write_file(file, json + "}\n");
  }
  if (witnessed == 0)
    console.note("no witness has seen any of it");
  else if (witnessed < size)
    console.note(fmt::format("no witness has seen the events {} to {} yet", witnessed + 1, size));
}

void write_record(const Folder& file, RecordWords record, const InclusionText& proof) {
  write_file(file.string() + ".record", text_of(bytes_of(record)));
  write_file(file.string() + ".tlog-proof", proof.text());
}

// The key, and how to come to it from each one before.
void write_keys(const Folder& folder, Store& store, const LogTree& tree) {
  write_file(folder / "log.vkey", store.log_key().text() + '\n');
  for (const auto& [name, bytes] : rotation_files(store.log(), tree)) write_file(folder / "rotations" / name, bytes);
}

// Each with the checkpoint whose text it is over.
void write_time_stamps(const Folder& folder, const Store& store, const ProvenLog& log, Position size) {
  log.read_time_stamps(0, [&](Position stamped, std::string_view token) {
    if (stamped > size) return false;
    const auto note = log.checkpoint_at_most(stamped);
    const auto checkpoint = note ? store.log_keys().open(*note) : std::unexpected(NoteError::malformed);
    if (!checkpoint || checkpoint->size != stamped) return true;
    write_file(folder / "time-stamps" / fmt::format("{}.checkpoint", stamped), *note);
    write_file(folder / "time-stamps" / fmt::format("{}.tst", stamped), token);
    return true;
  });
}

ExitCode export_log(const ExportLogFlags& flags, Store& store, const Console& console) {
  const LogTree tree = signed_log(store);
  const std::uint64_t size = tree.signed_tree().checkpoint.size;
  make_folder(flags.folder, store);
  const auto write = [&] {
    {
      Progress progress(console, "events", size);
      each_tile(size, [&](const TilePath& path) {
        write_file(flags.folder / path.text(), tree.file(path).value());
        if (!path.level) progress.look(path.index * tile_width);
      });
    }
    write_keys(flags.folder, store, tree);
    write_time_stamps(flags.folder, store, store.log(), size);
    write_file(flags.folder / "checkpoint", cosigned_note(store.log(), tree.signed_tree()));
  };
  export_on_record(store, {.question = "export log", .head = size}, flags.without_vault, write, [&](bool is_cut) {
    return ExportEnd{.format = "log", .rows = size, .digest = tree.signed_tree().checkpoint.root, .is_cut = is_cut};
  });
  console.note(fmt::format("{} has {} events and the checkpoint over them; its log signs as {}", flags.folder.string(), size,
                           store.log_key().text()));
  tell_unwitnessed(store, size, flags.folder / witnessed_name, console);
  tell_whether_on_record(flags.without_vault, console);
  return ExitCode::ok;
}

std::vector<Position> positions_of(const ExportProofFlags& flags, Store& store, const Console& console) {
  const bool asks = !flags.username.empty() || !flags.provider.empty() || !flags.actor.empty() || !flags.type.empty() ||
                    !flags.not_types.empty() || !flags.from.empty() || !flags.to.empty();
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

StoreExport recorded_as(const ExportProofFlags& flags, Position head) {
  StoreExport out{.question = "export proof",
                  .narrowed_by = narrowed_by(flags),
                  .provider = provider_flag("--provider", flags.provider),
                  .username = username_flag("--user", flags.username),
                  .head = head};
  if (!flags.events.empty()) out.narrowed_by.emplace_back("event");
  return out;
}

ExitCode export_proof(const ExportProofFlags& flags, Store& store, const Console& console) {
  const std::vector<Position> positions = positions_of(flags, store, console);
  const LogTree tree = signed_log(store);
  const SignedTree& now = tree.signed_tree();
  const std::string note = cosigned_note(store.log(), now);
  make_folder(flags.folder, store);
  const Folder report_file = flags.folder / "report.ndjson";
  const auto write = [&] {
    std::ofstream report(report_file, std::ios::binary);
    const Console to_report{.in = console.in, .out = report, .err = console.err};
    EventRows rows(Format::ndjson, to_report);
    for (const Position position : positions) {
      store.log().read(0, position, position, [&](Position, RecordWords words) {
        RecordReader record(words);
        rows.add(record.event());
        write_record(flags.folder / fmt::format("event-{}", position), words,
                     {.index = position - 1, .proof = tree.inclusion(position - 1), .checkpoint = note});
        return false;
      });
    }
    rows.finish({});
    report.close();
    if (!report) throw std::runtime_error(fmt::format("cannot write the report in {}", flags.folder.string()));
    write_keys(flags.folder, store, tree);
    write_file(flags.folder / "checkpoint", note);
  };
  export_on_record(store, recorded_as(flags, now.checkpoint.size), flags.without_vault, write, [&](bool is_cut) {
    return ExportEnd{
        .format = "proof", .rows = positions.size(), .digest = is_cut ? Hash{} : digest_of_file(report_file), .is_cut = is_cut};
  });
  console.note(fmt::format("{} has {} events, each with its proof against the checkpoint of size {}", flags.folder.string(),
                           positions.size(), now.checkpoint.size));
  tell_unwitnessed(store, now.checkpoint.size, flags.folder / witnessed_name, console);
  tell_whether_on_record(flags.without_vault, console);
  return ExitCode::ok;
}

ExitCode export_consistency(const ExportConsistencyFlags& flags, Store& store, const Console& console) {
  std::string note;
  try {
    note = read_whole_file(flags.checkpoint);
  } catch (const std::system_error& error) {
    throw CliError(ExitCode::not_found, error.what());
  }
  const auto older = store.log_keys().open(note);
  if (!older) throw CliError(ExitCode::usage, fmt::format("{}: no checkpoint of this log: {}", flags.checkpoint, name(older.error())));
  const LogTree tree = signed_log(store);
  const SignedTree& now = tree.signed_tree();
  if (older->size == 0)
    throw CliError(ExitCode::usage, fmt::format("{} covers no event, and every log continues it: take a later one", flags.checkpoint));
  if (older->size > now.checkpoint.size)
    throw CliError(ExitCode::integrity,
                   fmt::format("{} is of size {}, and the log has {} events", flags.checkpoint, older->size, now.checkpoint.size));
  const std::string proof =
      ConsistencyText{.old_size = older->size, .proof = tree.consistency(older->size), .checkpoint = cosigned_note(store.log(), now)}
          .text();
  const auto write = [&] {
    console.out << proof << std::flush;
    require_written(console.out);
  };
  export_on_record(store, {.question = "export consistency", .narrowed_by = {"checkpoint"}, .head = now.checkpoint.size},
                   flags.without_vault, write, [&](bool is_cut) {
                     RunningDigest digest;
                     digest.add(proof);
                     return ExportEnd{.format = "consistency", .digest = digest.finish(), .is_cut = is_cut};
                   });
  tell_unwitnessed(store, now.checkpoint.size, {}, console);
  tell_whether_on_record(flags.without_vault, console);
  return ExitCode::ok;
}

}  // namespace

ExitCode run_export_log(const ExportLogFlags& flags, Console& console) {
  return with_recording_store(flags.store, "export log", console, [&](Store& store) { return export_log(flags, store, console); },
                              {.without_vault = flags.without_vault});
}

ExitCode run_export_proof(const ExportProofFlags& flags, Console& console) {
  return with_recording_store(flags.store, "export proof", console, [&](Store& store) { return export_proof(flags, store, console); },
                              {.without_vault = flags.without_vault});
}

ExitCode run_export_consistency(const ExportConsistencyFlags& flags, Console& console) {
  return with_recording_store(flags.store, "export consistency", console,
                              [&](Store& store) { return export_consistency(flags, store, console); },
                              {.without_vault = flags.without_vault});
}

}  // namespace muniment
