#include "events/values/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>

#include "events/values/assert.h"

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

// People and programs type one sign in many ways. Anything else is returned as it is.
utf8proc_int32_t plain_sign(utf8proc_int32_t code, void* = nullptr) {
  switch (code) {
    case 0x60:    // grave accent
    case 0xb4:    // acute accent
    case 0x2bb:   // modifier letter turned comma: the okina
    case 0x2bc:   // modifier letter apostrophe
    case 0x2018:  // left single quotation mark
    case 0x2019:  // right single quotation mark
    case 0x201b:  // single high-reversed-9 quotation mark
    case 0x2032:  // prime
    case 0xa78c:  // saltillo
      return '\'';
    case 0x2010:  // hyphen
    case 0x2011:  // non-breaking hyphen
    case 0x2012:  // figure dash
    case 0x2013:  // en dash
    case 0x2212:  // minus sign
      return '-';
    default:
      return code;
  }
}

std::string mapped(std::string_view text, int options, utf8proc_custom_func before = nullptr) {
  utf8proc_uint8_t* out = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map_custom(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &out,
                          static_cast<utf8proc_option_t>(options), before, nullptr);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
  MUNIMENT_ASSERT(size != UTF8PROC_ERROR_INVALIDUTF8);  // The precondition of all who call.
  if (size < 0) throw std::runtime_error(std::string("text cannot be normalized: ") + utf8proc_errmsg(size));
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What of ASCII differs from its key. Nearly every name and address is ASCII; the tables are for the others.
char ascii_key(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '`' ? '\'' : c;
}

std::size_t bytes_in(utf8proc_int32_t code) { return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4; }

std::string_view trimmed(std::string_view text) {
  std::size_t at = 0;
  std::size_t begin = text.size();
  std::size_t end = text.size();
  each_code_point(text, [&](utf8proc_int32_t code) {
    const std::size_t next = at + bytes_in(code);
    if (utf8proc_category(code) != UTF8PROC_CATEGORY_ZS) {
      begin = std::min(begin, at);
      end = next;
    }
    at = next;
    return true;
  });
  return text.substr(begin, end - begin);
}

void append_code_point(std::string& out, utf8proc_int32_t code) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(code, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

void append_lower(std::string& out, utf8proc_int32_t code) {
  constexpr utf8proc_int32_t capital_i_with_dot = 0x130;
  constexpr utf8proc_int32_t dot_above = 0x307;
  // Its simple lower case would be the plain letter, and so another name.
  if (code == capital_i_with_dot) {
    append_code_point(out, 'i');
    append_code_point(out, dot_above);
    return;
  }
  append_code_point(out, utf8proc_tolower(code));
}

bool is_letter_or_digit(utf8proc_int32_t code) {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_utf8(std::string_view text) {
  return each_code_point(text, [](utf8proc_int32_t code) { return code != 0; });
}

bool has_control_characters(std::string_view text) {
  return !each_code_point(text, [](utf8proc_int32_t code) { return !is_control(code); });
}

std::optional<std::string> normalized(std::string_view text) {
  if (is_ascii(text)) {
    if (std::ranges::any_of(text, [](char c) { return c < 0x20 || c == 0x7f; })) return std::nullopt;
    const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
    return std::string{text.substr(begin, text.find_last_not_of(' ') + 1 - begin)};
  }
  if (!is_utf8(text) || has_control_characters(text)) return std::nullopt;
  return mapped(trimmed(text), UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::optional<std::string> folded_letters(std::string_view text) {
  if (!is_utf8(text)) return std::nullopt;
  const std::string composed = mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  if (composed != mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT)) return std::nullopt;
  std::string lower;
  const bool is_good = each_code_point(composed, [&](utf8proc_int32_t code) {
    append_lower(lower, code);
    return code < 0x80 || is_letter_or_digit(code);
  });
  if (!is_good) return std::nullopt;
  return mapped(lower, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
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
  if (is_ascii(text)) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), ascii_key);
    return out;
  }
  // Signs are made plain before the folding, which takes an acute accent for a space, and after it, which makes new apostrophes of `ŉ`.
  const std::string folded = mapped(
      text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE, &plain_sign);
  std::string out;
  out.reserve(folded.size());
  each_code_point(folded, [&out](utf8proc_int32_t code) {
    const auto* spelling = std::ranges::find(spelled_out, code, [](const auto& row) { return row.first; });
    if (spelling != spelled_out.end()) {
      out.append(spelling->second);
    } else {
      append_code_point(out, plain_sign(code));
    }
    return true;
  });
  return out;
}

}  // namespace muniment
