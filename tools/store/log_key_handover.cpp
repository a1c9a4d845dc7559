#include "tools/store/log_key_handover.h"

#include "tools/store/clock_step.h"

namespace muniment {
namespace {

// What the former key signs as the last word of its own.
void record(Store& store, const VerifierKey& next, const LogKeyHandover& handover, const StoreOptions& options) {
  const Timestamp both_until{options.clock().ns + std::chrono::nanoseconds{handover.both_for}.count()};
  Submission submission{
      .command = {.body = RecordLogKeyRotation{store.log_key().text(), next.text(), both_until}, .type = "record_log_key_rotation"},
      .source = schema::Source::NODE};
  submission.command.request.command_id = "log-key:" + to_hex(next.key);
  submission.command.request.actor = Principal::node();
  submission.command.request.requested_by = handover.requested_by;
  submission.command.content.assign(submission.command.type.begin(), submission.command.type.end());
  const Answer answer = store.sequencer().ask(std::move(submission));
  if (answer.status != Answer::Status::accepted)
    throw std::runtime_error("recording that the log's key is rotated failed: " + answer.failure);
}

}  // namespace

LogKeyRotation rotate_log_key(const std::filesystem::path& folder, const LogKeyHandover& handover, const StoreOptions& options) {
  {
    Store store(folder, options);
    if (unaccepted_step(folder, store.log(), options.clock())) {
      store.close();
      throw ClockStepped();
    }
    store.sequencer();  // Completes or undoes what was cut off: of what follows nothing may be in the way.
    options.on_step("make the next key");
    const LogKeyFiles files(folder, options.log_key_file, options.log_key_passphrase);
    const std::string& origin = store.log_key().name;
    const VerifierKey next = handover.new_key.empty() ? files.make_next(origin) : files.take_next(handover.new_key, origin);
    options.on_step("record it");
    record(store, next, handover, options);
    options.on_step("open the store with it");
    store.close();
  }
  Store store(folder, options);
  store.notary();
  LogKeyRotation out = log_key_rotations(store.log()).back();
  store.close();
  return out;
}

}  // namespace muniment
