// Checkpoints: what a log says of itself at one size, signed (c2sp.org/tlog-checkpoint). Without extension lines, which nobody could audit:
// a checkpoint that has some is refused.
#pragma once

#include "events/proof/hash.h"
#include "events/proof/note.h"

namespace muniment {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};

  // The text that is signed: three lines.
  std::string text() const;
  // Nothing unless the text is exactly what text() gives for some checkpoint.
  static std::optional<Checkpoint> parse(std::string_view text);

  bool operator==(const Checkpoint&) const = default;
};

// The note, signed under the signer's name, which is the origin.
std::string sign_checkpoint(NoteSigner& signer, std::uint64_t size, const Hash& root);
// The same by several keys of one name, in this order. Precondition: one at least.
std::string sign_checkpoint(std::span<NoteSigner* const> signers, std::uint64_t size, const Hash& root);

// A checkpoint of the log that has this key, by whose name as the origin it goes.
std::expected<Checkpoint, NoteError> open_checkpoint(std::string_view note, const VerifierKey& key);
// One that any of a log's keys signed, as long as nothing is known of when each did; a signature by name and id of another of them must be
// that key's too.
std::expected<Checkpoint, NoteError> open_checkpoint(std::string_view note, std::span<const VerifierKey> keys);

// A size or an index as the formats write it: decimal, without leading zeros.
std::optional<std::uint64_t> parse_decimal(std::string_view text);
// A hash in a line of base64. Nothing for any other size.
std::optional<Hash> parse_hash(std::string_view base64);
std::string base64_of(const Hash& hash);

}  // namespace muniment
