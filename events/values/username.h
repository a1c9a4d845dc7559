// A username: 1 to 64 bytes, without blanks and colons, compared without case and kept in its canonical form. Generated ones are of a-z and
// 0-9; those of other organizations may have any printable ASCII character and the letters and digits of any script, as usernames of
// RFC 8265 (UsernameCaseMapped) do. Unique for ever: a name once claimed is never given again.
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

  // Folds to lower case and NFC. Nothing when the text is empty, too long or has another character; nor for a character that is only
  // another form of one, such as a full-width letter: it would be another name that looks the same.
  static std::optional<Username> parse(std::string_view text);
  // Whether it is what `parse` would keep.
  static bool is_canonical(std::string_view text);

  const std::string& text() const { return text_; }
  // Of a-z, 0-9, dot, hyphen and underscore alone, as officers' and submitters' names are.
  bool is_plain() const;
  auto operator<=>(const Username&) const = default;

 private:
  static std::optional<Username> parse_letters(std::string_view text);

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
