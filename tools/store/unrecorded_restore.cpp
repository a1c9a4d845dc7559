#include "tools/store/unrecorded_restore.h"

#include "events/values/bytes.h"
#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/manifest_file.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view title = "muniment unrecorded restore";

fs::path file_in(const fs::path& store) { return store / "restored"; }

// What was typed may have line ends in it.
std::string text_of_hex(const std::string& hex) {
  const auto bytes = from_hex(hex);
  return bytes ? std::string{text_of(*bytes)} : std::string{};
}

}  // namespace

void keep_unrecorded_restore(const fs::path& store, const UnrecordedRestore& restore) {
  write_manifest(file_in(store), title,
                 {{"command_id", restore.command_id},
                  {"head", std::to_string(restore.what.head)},
                  {"former_head", std::to_string(restore.what.former_head)},
                  {"statement", to_hex(bytes_of(restore.what.statement))},
                  {"vault", restore.what.vault ? "1" : "0"},
                  {"erasures", std::to_string(restore.what.erasures)},
                  {"requested_by", restore.requested_by}});
}

std::optional<UnrecordedRestore> unrecorded_restore(const fs::path& store) {
  if (!fs::exists(file_in(store))) return std::nullopt;
  const ManifestLines lines = read_manifest(file_in(store), title);
  return UnrecordedRestore{.command_id = text_in(lines, "command_id"),
                           .what = {.head = number_in(lines, "head"),
                                    .former_head = number_in(lines, "former_head"),
                                    .statement = text_of_hex(text_in(lines, "statement")),
                                    .vault = number_in(lines, "vault") == 1,
                                    .erasures = static_cast<std::uint32_t>(number_in(lines, "erasures"))},
                           .requested_by = text_in(lines, "requested_by")};
}

void forget_unrecorded_restore(const fs::path& store) {
  if (fs::remove(file_in(store))) sync_folder(store);
}

}  // namespace muniment
