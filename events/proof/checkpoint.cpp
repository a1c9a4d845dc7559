#include "events/proof/checkpoint.h"

#include <algorithm>
#include <charconv>

#include "events/values/base64.h"

namespace muniment {

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_canonical = text.size() == 1 || !text.starts_with('0');
  if (error != std::errc{} || end != text.data() + text.size() || !is_canonical) return std::nullopt;
  return value;
}

std::optional<Hash> parse_hash(std::string_view base64) {
  const auto bytes = from_base64(base64);
  Hash hash;
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

std::string base64_of(const Hash& hash) {
  std::string out;
  append_base64(out, hash);
  return out;
}

std::string Checkpoint::text() const { return origin + '\n' + std::to_string(size) + '\n' + base64_of(root) + '\n'; }

std::optional<Checkpoint> Checkpoint::parse(std::string_view text) {
  const std::size_t first = text.find('\n');
  const std::size_t second = first == std::string_view::npos ? first : text.find('\n', first + 1);
  if (second == std::string_view::npos || !text.ends_with('\n') || text.size() < second + 2) return std::nullopt;
  const auto size = parse_decimal(text.substr(first + 1, second - first - 1));
  const auto root = parse_hash(text.substr(second + 1, text.size() - second - 2));
  if (first == 0 || !size || !root) return std::nullopt;
  return Checkpoint{.origin = std::string{text.substr(0, first)}, .size = *size, .root = *root};
}

std::string sign_checkpoint(NoteSigner& signer, std::uint64_t size, const Hash& root) {
  NoteSigner* const only = &signer;
  return sign_checkpoint(std::span(&only, 1), size, root);
}

std::string sign_checkpoint(std::span<NoteSigner* const> signers, std::uint64_t size, const Hash& root) {
  Note note{.text = Checkpoint{.origin = signers.front()->key().name, .size = size, .root = root}.text(), .signatures = {}};
  for (NoteSigner* const signer : signers) note.signatures.push_back(sign_note(*signer, note.text));
  return note.bytes();
}

std::expected<Checkpoint, NoteError> open_checkpoint(std::string_view note, const VerifierKey& key) {
  const auto parsed = Note::parse(note);
  if (!parsed) return std::unexpected(NoteError::malformed);
  if (const auto verified = verify_note(*parsed, key); !verified) return std::unexpected(verified.error());
  auto checkpoint = Checkpoint::parse(parsed->text);
  if (!checkpoint) return std::unexpected(NoteError::malformed);
  if (checkpoint->origin != key.name) return std::unexpected(NoteError::wrong_origin);
  return std::move(*checkpoint);
}

std::expected<Checkpoint, NoteError> open_checkpoint(std::string_view note, std::span<const VerifierKey> keys) {
  std::expected<Checkpoint, NoteError> out = std::unexpected(NoteError::key_unknown);
  for (const VerifierKey& key : keys) {
    auto opened = open_checkpoint(note, key);
    if (!opened && opened.error() != NoteError::key_unknown) return opened;
    if (opened) out = std::move(opened);
  }
  return out;
}

}  // namespace muniment
