#include "events/proof/proof_text.h"

namespace muniment {
namespace {

constexpr std::string_view proof_heading = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_word = "extra ";
constexpr std::string_view index_word = "index ";
constexpr std::string_view old_word = "old ";
constexpr std::size_t hashes_max = 64;
constexpr std::size_t consistency_hashes_max = 63;

// The next line without its line feed; nothing at the end of the text and for a line that does not end.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::string lines_of(const Proof& proof) {
  std::string out;
  for (const Hash& hash : proof) out += base64_of(hash) + '\n';
  return out;
}

// Up to the empty line.
std::optional<Proof> take_proof(std::string_view& text, std::size_t max) {
  Proof proof;
  while (true) {
    const auto line = take_line(text);
    if (!line) return std::nullopt;
    if (line->empty()) return proof;
    const auto hash = parse_hash(*line);
    if (!hash || proof.size() == max) return std::nullopt;
    proof.push_back(*hash);
  }
}

}  // namespace

std::string InclusionText::text() const {
  return std::string{proof_heading} + '\n' + std::string{index_word} + std::to_string(index) + '\n' + lines_of(proof) + '\n' + checkpoint;
}

std::optional<InclusionText> InclusionText::parse(std::string_view text) {
  if (take_line(text) != proof_heading) return std::nullopt;
  auto line = take_line(text);
  if (line && line->starts_with(extra_word)) line = take_line(text);
  if (!line || !line->starts_with(index_word)) return std::nullopt;
  const auto index = parse_decimal(line->substr(index_word.size()));
  auto proof = take_proof(text, hashes_max);
  if (!index || !proof) return std::nullopt;
  return InclusionText{.index = *index, .proof = std::move(*proof), .checkpoint = std::string{text}};
}

std::string ConsistencyText::text() const {
  return std::string{old_word} + std::to_string(old_size) + '\n' + lines_of(proof) + '\n' + checkpoint;
}

std::optional<ConsistencyText> ConsistencyText::parse(std::string_view text) {
  const auto line = take_line(text);
  if (!line || !line->starts_with(old_word)) return std::nullopt;
  const auto old_size = parse_decimal(line->substr(old_word.size()));
  auto proof = take_proof(text, consistency_hashes_max);
  if (!old_size || !proof) return std::nullopt;
  return ConsistencyText{.old_size = *old_size, .proof = std::move(*proof), .checkpoint = std::string{text}};
}

}  // namespace muniment
