// PID/SL: a provider id and its service location, nine digits and one letter (`110012345A`).
// Shown with a space before the letter, accepted with or without it and in either case.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace muniment {

class ProviderId {
 public:
  // Nothing when the text is no PID/SL.
  static std::optional<ProviderId> parse(std::string_view text);
  // Nothing unless the number has at most nine digits and the letter is a capital one.
  static std::optional<ProviderId> from(std::uint32_t number, char letter) {
    if (number > 999'999'999 || letter < 'A' || letter > 'Z') return std::nullopt;
    return ProviderId{std::uint64_t{number} * 26 + static_cast<std::uint64_t>(letter - 'A')};
  }

  std::uint32_t number() const { return static_cast<std::uint32_t>(packed_ / 26); }  // Its nine digits.
  char letter() const { return static_cast<char>('A' + packed_ % 26); }
  std::string text() const;     // 110012345A
  std::string display() const;  // 110012345 A
  auto operator<=>(const ProviderId&) const = default;
  std::size_t hash() const { return packed_ * 0x9e3779b97f4a7c15u; }

 private:
  explicit ProviderId(std::uint64_t packed) : packed_(packed) {}
  std::uint64_t packed_;  // digits * 26 + letter: the numeric order is the bytewise order of the text
};

}  // namespace muniment

template <>
struct std::hash<muniment::ProviderId> {
  std::size_t operator()(const muniment::ProviderId& id) const noexcept { return id.hash(); }
};
