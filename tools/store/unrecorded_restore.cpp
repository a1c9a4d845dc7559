#include "tools/store/unrecorded_restore.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/values/assert.h"
#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/manifest_file.h"

namespace muniment {
namespace {

constexpr std::string_view title = "muniment restored log";

std::filesystem::path file_in(const std::filesystem::path& store) { return store / "restored"; }

}  // namespace

void write_unrecorded_restore(const std::filesystem::path& store, const UnrecordedRestore& restore) {
  MUNIMENT_ASSERT((restore.what.statement + restore.requested_by).find('\n') == std::string::npos);
  write_manifest(file_in(store), title,
                 {{"former_position", std::to_string(restore.former.position)},
                  {"former_root", to_hex(restore.former.root)},
                  {"position", std::to_string(restore.what.head)},
                  {"requested_by", restore.requested_by},
                  {"statement", restore.what.statement}});
}

std::optional<UnrecordedRestore> read_unrecorded_restore(const std::filesystem::path& store) {
  if (!std::filesystem::exists(file_in(store))) return std::nullopt;
  const ManifestLines lines = read_manifest(file_in(store), title);
  UnrecordedRestore out;
  out.former.position = number_in(lines, "former_position");
  const auto root = from_hex(text_in(lines, "former_root"));
  if (!root || root->size() != out.former.root.size())
    throw BackupDamaged(fmt::format("{}: says what no restoring says", file_in(store).string()));
  std::ranges::copy(*root, out.former.root.begin());
  out.what = {
      .head = number_in(lines, "position"), .former_head = out.former.position, .statement = text_in(lines, "statement"), .vault = false};
  out.requested_by = text_in(lines, "requested_by");
  return out;
}

void forget_unrecorded_restore(const std::filesystem::path& store) {
  std::filesystem::remove(file_in(store));
  sync_folder(store);
}

}  // namespace muniment
