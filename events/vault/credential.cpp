#include "events/vault/credential.h"

#include "events/vault/secret.h"

namespace muniment {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t characters = 20;
constexpr std::size_t group = 5;

}  // namespace

std::string random_credential_text() {
  const auto random = Secret<struct CredentialRandomKind, characters>::random();
  std::string text;
  for (std::size_t i = 0; i < characters; ++i) {
    if (i > 0 && i % group == 0) text.push_back('-');
    text.push_back(alphabet[random.bytes()[i] & 31]);  // 256 is a multiple of 32, so every character is equally likely.
  }
  return text;
}

std::optional<std::string> normalised_credential(std::string_view typed) {
  std::string text;
  for (char c : typed) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (alphabet.find(c) == std::string_view::npos || text.size() == characters) return std::nullopt;
    text.push_back(c);
  }
  if (text.size() != characters) return std::nullopt;
  return text;
}

}  // namespace muniment
