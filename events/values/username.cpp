#include "events/values/username.h"

#include <algorithm>
#include <utility>

#include "events/values/text.h"

namespace muniment {
namespace {

constexpr std::size_t stem_max = 40;

bool is_allowed(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; }
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
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!is_allowed(c)) return std::nullopt;
    folded.push_back(c);
  }
  return Username{std::move(folded)};
}

std::string username_stem(std::string_view first_name, std::string_view last_name) {
  std::string stem = letters_of(first_name).substr(0, 1) + letters_of(last_name);
  stem.resize(std::min(stem.size(), stem_max));
  return stem.empty() ? "user" : stem;
}

}  // namespace muniment
