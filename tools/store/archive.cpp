#include "tools/store/archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "tools/store/backup.h"
#include "tools/store/durable_file.h"
#include "tools/store/log_tree.h"
#include "tools/store/rotation_files.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view key_name = "log.vkey";
constexpr std::string_view checkpoint_name = "checkpoint";

// The folder by the name that it will be found again by: the store keeps that as a line of text.
fs::path resolved(const fs::path& folder) {
  const fs::path out = fs::weakly_canonical(fs::absolute(folder));
  if (std::ranges::any_of(out.string(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    throw FolderTaken("the archive's folder has a control character in its name: name another one");
  return out;
}

void require_outside(const fs::path& folder, const Store& store) {
  if (is_within(folder, store.folder()))
    throw FolderTaken(fmt::format("{} is in the store's own folder: name one elsewhere", folder.string()));
}

void require_nothing_else(const fs::path& folder) {
  constexpr std::array<std::string_view, 4> parts{checkpoint_name, key_name, "tile", "rotations"};
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (name.ends_with(".new")) name.resize(name.size() - std::string_view(".new").size());  // Of a run that was killed.
    if (std::ranges::find(parts, name) == parts.end())
      throw FolderTaken(fmt::format("{} is no part of an archive: name a new folder", entry.path().string()));
  }
}

// Every copy of a store has the log's key. Whose records these are its checkpoint says, and where they are another history's, they may be
// nowhere else. Returns whether there is one.
bool require_same_history(const fs::path& folder, Store& store, Position size_max) {
  const auto note = read_file_if_any(folder / checkpoint_name);
  if (!note) return false;
  const auto checkpoint = store.log_keys().open(*note);
  if (!checkpoint)
    throw FolderTaken(
        fmt::format("{} is no checkpoint that the log's key signed: name another folder", (folder / checkpoint_name).string()));
  if (checkpoint->size > store.log().head(0).position || tree_at(store.log(), checkpoint->size).root() != checkpoint->root)
    throw FolderTaken(
        fmt::format("{} is the archive of another history of this log: its checkpoint of size {} is none of this one. Keep it, since its "
                    "records may be nowhere else, and name another folder",
                    folder.string(), checkpoint->size));
  if (checkpoint->size > size_max)
    throw FolderTaken(fmt::format("{} has an archive up to the checkpoint of size {}, and this one would end at {}: name another folder",
                                  folder.string(), checkpoint->size, size_max));
  return true;
}

// Whoever finds the folder again, after a run that was cut off, knows it by the key. Returns whether files in it may be replaced: those of
// an archive of this log that differ are damaged.
bool claim(const fs::path& folder, Store& store, Position size) {
  require_outside(folder, store);
  make_private_folder(folder);
  require_nothing_else(folder);
  const auto text = read_file_if_any(folder / key_name);
  const auto key = text ? VerifierKey::parse(std::string_view(*text).substr(0, text->find('\n'))) : std::nullopt;
  if (!key && (text || fs::exists(folder / "tile") || fs::exists(folder / checkpoint_name)))
    throw FolderTaken(fmt::format("{} does not say whose archive it is ({}): name another folder", folder.string(), key_name));
  if (key && !store.log_keys().has(*key))
    throw FolderTaken(fmt::format("{} is the archive of another log, {}: name another folder", folder.string(), key->text()));
  return require_same_history(folder, store, size);
}

class ArchiveFiles {
 public:
  ArchiveFiles(fs::path folder, bool may_replace) : folder_(std::move(folder)), may_replace_(may_replace) {}

  // What is there already is left alone, so that a run that was cut off goes on, and the records that are read from there stay.
  void put(const fs::path& name, std::string_view bytes) {
    names_.insert(name);
    const fs::path file = folder_ / name;
    const auto there = read_file_if_any(file);
    if (there == bytes) return;
    if (there && !may_replace_)
      throw FolderTaken(
          fmt::format("{} is not what this log would have there, and no checkpoint says whose it is: name another folder, or "
                      "empty this one where nothing is archived in it",
                      file.string()));
    make_private_folder(file.parent_path());
    const fs::path part = file.string() + ".new";
    write_unsynced(part, bytes);
    fs::rename(part, file);
  }
  // What was of an earlier checkpoint, or of a run that was cut off.
  void remove_others() {
    std::vector<fs::path> others;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      const fs::path name = entry.path().lexically_relative(folder_);
      if (entry.is_regular_file() && name != checkpoint_name && !names_.contains(name)) others.push_back(entry.path());
    }
    for (fs::path file : others) {
      for (fs::remove(file); fs::is_empty(file.parent_path()); file = file.parent_path()) fs::remove(file.parent_path());
    }
  }

 private:
  const fs::path folder_;
  const bool may_replace_;
  std::set<fs::path> names_;
};

void write_files(const LogTree& tree, Store& store, ArchiveFiles& files, const std::function<void(Position)>& on_written) {
  const Position size = tree.signed_tree().checkpoint.size;
  files.put(key_name, store.log_keys().at(size).text() + '\n');
  each_tile(size, [&](const TilePath& path) {
    files.put(path.text(), tree.file(path).value());
    if (!path.level) on_written(path.index * tile_width + path.width);
  });
  for (const auto& [name, bytes] : rotation_files(store.log(), tree)) files.put(fs::path("rotations") / name, bytes);
}

}  // namespace

