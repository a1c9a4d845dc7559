#include "tools/server/jwt.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace muniment {
namespace {

constexpr std::array<std::pair<JwtAlgorithm, std::string_view>, 3> algorithms{
    {{JwtAlgorithm::rs256, "RS256"}, {JwtAlgorithm::es256, "ES256"}, {JwtAlgorithm::eddsa, "EdDSA"}}};
constexpr std::size_t key_id_bytes_max = 256;

std::optional<unsigned> value_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
  if (c == '-') return 62;
  if (c == '_') return 63;
  return std::nullopt;
}

// Base64url without padding, in its only form: bits that stand for nothing are zero.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto value = value_of(c);
    if (!value) return std::nullopt;
    bits = (bits << 6 | *value) & 0xfffU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xffU);
  }
  const bool has_rest = (bits & ((1U << count) - 1U)) != 0;
  if (text.size() % 4 == 1 || has_rest) return std::nullopt;
  return out;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::optional<std::string_view> read_header(std::string_view encoded, Jwt& out) {
  const auto bytes = decoded(encoded);
  if (!bytes) return "the header is not Base64url";
  const auto header = JsonObject::parse(*bytes);
  if (!header) return "the header is no JSON object, or has a member twice";
  const auto algorithm = header->text("alg");
  const auto* known =
      std::find_if(algorithms.begin(), algorithms.end(), [&](const auto& entry) { return algorithm && entry.second == *algorithm; });
  if (known == algorithms.end()) return "the algorithm is not RS256, ES256 or EdDSA";
  out.algorithm = known->first;
  if (header->has("crit")) return "the header has `crit`, of which nothing is understood";
  // Others are for something else: to end a session, to be introspected.
  const std::string type = lower(header->text("typ").value_or(header->has("typ") ? "?" : "jwt"));
  if (type != "jwt" && type != "at+jwt" && type != "application/at+jwt") return "the type is no token of access or identity";
  if (!header->has("kid")) return std::nullopt;
  const auto key_id = header->text("kid");
  if (!key_id || key_id->empty() || key_id->size() > key_id_bytes_max) return "`kid` is no text, or is too long";
  out.key_id = *key_id;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(JwtAlgorithm algorithm) {
  for (const auto& [known, name] : algorithms) {
    if (known == algorithm) return name;
  }
  return {};
}

bool looks_like_jwt(std::string_view text) { return std::count(text.begin(), text.end(), '.') == 2; }

std::expected<Jwt, std::string_view> parse_jwt(std::string_view text) {
  if (text.size() > jwt_bytes_max) return std::unexpected("it is larger than 8192 bytes");
  if (!looks_like_jwt(text)) return std::unexpected("it has not three parts");
  const std::size_t first = text.find('.');
  const std::size_t second = text.rfind('.');
  const auto payload = decoded(text.substr(first + 1, second - first - 1));
  if (!payload) return std::unexpected("the claims are not Base64url");
  auto claims = JsonObject::parse(*payload);
  if (!claims) return std::unexpected("the claims are no JSON object, or have a member twice");
  auto signature = decoded(text.substr(second + 1));
  if (!signature || signature->empty()) return std::unexpected("the signature is not Base64url, or missing");
  Jwt out{.text = text,
          .signed_part = text.substr(0, second),
          .algorithm = JwtAlgorithm::rs256,
          .key_id = {},
          .signature = std::move(*signature),
          .claims = std::move(*claims)};
  if (const auto wrong = read_header(text.substr(0, first), out)) return std::unexpected(*wrong);
  return out;
}

}  // namespace muniment
