#include "tools/muniment/export_target.h"

#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "events/values/id.h"
#include "tools/muniment/login_name.h"
#include "tools/muniment/output.h"

namespace muniment {

ExportTarget::ExportTarget(const std::string& file, const Console& console) : file_(file), out_(file.empty() ? console.out : stream_) {
  if (file_.empty()) return;
  if (std::filesystem::exists(file_)) throw CliError(ExitCode::refused, fmt::format("--out: {} is there already", file_.string()));
  part_ = file_;
  part_ += ".part";
  stream_.open(part_, std::ios::binary | std::ios::trunc);
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
  if (!stream_.is_open()) return;
  stream_.close();
  require_written(stream_);
}

void ExportTarget::finish() {
  out_.flush();
  require_written(out_);
  if (part_.empty()) return;
  close();
  std::filesystem::rename(std::exchange(part_, {}), file_);
}

void record_export(Store& store, StoreExport exported, ExportEnd end) {
  constexpr std::string_view type = "record_read";
  const auto signed_tree = store.notary().newest();
  end.checkpoint_size = signed_tree->checkpoint.size;
  end.checkpoint_root = signed_tree->checkpoint.root;
  std::array<Byte, EventId::size> id{};
  fill_random(id);
  const Timestamp now = system_now();
  Submission submission{.command = {.body = RecordRead{.question = std::string{exported.question},
                                                       .narrowed_by = std::move(exported.narrowed_by),
                                                       .asked_provider = exported.provider,
                                                       .asked_username = exported.username,
                                                       .head = exported.head,
                                                       .first_at = now,
                                                       .last_at = now,
                                                       .exported = std::make_shared<const ExportEnd>(std::move(end))},
                                    .type = type}};
  submission.command.request.command_id = "access:" + to_hex(id);
  submission.command.request.actor = Principal::machine_operator(login_name());
  submission.command.content.assign(type.begin(), type.end());
  const Answer answer = store.sequencer().ask(std::move(submission));
  if (answer.status != Answer::Status::accepted) throw StoreStopped(answer.failure);
}

}  // namespace muniment
