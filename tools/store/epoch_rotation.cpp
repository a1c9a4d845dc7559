#include "tools/store/epoch_rotation.h"

#include "events/vault/rotation.h"
#include "tools/store/clock_step.h"
#include "tools/store/erasure_state.h"
#include "tools/store/key_file.h"

namespace muniment {

Timestamp epoch_ends_at(const EventLog& log) {
  Timestamp began;
  log.read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    if (fact.isStoreCreated() || fact.isEpochRotated()) began = recorded_at(record.event());
    return true;
  });
  return Timestamp{began.ns + std::chrono::nanoseconds{epoch_length}.count()};
}

// The vault says which of the two keys it asks for: the former one is destroyed only once it asks for the next.
std::size_t complete_rotation(VaultStore& vault, const std::filesystem::path& key_file,
                              const std::function<void(std::string_view step)>& on_step, const OnProgress& on_progress) {
  const EpochKey next = read_next_epoch_key(key_file);
  std::size_t accounts = 0;
  if (epoch_of_vault(vault) != next.id) accounts = rotate_vault(vault, read_private_epoch_key(key_file), next, on_step, on_progress);
  on_step("destroy the former key");
  adopt_next_epoch_key(key_file);
  return accounts;
}

EpochRotation rotate_epoch(const std::filesystem::path& folder, const StoreOptions& options) {
  EpochRotation out;
  std::filesystem::path key_file = options.epoch_key_file;
  if (key_file.empty()) key_file = folder / "keys" / "epoch.key";
  {
    // Opening it completes what was cut off, and carries out what is to be erased: nothing of that may be wrapped again.
    Store store(folder, options);
    const bool is_stepped = unaccepted_step(folder, store.log(), options.clock()).has_value();
    store.close();
    if (is_stepped) throw ClockStepped();
  }
  {
    const StoreLock lock(folder / "lock", options.holder);
    options.on_step("make the next key");
    prepare_next_epoch_key(key_file);
  }
  // Opening it again goes on: with the log's lease, where other nodes might take the vault.
  Store store(folder, options);
  out.accounts = store.keys_wrapped_anew();
  options.on_step("record it");
  store.sequencer();
  out.former = to_hex(*store.vault().former_epoch());
  out.current = to_hex(store.vault().epoch());
  out.erasures = erasures_carried_out(store.log(), store.vault().erasures_done());
  out.next_due = epoch_ends_at(store.log());
  store.close();
  return out;
}

}  // namespace muniment
