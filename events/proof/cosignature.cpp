#include "events/proof/cosignature.h"

#include <algorithm>
#include <limits>

#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr std::size_t time_bytes = 8;

std::string message_of(std::string_view checkpoint_text, std::uint64_t seconds) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + '\n' + std::string{checkpoint_text};
}

}  // namespace

NoteSignature cosign(NoteSigner& signer, std::string_view checkpoint_text, std::uint64_t seconds) {
  MUNIMENT_ASSERT(signer.key().type == SignatureType::cosignature && checkpoint_text.ends_with('\n'));
  const Signature signature = signer.sign(bytes_of(message_of(checkpoint_text, seconds)));
  std::string bytes;
  put_u64be(bytes, seconds);
  bytes += text_of(signature);
  return {.name = signer.key().name, .key_id = signer.key().id(), .signature = Bytes(bytes.begin(), bytes.end())};
}

std::expected<std::uint64_t, NoteError> verify_cosignature(const Note& note, const VerifierKey& witness) {
  if (witness.type != SignatureType::cosignature) return std::unexpected(NoteError::key_unknown);
  const std::uint32_t id = witness.id();
  const auto made =
      std::ranges::find_if(note.signatures, [&](const NoteSignature& one) { return one.key_id == id && one.name == witness.name; });
  if (made == note.signatures.end()) return std::unexpected(NoteError::key_unknown);
  if (made->signature.size() != time_bytes + std::tuple_size_v<Signature>) return std::unexpected(NoteError::signature_differs);
  const std::uint64_t seconds = get_u64be(text_of(made->signature).data());
  const bool is_time = seconds <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!is_time || !verify_ed25519(witness.key, bytes_of(message_of(note.text, seconds)), ByteSpan(made->signature).subspan(time_bytes)))
    return std::unexpected(NoteError::signature_differs);
  return seconds;
}

}  // namespace muniment
