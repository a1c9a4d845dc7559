// Signed notes: text with lines of signatures behind it (c2sp.org/signed-note). A note's text is worth nothing until a signature by a key
// that is trusted has been verified.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/proof/ed25519.h"

namespace muniment {

// Why a note is refused. The names are public.
enum class NoteError {
  malformed,          // not a note, or not of the form asked for
  wrong_origin,       // a checkpoint of another log
  key_unknown,        // no signature by a key that was given
  signature_differs,  // a signature by name and id of a known key that this key did not make
};
std::string_view name(NoteError error);

// What kind of signature a key makes. The numbers are the specification's.
enum class SignatureType : std::uint8_t {
  ed25519 = 0x01,      // over the text
  cosignature = 0x04,  // c2sp.org/tlog-cosignature: a witness's, with a time
};

// One that verifies: `<name>+<key id, 8 hexadecimal digits>+<base64 of type and key>`.
struct VerifierKey {
  std::string name;
  SignatureType type = SignatureType::ed25519;
  PublicKey key{};

  std::uint32_t id() const;
  std::string text() const;
  // Nothing unless it is that form exactly, with the id that belongs to name, type and key.
  static std::optional<VerifierKey> parse(std::string_view text);

  bool operator==(const VerifierKey&) const = default;
};

// Not empty, UTF-8 without spaces, plus signs and control characters.
bool is_key_name(std::string_view name);

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes signature;

  // Its line, with the line feed.
  std::string line() const;
  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // With its last line feed.
  std::vector<NoteSignature> signatures;

  std::string bytes() const;
  // Nothing unless it is a note of at most 1 MiB and 64 signatures, one at least.
  static std::optional<Note> parse(std::string_view bytes);
};

// Signs. Which means it uses is the implementation's: a key in memory, or one in a device.
class NoteSigner {
 public:
  NoteSigner() = default;
  NoteSigner(const NoteSigner&) = delete;
  NoteSigner& operator=(const NoteSigner&) = delete;
  virtual ~NoteSigner() = default;

  virtual const VerifierKey& key() const = 0;
  // Throws std::runtime_error. A thread at a time.
  virtual Signature sign(ByteSpan message) = 0;
};

// The signature of a text by a key of type ed25519.
NoteSignature sign_note(NoteSigner& signer, std::string_view text);

// Whether the note has a signature of the key, and it is the key's. Signatures of others are passed over.
std::expected<void, NoteError> verify_note(const Note& note, const VerifierKey& key);

}  // namespace muniment
