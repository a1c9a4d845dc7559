#include "events/values/username.h"

#include <algorithm>
#include <utility>

#include "events/values/text.h"

namespace muniment {
namespace {

constexpr std::size_t stem_max = 40;

// The colon divides a principal's kind from its name.
bool is_allowed(char c) { return c > ' ' && c <= '~' && c != ':'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string letters_of(std::string_view name) {
  std::string out;
  for (const char c : search_key(name)) {
    if (is_alphanumeric(c)) out.push_back(c);
  }
  return out;
}

}  // namespace

std::optional<Username> Username::parse(std::string_view text) {
  if (text.empty() || text.size() > size_max) return std::nullopt;
  std::string folded;
  folded.reserve(text.size());
  for (char c : text) {
    if (is_beyond_ascii(c)) return parse_letters(text);
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    if (!is_allowed(c)) return std::nullopt;
    folded.push_back(c);
  }
  return Username{std::move(folded)};
}

std::optional<Username> Username::parse_letters(std::string_view text) {
  auto folded = folded_letters(text);
  if (!folded || folded->size() > size_max) return std::nullopt;
  const bool is_good = std::all_of(folded->begin(), folded->end(), [](char c) { return is_beyond_ascii(c) || is_allowed(c); });
  if (!is_good) return std::nullopt;
  return Username{std::move(*folded)};
}

bool Username::is_plain() const {
  return std::all_of(text_.begin(), text_.end(), [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; });
}

bool Username::is_canonical(std::string_view text) {
  if (text.empty() || text.size() > size_max) return false;
  if (std::all_of(text.begin(), text.end(), [](char c) { return is_allowed(c) && !is_upper(c); })) return true;
  const auto name = parse(text);
  return name && name->text() == text;
}

std::string username_stem(std::string_view first_name, std::string_view last_name) {
  std::string stem = letters_of(first_name).substr(0, 1) + letters_of(last_name);
  stem.resize(std::min(stem.size(), stem_max));
  return stem.empty() ? "user" : stem;
}

}  // namespace muniment
