#include "events/proof/note.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "events/values/assert.h"
#include "events/values/base64.h"
#include "events/values/text.h"

namespace muniment {
namespace {

constexpr std::size_t note_bytes_max = 1u << 20;
constexpr std::size_t signatures_max = 64;
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t key_id_digits = 2 * key_id_bytes;
constexpr std::string_view dash = "\u2014 ";

// Unicode's White_Space beyond ASCII, in UTF-8.
constexpr std::array<std::string_view, 19> wide_spaces{"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                                       "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
                                                       "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

bool is_control(char c) { return static_cast<Byte>(c) < 0x20; }

std::array<Byte, 32> sha256(std::string_view bytes) {
  std::array<Byte, 32> digest;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL gives no SHA-256: check its configuration and its providers");
  return digest;
}

std::string typed_key(SignatureType type, const PublicKey& key) { return static_cast<char>(type) + std::string{text_of(key)}; }

std::string id_text(std::uint32_t id) {
  std::string bytes;
  put_u32be(bytes, id);
  return to_hex(bytes_of(bytes));
}

std::optional<NoteSignature> parse_line(std::string_view line) {
  if (!line.starts_with(dash)) return std::nullopt;
  line.remove_prefix(dash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return std::nullopt;
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= key_id_bytes) return std::nullopt;
  return NoteSignature{.name = std::string{line.substr(0, space)},
                       .key_id = get_u32be(text_of(*bytes).data()),
                       .signature = Bytes(bytes->begin() + key_id_bytes, bytes->end())};
}

}  // namespace

std::string_view name(NoteError error) {
  switch (error) {
    case NoteError::malformed:
      return "malformed";
    case NoteError::wrong_origin:
      return "wrong_origin";
    case NoteError::key_unknown:
      return "key_unknown";
    case NoteError::signature_differs:
      return "signature_differs";
  }
  MUNIMENT_ASSERT(false);  // The compiler names the error that was forgotten above.
  return {};
}

bool is_key_name(std::string_view name) {
  if (name.empty() || !is_utf8(name)) return false;
  if (std::ranges::any_of(name, [](char c) { return is_control(c) || c == ' ' || c == '+' || c == '\x7f'; })) return false;
  return std::ranges::none_of(wide_spaces, [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

std::uint32_t VerifierKey::id() const { return get_u32be(text_of(sha256(name + '\n' + typed_key(type, key))).data()); }

std::string VerifierKey::text() const {
  std::string out = name + '+' + id_text(id()) + '+';
  append_base64(out, bytes_of(typed_key(type, key)));
  return out;
}

std::optional<VerifierKey> VerifierKey::parse(std::string_view text) {
  const std::size_t first = text.find('+');
  if (first == std::string_view::npos || text.size() < first + key_id_digits + 2 || text[first + 1 + key_id_digits] != '+')
    return std::nullopt;
  const auto bytes = from_base64(text.substr(first + key_id_digits + 2));
  if (!bytes || bytes->size() != 1 + std::tuple_size_v<PublicKey>) return std::nullopt;
  VerifierKey out{.name = std::string{text.substr(0, first)}, .type = static_cast<SignatureType>(bytes->front())};
  if (out.type != SignatureType::ed25519 && out.type != SignatureType::cosignature) return std::nullopt;
  std::copy(bytes->begin() + 1, bytes->end(), out.key.begin());
  const bool is_whole = is_key_name(out.name) && text.substr(first + 1, key_id_digits) == id_text(out.id());
  return is_whole ? std::optional{out} : std::nullopt;
}

std::string NoteSignature::line() const {
  std::string bytes;
  put_u32be(bytes, key_id);
  bytes += text_of(signature);
  std::string out{dash};
  out += name + ' ';
  append_base64(out, bytes_of(bytes));
  return out + '\n';
}

std::string Note::bytes() const {
  std::string out = text + '\n';
  for (const NoteSignature& signature : signatures) out += signature.line();
  return out;
}

std::optional<Note> Note::parse(std::string_view bytes) {
  if (bytes.size() > note_bytes_max || !bytes.ends_with('\n') || !is_utf8(bytes)) return std::nullopt;
  if (std::ranges::any_of(bytes, [](char c) { return is_control(c) && c != '\n'; })) return std::nullopt;
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return std::nullopt;
  Note out{.text = std::string{bytes.substr(0, split + 1)}, .signatures = {}};
  for (std::string_view rest = bytes.substr(split + 2); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    auto signature = parse_line(rest.substr(0, end));
    if (!signature || out.signatures.size() == signatures_max) return std::nullopt;
    out.signatures.push_back(std::move(*signature));
    rest.remove_prefix(end + 1);
  }
  return out.signatures.empty() ? std::nullopt : std::optional{std::move(out)};
}

NoteSignature sign_note(NoteSigner& signer, std::string_view text) {
  MUNIMENT_ASSERT(signer.key().type == SignatureType::ed25519 && text.ends_with('\n'));
  const Signature signature = signer.sign(bytes_of(text));
  return {.name = signer.key().name, .key_id = signer.key().id(), .signature = Bytes(signature.begin(), signature.end())};
}

std::expected<void, NoteError> verify_note(const Note& note, const VerifierKey& key) {
  const std::uint32_t id = key.id();
  const auto signature =
      std::ranges::find_if(note.signatures, [&](const NoteSignature& made) { return made.key_id == id && made.name == key.name; });
  if (signature == note.signatures.end() || key.type != SignatureType::ed25519) return std::unexpected(NoteError::key_unknown);
  if (!verify_ed25519(key.key, bytes_of(note.text), signature->signature)) return std::unexpected(NoteError::signature_differs);
  return {};
}

}  // namespace muniment
