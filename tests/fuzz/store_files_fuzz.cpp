// Any bytes may stand in the small files that a store or a backup has beside its databases: they are read, or refused by the exception
// that their reader names, with a word on what to do. The first byte says which file it is; a capital one, that the checksum at its end is
// put right, without which little would get any further.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "events/log/durable_head.h"
#include "events/log/memory_log.h"
#include "events/values/assert.h"
#include "events/values/sha256.h"
#include "events/vault/epoch_key.h"
#include "events/vault/vault.h"
#include "scratch_folder.h"
#include "tools/server/dead_letters.h"
#include "tools/server/delivery_state.h"
#include "tools/server/quota_file.h"
#include "tools/server/token_file.h"
#include "tools/store/backup.h"
#include "tools/store/checksum_line.h"
#include "tools/store/clock_step.h"
#include "tools/store/manifest_file.h"
#include "tools/store/unrecorded_restore.h"

namespace muniment {
namespace {

std::string with_raw_checksum(std::string_view text) {
  const Sha256 checksum = sha256({bytes_of(text)});
  return std::string{text} + std::string{text_of(checksum)};
}

// The error says what to do.
void check_told(const std::exception& error, std::string_view what) {
  MUNIMENT_ASSERT(std::string_view{error.what()}.find(what) != std::string_view::npos);
}

void read_tokens(const std::filesystem::path& folder) {
  try {
    for (const Token& token : TokenFile(folder).read()) {
      MUNIMENT_ASSERT(!token.id.empty());
      static_cast<void>(name_of(token.role));
      static_cast<void>(name_of(token.method));
      static_cast<void>(token.principal());
      static_cast<void>(token.is_valid_at(Timestamp{1'800'000'000'000'000'000}));
    }
  } catch (const TokensDamaged& error) {
    check_told(error, "restore");
  }
}

void read_cursor(const std::filesystem::path& folder) {
  static const MemoryLog log;
  static const Generations generations = Generations::of(log);
  try {
    static_cast<void>(DeliveryState(folder).read(generations));
  } catch (const std::runtime_error& error) {
    check_told(error, "restore");
  }
}

// Whatever it says, that it is there says that there was a step.
void read_clock_step(const std::filesystem::path& folder) {
  static const MemoryLog log;
  MUNIMENT_ASSERT(unaccepted_step(folder, log, Timestamp{1'800'000'000'000'000'000}).has_value());
}

void read_dead_letters(const std::filesystem::path& folder) {
  const auto letters = DeadLetters(folder).take_again();
  MUNIMENT_ASSERT(letters.has_value());
  for (std::size_t i = 1; i < letters->size(); ++i) MUNIMENT_ASSERT((*letters)[i - 1].position < (*letters)[i].position);
}

void read_backup_manifest(const std::filesystem::path& file) {
  try {
    const ManifestLines lines = read_manifest(file, "muniment log backup");
    for (const auto& [key, value] : lines) MUNIMENT_ASSERT(text_in(lines, key) == value);
    static_cast<void>(number_in(lines, "position"));
  } catch (const BackupDamaged& error) {
    check_told(error, "use another backup");
  }
}

void read_restore(const std::filesystem::path& folder, Restored what) {
  try {
    static_cast<void>(read_unrecorded_restore(folder, what));
  } catch (const BackupDamaged& error) {
    check_told(error, "; ");  // To restore once more, or to use another backup.
  }
}

void read_key(const std::filesystem::path& file) {
  try {
    static_cast<void>(read_epoch_key(file));
  } catch (const VaultError&) {
  }
}

}  // namespace
}  // namespace muniment

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static const ScratchFolder folder("store-files");
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  switch (bytes[0]) {
    case 't':
      folder.write("tokens", text);
      read_tokens(folder.path());
      break;
    case 'T':
      folder.write("tokens", with_checksum_line(std::string{text}));
      read_tokens(folder.path());
      break;
    case 'q':
      folder.write("quotas", text);
      for (const QuotaUse& use : QuotaFile(folder.path()).read()) MUNIMENT_ASSERT(!use.token.empty());
      break;
    case 'c':
      folder.write("cursor", text);
      read_cursor(folder.path());
      break;
    case 'C':
      folder.write("cursor", with_checksum_line(std::string{text}));
      read_cursor(folder.path());
      break;
    case 'k':
      folder.write("clock_step", text);
      read_clock_step(folder.path());
      break;
    case 'd':
      folder.write("sending_again", text);
      read_dead_letters(folder.path());
      break;
    case 'm':
      read_backup_manifest(folder.write("manifest", text));
      break;
    case 'M':
      read_backup_manifest(folder.write("manifest", with_checksum_line(std::string{text})));
      break;
    case 'R':
      folder.write("restored", with_checksum_line(std::string{text}));
      read_restore(folder.path(), Restored::log);
      break;
    case 'V':
      folder.write("restored.vault", with_checksum_line(std::string{text}));
      read_restore(folder.path(), Restored::vault);
      break;
    case 'e':
      read_key(folder.write("epoch.key", text));
      break;
    case 'E':
      read_key(folder.write("epoch.key", with_raw_checksum(text)));
      break;
    case 'h':
      if (const auto head = head_from_sector(text, 0)) MUNIMENT_ASSERT(head_from_sector(head_sector(*head, 0), 0) == *head);
      break;
    default:
      break;
  }
  return 0;
}
