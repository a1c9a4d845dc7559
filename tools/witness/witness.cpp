#include "tools/witness/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "events/proof/consistency.h"
#include "events/proof/cosignature.h"
#include "events/proof/proof_text.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr unsigned bad_request = 400;
constexpr unsigned forbidden = 403;
constexpr unsigned not_found = 404;
constexpr unsigned conflict = 409;
constexpr unsigned unprocessable = 422;

WitnessAnswer refuse(unsigned status, std::string_view why) { return {.status = status, .body = std::string{why} + '\n'}; }

WitnessAnswer tell_size(std::uint64_t size) {
  return {.status = conflict, .content_type = "text/x.tlog.size", .body = std::to_string(size) + '\n'};
}

}  // namespace

Witness::Witness(std::unique_ptr<NoteSigner> signer, const std::vector<VerifierKey>& logs, std::filesystem::path folder)
    : signer_(std::move(signer)), folder_(std::move(folder)) {
  for (const VerifierKey& key : logs) logs_[key.name].keys.push_back(key);
  for (auto& [origin, log] : logs_) {
    const std::string note = newest(origin);
    if (note.empty()) continue;
    const auto checkpoint = open_checkpoint(note, log.keys);
    if (!checkpoint) {
      throw std::runtime_error(
          fmt::format("{} is no checkpoint of {}: {}; restore it, or name the key that signed it too, since without it this witness could "
                      "cosign another history",
                      file_of(origin, "checkpoint").string(), log.keys.front().text(), name(checkpoint.error())));
    }
    log.newest = *checkpoint;
  }
}

bool Witness::Log::has_made(const NoteSignature& signature) const {
  return std::ranges::any_of(keys, [&](const VerifierKey& key) { return signature.name == key.name && signature.key_id == key.id(); });
}

// An origin may hold anything, a slash too.
std::filesystem::path Witness::file_of(const std::string& origin, std::string_view ending) const {
  return folder_ / fmt::format("{}.{}", to_hex(LeafHasher().leaf_hash(bytes_of(origin))).substr(0, 32), ending);
}

std::string Witness::newest(const std::string& origin) const {
  const std::filesystem::path file = file_of(origin, "checkpoint");
  const std::string note = std::filesystem::exists(file) ? read_whole_file(file) : std::string{};
  // Whoever takes the file away, or empties it, does not make it forget.
  if (note.empty() && (std::filesystem::exists(file) || std::filesystem::exists(file_of(origin, "history"))))
    throw std::runtime_error(fmt::format(
        "{} is missing or empty, though checkpoints were cosigned; restore it, since without it this witness could cosign another history",
        file.string()));
  return note;
}

// A tree is never said to have been there before a smaller one was, wherever the clock goes.
std::uint64_t Witness::cosigned_at(const std::string& origin) const {
  const auto note = Note::parse(newest(origin));
  return note ? verify_cosignature(*note, key()).value_or(0) : 0;
}

WitnessAnswer Witness::add_checkpoint(std::string_view request, std::uint64_t now_seconds) {
  const auto parsed = ConsistencyText::parse(request);
  const auto note = parsed ? Note::parse(parsed->checkpoint) : std::nullopt;
  const auto said = note ? Checkpoint::parse(note->text) : std::nullopt;
  if (!said)
    return refuse(bad_request, "expected `old SIZE`, a proof of consistency, an empty line and a checkpoint without extension lines");
  const std::lock_guard lock(mutex_);
  const auto known = logs_.find(said->origin);
  if (known == logs_.end()) return refuse(not_found, "this witness does not know the log");
  Log& log = known->second;
  const auto checkpoint = open_checkpoint(parsed->checkpoint, log.keys);
  if (!checkpoint) return refuse(forbidden, name(checkpoint.error()));
  if (checkpoint->size == 0 && checkpoint->root != empty_root) return refuse(unprocessable, "a tree of nothing has another root");
  if (parsed->old_size > checkpoint->size) return refuse(bad_request, "the old size is larger than the checkpoint's");
  if (parsed->old_size != log.newest.size) return tell_size(log.newest.size);
  if (parsed->old_size == checkpoint->size && parsed->old_size != 0 && log.newest.root != checkpoint->root)
    return tell_size(log.newest.size);  // Another history of the same size.
  const bool is_first = parsed->old_size == 0;
  if (is_first ? !parsed->proof.empty()
               : !verify_consistency(hasher_, log.newest.size, checkpoint->size, parsed->proof, log.newest.root, checkpoint->root))
    return refuse(unprocessable, "the proof does not lead from the old size to the checkpoint");
  return cosign_next(log, *note, *checkpoint, now_seconds);
}

WitnessAnswer Witness::cosign_next(Log& log, const Note& note, const Checkpoint& checkpoint, std::uint64_t now_seconds) {
  const NoteSignature cosignature = cosign(*signer_, note.text, std::max(now_seconds, cosigned_at(checkpoint.origin)));
  Note kept{.text = note.text, .signatures = {}};
  for (const NoteSignature& signature : note.signatures) {
    if (log.has_made(signature)) kept.signatures.push_back(signature);
  }
  kept.signatures.push_back(cosignature);
  const std::string bytes = kept.bytes();
  replace_file(file_of(checkpoint.origin, "checkpoint"), bytes);
  log.newest = checkpoint;
  if (log.noted != note.text) append_to_file(file_of(checkpoint.origin, "history"), bytes + '\n');
  log.noted = note.text;
  return {.status = 200, .body = cosignature.line()};
}

}  // namespace muniment
