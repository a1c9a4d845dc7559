#include "tools/store/archive.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_tree.h"
#include "tools/store/rotation_files.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view key_name = "log.vkey";
constexpr std::string_view checkpoint_name = "checkpoint";

// The tree as it was when the checkpoint was signed.
MerkleTree tree_at(const RocksLog& log, Position size) {
  LeafHasher hasher;
  std::vector<Hash> leaves;
  if (size % tile_width != 0) {
    log.read(0, size - size % tile_width + 1, size, [&](Position, RecordWords record) {
      leaves.push_back(hasher.leaf_hash(bytes_of(record)));
      return true;
    });
  }
  return MerkleTree::restore(size, [&](unsigned level, std::uint64_t index) { return log.read_tile(level, index); }, leaves);
}

// Whoever finds the folder again, after a run that was cut off, knows it by the key.
void claim(const fs::path& folder, const Store& store) {
  if (is_within(folder, store.folder()))
    throw FolderTaken(fmt::format("{} is in the store's own folder: name one elsewhere", folder.string()));
  make_private_folder(folder);
  const fs::path unfinished = folder / (std::string{key_name} + ".new");  // Of a run that was killed at its first file.
  const auto is_nothing = [&](const fs::directory_entry& entry) { return entry.path() == unfinished; };
  if (std::ranges::all_of(fs::directory_iterator(folder), is_nothing)) return;
  const auto text = read_file_if_any(folder / key_name);
  const auto key = text ? VerifierKey::parse(std::string_view(*text).substr(0, text->find('\n'))) : std::nullopt;
  if (!key) throw FolderTaken(fmt::format("{} is not empty, and no archive: name a new folder", folder.string()));
  if (!store.log_keys().has(*key))
    throw FolderTaken(fmt::format("{} is the archive of another log, {}: name another folder", folder.string(), key->text()));
}

// What is there already is left alone, so that a run that was cut off goes on, and the records that are read from there stay.
void put_file(const fs::path& file, std::string_view bytes) {
  if (read_file_if_any(file) == bytes) return;
  make_private_folder(file.parent_path());
  const fs::path part = file.string() + ".new";
  write_unsynced(part, bytes);
  fs::rename(part, file);
}

void write_files(const LogTree& tree, Store& store, const fs::path& folder, const std::function<void(Position)>& on_written) {
  const Position size = tree.signed_tree().checkpoint.size;
  put_file(folder / key_name, store.log_keys().at(size).text() + '\n');
  each_tile(size, [&](const TilePath& path) {
    put_file(folder / path.text(), tree.file(path).value());
    if (!path.level) on_written(path.index * tile_width + path.width);
  });
  for (const auto& [name, bytes] : rotation_files(store.log(), tree)) put_file(folder / "rotations" / name, bytes);
  sync_file_system_of(folder);
}

// Partial tiles of a checkpoint that the archive had before.
void remove_outgrown(const fs::path& folder, Position size) {
  std::vector<fs::path> outgrown;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "tile")) {
    const auto path = TilePath::parse(entry.path().lexically_relative(folder).generic_string());
    if (!path || path->width == tile_width) continue;
    if (path->index * tile_width + path->width != hashes_at_level(size, path->level.value_or(0))) outgrown.push_back(entry.path());
  }
  for (const fs::path& file : outgrown) {
    fs::remove(file);
    if (fs::is_empty(file.parent_path())) fs::remove(file.parent_path());
  }
}

fs::path resolved(const fs::path& folder) { return fs::weakly_canonical(fs::absolute(folder)); }

}  // namespace

std::optional<ArchivePlan> plan_archive(Store& store, Position to) {
  const Position witnessed = read_witnessed(store.folder(), store.log_keys());
  const auto note = store.log().checkpoint_at_most(witnessed == 0 ? to : std::min(to, witnessed));
  if (!note) return std::nullopt;
  const auto checkpoint = store.log_keys().open(*note);
  if (!checkpoint)
    throw LogDamaged(fmt::format("{}: the log keeps a checkpoint that its key did not sign: {}: verify the log", store.folder().string(),
                                 name(checkpoint.error())));
  ArchivePlan plan{.checkpoint = *checkpoint, .note = *note, .before = store.log().archived()};
  plan.last = checkpoint->size - checkpoint->size % tile_width;
  if (plan.last <= plan.before) return std::nullopt;
  return plan;
}

void archive_log(Store& store, const ArchivePlan& plan, const fs::path& folder, const ArchiveSteps& steps) {
  claim(folder, store);
  const auto of_plan = std::make_shared<const SignedTree>(plan.checkpoint, plan.note, tree_at(store.log(), plan.checkpoint.size));
  if (of_plan->tree.root() != plan.checkpoint.root)
    throw LogDamaged(fmt::format("{}: the log's tiles do not lead to its checkpoint of size {}: verify the log", store.folder().string(),
                                 plan.checkpoint.size));
  steps.on_step("write the files");
  write_files(LogTree(store.log(), of_plan), store, folder, steps.on_written);
  steps.on_step("write the checkpoint");
  replace_file(folder / checkpoint_name, plan.note);
  remove_outgrown(folder, plan.checkpoint.size);
  steps.on_step("read it back");
  store.log().move_to_archive(resolved(folder), plan.last, steps.on_read, [&] {
    steps.on_step("tell that it is whole");
    steps.on_whole();
    steps.on_step("name it in the store");
    name_archive_in(store.folder(), folder);
    steps.on_step("take the records out of the database");
  });
  steps.on_step("end");
}

void name_archive(Store& store, const fs::path& folder, const ArchiveSteps& steps) {
  store.log().move_to_archive(resolved(folder), store.log().archived(), steps.on_read, [&] { name_archive_in(store.folder(), folder); });
}

}  // namespace muniment
