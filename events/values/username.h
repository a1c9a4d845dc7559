// A username: 1 to 64 of a-z, 0-9, dot, hyphen and underscore, compared without case and kept in lower case.
// Unique for ever: a name once claimed is never given again.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace muniment {

class Username {
 public:
  static constexpr std::size_t size_max = 64;

  // Folds to lower case. Nothing when the text is empty, too long or has another character.
  static std::optional<Username> parse(std::string_view text);

  const std::string& text() const { return text_; }
  auto operator<=>(const Username&) const = default;

 private:
  explicit Username(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The letters a generated username starts with: first initial and last name, ASCII-folded, apostrophes, hyphens and
// whatever else is no letter or digit dropped; `user` where nothing is left. At most 40 characters. Precondition: both are UTF-8.
std::string username_stem(std::string_view first_name, std::string_view last_name);

}  // namespace muniment

template <>
struct std::hash<muniment::Username> {
  std::size_t operator()(const muniment::Username& name) const noexcept { return std::hash<std::string>{}(name.text()); }
};
