#include "events/values/text.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

namespace muniment {
namespace {

// Letters that no decomposition reaches. Upper case never arrives here: folding comes first.
constexpr std::array<std::pair<utf8proc_int32_t, std::string_view>, 12> spelled_out{{{0xdf, "ss"},
                                                                                     {0xe6, "ae"},
                                                                                     {0xf0, "d"},
                                                                                     {0xf8, "o"},
                                                                                     {0xfe, "th"},
                                                                                     {0x111, "d"},
                                                                                     {0x127, "h"},
                                                                                     {0x131, "i"},
                                                                                     {0x142, "l"},
                                                                                     {0x14b, "n"},
                                                                                     {0x153, "oe"},
                                                                                     {0x167, "t"}}};

template <typename Visit>  // visit(code point) -> whether to go on
bool each_code_point(std::string_view text, Visit visit) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t code = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code);
    if (used < 0 || !visit(code)) return false;
    at += used;
    left -= used;
  }
  return true;
}

bool is_control(utf8proc_int32_t code) {
  constexpr utf8proc_int32_t zero_width_non_joiner = 0x200c;
  constexpr utf8proc_int32_t zero_width_joiner = 0x200d;
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    case UTF8PROC_CATEGORY_CF:
      return code != zero_width_non_joiner && code != zero_width_joiner;
    default:
      return false;
  }
}

std::string mapped(std::string_view text, int options) {
  utf8proc_uint8_t* out = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                                             &out, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
  return size < 0 ? std::string{} : std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

void append_code_point(std::string& out, utf8proc_int32_t code) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(code, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

}  // namespace

bool is_utf8(std::string_view text) {
  return each_code_point(text, [](utf8proc_int32_t code) { return code != 0; });
}

bool has_control_characters(std::string_view text) {
  return !each_code_point(text, [](utf8proc_int32_t code) { return !is_control(code); });
}

std::optional<std::string> normalized(std::string_view text) {
  if (!is_utf8(text) || has_control_characters(text)) return std::nullopt;
  return mapped(trimmed(text), UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  each_code_point(text, [&count](utf8proc_int32_t) {
    ++count;
    return true;
  });
  return count;
}

std::string search_key(std::string_view text) {
  const std::string folded = mapped(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
  std::string out;
  out.reserve(folded.size());
  each_code_point(folded, [&out](utf8proc_int32_t code) {
    for (const auto& [letter, spelling] : spelled_out) {
      if (letter == code) {
        out.append(spelling);
        return true;
      }
    }
    append_code_point(out, code);
    return true;
  });
  return out;
}

}  // namespace muniment
