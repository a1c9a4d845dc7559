// Cosignatures: a witness's word that, at some time, a checkpoint was the largest it had seen of that log and continued all it had seen
// before (c2sp.org/tlog-cosignature, Ed25519, type 0x04).
#pragma once

#include "events/proof/checkpoint.h"

namespace muniment {

// Of a checkpoint's text, by a witness at a time, in seconds since 1970. `signer` has a key of type cosignature.
NoteSignature cosign(NoteSigner& signer, std::string_view checkpoint_text, std::uint64_t seconds);

// When this witness cosigned the note. Signatures of others are passed over.
std::expected<std::uint64_t, NoteError> verify_cosignature(const Note& note, const VerifierKey& witness);

}  // namespace muniment
