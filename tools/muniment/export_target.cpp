#include "tools/muniment/export_target.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ostream>
#include <system_error>
#include <utility>

#include "events/values/id.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/open_store.h"
#include "tools/muniment/output.h"

namespace muniment {
namespace {

CliError there_already(const std::filesystem::path& file) {
  return {ExitCode::refused, fmt::format("--out: {} is there already", file.string())};
}

// Gives a file another name, over nothing.
void rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno == EEXIST) throw there_already(to);
  if (errno != EINVAL && errno != ENOSYS) throw std::system_error(errno, std::generic_category(), "cannot name " + to.string());
  // The file system cannot tell in one step.
  if (std::filesystem::exists(to)) throw there_already(to);
  std::filesystem::rename(from, to);
}

}  // namespace

void create_private_file(const std::filesystem::path& file) {
  constexpr unsigned for_its_owner = 0600;
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, for_its_owner);
  if (descriptor < 0 && errno == EEXIST)
    throw CliError(ExitCode::refused,
                   fmt::format("--out: {} is there already; if an export that was killed left it, remove it", file.string()));
  if (descriptor < 0) throw CliError(ExitCode::failure, fmt::format("--out: cannot write {}", file.string()));
  ::close(descriptor);
}

ExportTarget::ExportTarget(const std::string& file, const Console& console) : file_(file), out_(file.empty() ? console.out : stream_) {
  if (file_.empty()) return;
  if (std::filesystem::exists(file_)) throw there_already(file_);
  std::filesystem::path part = file_;
  part += ".part";
  create_private_file(part);
  part_ = std::move(part);
  stream_.open(part_, std::ios::binary | std::ios::in | std::ios::out);
  if (!stream_) throw CliError(ExitCode::failure, fmt::format("--out: cannot write {}", part_.string()));
}

ExportTarget::~ExportTarget() {
  std::error_code error;
  if (!part_.empty()) std::filesystem::remove(part_, error);
}

void ExportTarget::write(std::string_view bytes) {
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  require_written(out_);
}

void ExportTarget::close() {
  if (!part_.empty() && !stream_.is_open()) return;
  out_.flush();
  require_written(out_);
  if (part_.empty()) return;
  stream_.close();
  require_written(stream_);
}

void ExportTarget::finish() {
  close();
  if (part_.empty()) return;
  rename_to_new(part_, file_);
  part_.clear();
}

void record_export(Store& store, const StoreExport& exported, std::optional<ExportEnd> end) {
  constexpr std::string_view type = "record_read";
  if (end) {
    const auto signed_tree = store.notary().newest();
    end->checkpoint_size = signed_tree->checkpoint.size;
    end->checkpoint_root = signed_tree->checkpoint.root;
  }
  std::array<Byte, EventId::size> id{};
  fill_random(id);
  const Timestamp now = system_now();
  Submission submission{.command = {.body = RecordRead{.question = std::string{exported.question},
                                                       .narrowed_by = exported.narrowed_by,
                                                       .asked_provider = exported.provider,
                                                       .asked_username = exported.username,
                                                       .head = exported.head,
                                                       .first_at = now,
                                                       .last_at = now,
                                                       .exported = end ? std::make_shared<const ExportEnd>(std::move(*end)) : nullptr},
                                    .type = type}};
  submission.command.request.command_id = "access:" + to_hex(id);
  submission.command.request.actor = Principal::machine_operator(login_name());
  submission.command.content.assign(type.begin(), type.end());
  const Answer answer = store.sequencer().ask(std::move(submission));
  if (answer.status != Answer::Status::accepted) throw_failure(answer);
}

ExportEnd export_on_record(Store& store, const StoreExport& exported, bool without_vault, const std::function<void()>& work,
                           const std::function<ExportEnd(bool is_cut)>& end_of) {
  if (without_vault) {
    work();
    return end_of(false);
  }
  record_export(store, exported, std::nullopt);
  try {
    work();
  } catch (...) {
    try {
      record_export(store, exported, end_of(true));
    } catch (const std::exception&) {  // That it was begun is on record.
    }
    throw;
  }
  const ExportEnd end = end_of(false);
  record_export(store, exported, end);
  return end;
}

void tell_whether_on_record(bool without_vault, const Console& console) {
  console.note(without_vault ? "not on record: the vault is not there" : "on record: muniment audit trail --type records_read");
}

}  // namespace muniment
