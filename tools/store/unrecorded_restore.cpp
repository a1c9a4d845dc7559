#include "tools/store/unrecorded_restore.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/values/assert.h"
#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/manifest_file.h"

namespace muniment {
namespace {

constexpr std::string_view title = "muniment unrecorded restore";

std::filesystem::path file_in(const std::filesystem::path& store, Restored what) {
  return store / (what == Restored::vault ? "restored.vault" : "restored");
}

}  // namespace

std::string new_restore_id() { return "restore:" + IdSource{}.next_event().hex(); }

void write_unrecorded_restore(const std::filesystem::path& store, const UnrecordedRestore& restore) {
  MUNIMENT_ASSERT((restore.what.statement + restore.requested_by).find('\n') == std::string::npos);
  ManifestLines lines{{"id", restore.id}, {"requested_by", restore.requested_by}};
  if (restore.what.vault) {
    lines.emplace("erasures", std::to_string(restore.vault_had.count));
    lines.emplace("last_erasure", restore.vault_had.last.hex());
  } else {
    lines.emplace("former_position", std::to_string(restore.former.position));
    lines.emplace("former_root", to_hex(restore.former.root));
    lines.emplace("position", std::to_string(restore.position));
    lines.emplace("statement", restore.what.statement);
  }
  write_manifest(file_in(store, restore.what.vault ? Restored::vault : Restored::log), title, lines);
}

std::optional<UnrecordedRestore> read_unrecorded_restore(const std::filesystem::path& store, Restored what) {
  const std::filesystem::path file = file_in(store, what);
  if (!std::filesystem::exists(file)) return std::nullopt;
  const ManifestLines lines = read_manifest(file, title);
  const auto fail = [&] { throw BackupDamaged(fmt::format("{}: says what no restoring says; restore once more", file.string())); };
  UnrecordedRestore out{
      .id = text_in(lines, "id"), .what = {.vault = what == Restored::vault}, .requested_by = text_in(lines, "requested_by")};
  if (what == Restored::vault) {
    const auto last = from_hex(text_in(lines, "last_erasure"));
    const auto event = last ? EventId::from(*last) : std::nullopt;
    if (!event) fail();
    out.vault_had = {.count = number_in(lines, "erasures"), .last = *event};
    return out;
  }
  const auto root = from_hex(text_in(lines, "former_root"));
  if (!root || root->size() != out.former.root.size()) fail();
  std::ranges::copy(*root, out.former.root.begin());
  out.former.position = number_in(lines, "former_position");
  out.position = number_in(lines, "position");
  out.what.head = out.position;
  out.what.former_head = out.former.position;
  out.what.statement = text_in(lines, "statement");
  return out;
}

void forget_unrecorded_restore(const std::filesystem::path& store, Restored what) {
  std::filesystem::remove(file_in(store, what));
  sync_folder(store);
}

std::filesystem::path restoring_vault(const std::filesystem::path& store) { return store / "restoring.vault"; }

}  // namespace muniment
