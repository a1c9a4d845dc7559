// muniment archive: the older part of the log as files that verify by themselves, and in the database no more.
#include <fmt/format.h>

#include "tools/export/export_tally.h"
#include "tools/muniment/export_target.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/moments.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/progress.h"
#include "tools/store/archive.h"
#include "tools/store/durable_file.h"
#include "tools/verify/verify.h"

namespace muniment {
namespace {

// What somebody who has the archive and the key alone would find.
void verify_archive(const Store& store, Position size, const Folder& folder) {
  const Verdict verdict = check_log(store.log_keys().at(size), folder, {});
  if (verdict.fault) throw CliError(ExitCode::integrity, *verdict.fault);
}

void verify_moved(const Store& store, const Folder& folder) {
  const auto note = read_file_if_any(folder / "checkpoint");
  const auto checkpoint = store.log_keys().open(note.value_or(""));
  if (!checkpoint)
    throw CliError(ExitCode::integrity,
                   fmt::format("{}/checkpoint is not there, or the log's key did not sign it: `muniment archive DIR --to "
                               "POSITION` into a new folder writes an archive anew",
                               folder.string()));
  verify_archive(store, checkpoint->size, folder);
}

// What is moved is on record before it is. Again, where that was cut off behind this, it records nothing.
void record_move(Store& store, const ArchivePlan& plan) {
  constexpr std::string_view type = "record_archive";
  Submission submission{
      .command = {.body = RecordArchive{plan.before + 1, plan.last, plan.checkpoint.size, plan.checkpoint.root}, .type = type}};
  submission.command.request.command_id =
      fmt::format("archive:{}-{}:{}", plan.before + 1, plan.last, to_hex(plan.checkpoint.root).substr(0, 16));
  submission.command.request.actor = Principal::node();
  submission.command.request.requested_by = login_name();
  submission.command.content.assign(type.begin(), type.end());
  const Answer answer = store.sequencer().ask(std::move(submission));
  if (answer.status != Answer::Status::accepted) throw_failure(answer);
}

// The files are on record as any export is, and besides what leaves the log's database.
void verify_and_record(Store& store, const ArchivePlan& plan, const Folder& folder) {
  verify_archive(store, plan.checkpoint.size, folder);
  RunningDigest digest;
  digest.add(plan.note);
  record_export(store, {.question = "archive", .narrowed_by = {"to"}, .head = plan.checkpoint.size},
                ExportEnd{.format = "tlog-tiles", .rows = plan.checkpoint.size, .digest = digest.finish()});
  if (plan.last > plan.before) record_move(store, plan);
}

// The checkpoints that are kept decide how far an archive goes.
void tell_nothing_to_move(Store& store, Position to, const Console& console) {
  const Position archived = store.log_in_folder("an archive").archived();
  Position next = 0;
  store.log().read_checkpoints(to + 1, [&](Position size, std::string_view) {
    next = size;
    return false;
  });
  console.note(fmt::format("nothing to move: {} events are archived, and no checkpoint up to position {} covers 256 more{}", archived, to,
                           next == 0 ? "" : fmt::format("; the next one is of size {}", next)));
}

ExitCode archive(const ArchiveFlags& flags, Store& store, const Console& console) {
  require_reached("--to", flags.to, store.log());
  auto plan = plan_archive(store, *flags.to);
  if (!plan) {
    tell_nothing_to_move(store, *flags.to, console);
    plan = plan_completion(store, flags.folder);
    if (!plan) return ExitCode::ok;
  }
  const bool moves = plan->last > plan->before;
  const std::string what = moves ? fmt::format("positions {} to {} to {}, with the checkpoint of size {}", plan->before + 1, plan->last,
                                               flags.folder.string(), plan->checkpoint.size)
                                 : fmt::format("what is missing in {} of its proof", flags.folder.string());
  if (flags.is_dry_run) {
    console.note(fmt::format("dry run: would {} {}", moves ? "move" : "write", what));
    return ExitCode::ok;
  }
  {
    Progress progress(console, "events", 2 * plan->checkpoint.size);
    archive_log(store, *plan, flags.folder,
                {.on_written = [&](Position written) { progress.look(written); },
                 .on_read = [&](Position read) { progress.look(plan->checkpoint.size + read); },
                 .on_whole = [&] { verify_and_record(store, *plan, flags.folder); }});
  }
  console.note(moves ? fmt::format("moved {}: the log reads them there. On record: muniment audit trail --type log_archived", what)
                     : fmt::format("wrote {}", what));
  return ExitCode::ok;
}

ExitCode name_moved(const ArchiveFlags& flags, Store& store, const Console& console) {
  const Position archived = store.log_in_folder("an archive").archived();
  if (archived == 0) throw CliError(ExitCode::not_found, "nothing of this log is archived");
  if (flags.is_dry_run) {
    console.note(fmt::format("dry run: would read the positions 1 to {} in {}", archived, flags.folder.string()));
    return ExitCode::ok;
  }
  {
    Progress progress(console, "events", archived);
    name_archive(store, flags.folder,
                 {.on_read = [&](Position read) { progress.look(read); }, .on_whole = [&] { verify_moved(store, flags.folder); }});
  }
  console.note(fmt::format("{} has the positions 1 to {}: the log reads them there", flags.folder.string(), archived));
  return ExitCode::ok;
}

}  // namespace

ExitCode run_archive(const ArchiveFlags& flags, Console& console) {
  if (flags.is_moved == flags.to.has_value())
    throw CliError(ExitCode::usage, "say what goes there with --to POSITION, or that it was moved there with --moved");
  if (flags.is_moved)
    return with_store(flags.store, "archive", console, [&](Store& store) { return name_moved(flags, store, console); },
                      {.archive = flags.folder});
  return with_recording_store(flags.store, "archive", console, [&](Store& store) { return archive(flags, store, console); });
}

}  // namespace muniment
