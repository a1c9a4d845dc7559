#include "events/values/provider_id.h"

namespace muniment {
namespace {
constexpr std::size_t digits_of_provider = 9;
}

std::optional<ProviderId> ProviderId::parse(std::string_view text) {
  if (text.size() < digits_of_provider + 1) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text.substr(0, digits_of_provider)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  std::string_view letter = text.substr(digits_of_provider);
  if (letter.size() == 2 && letter[0] == ' ') letter.remove_prefix(1);
  if (letter.size() != 1) return std::nullopt;
  const char upper = letter[0] >= 'a' && letter[0] <= 'z' ? static_cast<char>(letter[0] - 'a' + 'A') : letter[0];
  if (upper < 'A' || upper > 'Z') return std::nullopt;
  return ProviderId{number * 26 + static_cast<std::uint64_t>(upper - 'A')};
}

// Written out by hand: every event, key and decision asks for it.
std::string ProviderId::text() const {
  std::string out(digits_of_provider + 1, static_cast<char>('A' + packed_ % 26));
  std::uint64_t number = packed_ / 26;
  for (std::size_t i = digits_of_provider; i-- > 0; number /= 10) out[i] = static_cast<char>('0' + number % 10);
  return out;
}

std::string ProviderId::display() const { return text().insert(digits_of_provider, 1, ' '); }

}  // namespace muniment
