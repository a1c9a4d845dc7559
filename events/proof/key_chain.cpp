#include "events/proof/key_chain.h"

#include <algorithm>

namespace muniment {

bool KeyChain::has(const VerifierKey& key) const {
  return std::ranges::any_of(turns_, [&](const Turn& turn) { return turn.key == key; });
}

bool KeyChain::may_join(const VerifierKey& before, const VerifierKey& fresh) const {
  return fresh.name == before.name && fresh.type == SignatureType::ed25519 && !has(fresh);
}

bool KeyChain::append(std::uint64_t position, const VerifierKey& former, const VerifierKey& current) {
  if (former != newest() || position <= turns_.back().from || !may_join(former, current)) return false;
  turns_.push_back({current, position});
  return true;
}

bool KeyChain::prepend(std::uint64_t position, const VerifierKey& former, const VerifierKey& current) {
  if (current != oldest() || position == 0 || !may_join(current, former)) return false;
  if (turns_.size() > 1 && position >= turns_[1].from) return false;
  turns_.front().from = position;
  turns_.insert(turns_.begin(), Turn{former});
  return true;
}

const VerifierKey& KeyChain::at(std::uint64_t size) const {
  return std::ranges::find_if(turns_.rbegin(), turns_.rend(), [&](const Turn& turn) { return turn.from <= size; })->key;
}

std::expected<Checkpoint, NoteError> KeyChain::open(std::string_view note) const {
  const auto parsed = Note::parse(note);
  auto checkpoint = parsed ? Checkpoint::parse(parsed->text) : std::nullopt;
  if (!checkpoint) return std::unexpected(NoteError::malformed);
  const VerifierKey& signer = at(checkpoint->size);
  for (const Turn& turn : turns_) {
    const auto verified = verify_note(*parsed, turn.key);
    if (!verified && (verified.error() != NoteError::key_unknown || turn.key == signer)) return std::unexpected(verified.error());
  }
  if (checkpoint->origin != signer.name) return std::unexpected(NoteError::wrong_origin);
  return std::move(*checkpoint);
}

}  // namespace muniment