std::optional<ArchivePlan> plan_archive(Store& store, Position to) {
  const Position witnessed = read_witnessed(store.folder(), store.log_keys());
  const auto note = store.log().checkpoint_at_most(witnessed == 0 ? to : std::min(to, witnessed));
  if (!note) return std::nullopt;
  const auto checkpoint = store.log_keys().open(*note);
  if (!checkpoint)
    throw LogDamaged(fmt::format("{}: the log keeps a checkpoint that its key did not sign: {}: verify the log", store.folder().string(),
                                 name(checkpoint.error())));
  ArchivePlan plan{.checkpoint = *checkpoint, .note = *note, .before = store.log_in_folder("an archive").archived()};
  plan.last = checkpoint->size - checkpoint->size % tile_width;
  if (plan.last <= plan.before) return std::nullopt;
  return plan;
}

void archive_log(Store& store, const ArchivePlan& plan, const fs::path& folder, const ArchiveSteps& steps) {
  const fs::path name = resolved(folder);
  ArchiveFiles files(name, claim(name, store, plan.checkpoint.size));
  const auto of_plan = std::make_shared<const SignedTree>(plan.checkpoint, plan.note, tree_at(store.log(), plan.checkpoint.size));
  if (of_plan->tree.root() != plan.checkpoint.root)
    throw LogDamaged(fmt::format("{}: the log's tiles do not lead to its checkpoint of size {}: verify the log", store.folder().string(),
                                 plan.checkpoint.size));
  steps.on_step("write the files");
  write_files(LogTree(store.log(), of_plan), store, files, steps.on_written);
  sync_file_system_of(name);
  steps.on_step("write the checkpoint");
  replace_file(name / checkpoint_name, plan.note);
  files.remove_others();
  steps.on_step("read it back");
  store.log_in_folder("an archive").move_to_archive(name, plan.last, steps.on_read, [&] {
    steps.on_step("tell that it is whole");
    steps.on_whole();
    steps.on_step("name it in the store");
    name_archive_in(store.folder(), name);
    steps.on_step("take the records out of the database");
  });
  steps.on_step("end");
}

void name_archive(Store& store, const fs::path& folder, const ArchiveSteps& steps) {
  const fs::path name = resolved(folder);
  require_outside(name, store);
  store.log_in_folder("an archive").move_to_archive(name, store.log_in_folder("an archive").archived(), steps.on_read, [&] {
    steps.on_whole();
    name_archive_in(store.folder(), name);
  });
}

ArchiveProof proof_in_archive(const fs::path& folder, Position archived, std::span<const VerifierKey> keys) {
  ArchiveProof out;
  const auto miss = [&](const fs::path& name) {
    if (!fs::exists(folder / name)) out.missing.push_back(folder / name);
  };
  if (const auto note = read_file_if_any(folder / checkpoint_name)) {
    if (const auto checkpoint = open_checkpoint(*note, keys)) out.checkpoint = *checkpoint;
  }
  if (!out.checkpoint || out.checkpoint->size < archived) out.missing.push_back(folder / checkpoint_name);
  miss(key_name);
  each_tile(out.checkpoint ? std::max(out.checkpoint->size, archived) : archived, [&](const TilePath& path) { miss(path.text()); });
  return out;
}

std::optional<ArchivePlan> plan_completion(Store& store, const fs::path& folder) {
  const Position archived = store.log_in_folder("an archive").archived();
  if (archived == 0 || resolved(folder) != read_archive_folder(store.folder())) return std::nullopt;
  std::vector<VerifierKey> keys;
  for (const KeyChain::Turn& turn : store.log_keys().turns()) keys.push_back(turn.key);
  const ArchiveProof proof = proof_in_archive(folder, archived, keys);
  if (proof.missing.empty()) return std::nullopt;
  const Position size = proof.checkpoint ? proof.checkpoint->size : store.log().head(0).position;
  const auto note = store.log().checkpoint_at_most(std::max(size, archived));
  const auto checkpoint = store.log_keys().open(note.value_or(""));
  if (!checkpoint || checkpoint->size < archived)
    throw LogDamaged(fmt::format("{}: the log keeps no checkpoint over what is archived: verify the log", store.folder().string()));
  return ArchivePlan{.checkpoint = *checkpoint, .note = *note, .before = archived, .last = archived};
}

}  // namespace muniment
