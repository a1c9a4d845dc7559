#include "commands/profile.h"

#include <capnp/message.h>
#include <capnp/serialize-packed.h>
#include <fmt/format.h>
#include <kj/io.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "events/record/record.h"
#include "events/values/text.h"

namespace muniment {
namespace {

constexpr std::size_t last_name_max = 60;
constexpr std::size_t first_name_max = 35;
constexpr std::size_t scratch_words = 64;  // Most profiles fit; a larger one spills into the heap.
constexpr std::size_t packed_bytes = 256;
constexpr std::size_t email_max = 254;  // RFC 5321, 4.5.3.1.3

int two_digits(std::string_view text) {
  if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return -1;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

bool is_birth_day(std::string_view text) {
  constexpr std::array<int, 12> days{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (text.size() != 5 || text[2] != '/') return false;
  const int month = two_digits(text.substr(0, 2));
  const int day = two_digits(text.substr(3, 2));
  return month >= 1 && month <= 12 && day >= 1 && day <= days[static_cast<std::size_t>(month) - 1];
}

// One @ with something on both sides, a dot inside the domain, no spaces: what can be said without sending to it.
bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > email_max || text.find('@', at + 1) != std::string_view::npos)
    return false;
  const std::string_view domain = text.substr(at + 1);
  const auto dot = domain.find('.');
  if (dot == std::string_view::npos || dot == 0 || domain.back() == '.' || domain.find("..") != std::string_view::npos) return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) {  // A letter beyond ASCII may stand on either side (RFC 6531).
    return c <= ' ' || c == 0x7f || c == ',' || c == ';' || c == '<' || c == '>' || c == '"';
  });
}

bool is_all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// As searches compare it, and one blank for many: a slip of the hand makes no other person.
std::string name_key(std::string_view name) {
  std::string out = search_key(name);
  const auto doubled = std::ranges::unique(out, [](char one, char next) { return one == ' ' && next == ' '; });
  out.erase(doubled.begin(), doubled.end());
  return out;
}

Field<std::string> zip_field(std::string_view text) {
  std::string digits{text};
  if (digits.size() == 10 && digits[5] == '-') digits.erase(5, 1);
  if (!is_all_digits(digits)) return malformed("zip", "5 or 9 digits");
  if (digits.size() == 4) return malformed("zip", "5 or 9 digits; a leading zero seems to be lost");
  if (digits.size() == 9) return digits.insert(5, "-");
  if (digits.size() != 5) return malformed("zip", "5 or 9 digits");
  return digits;
}

// Beyond ASCII a digit of another script passes; neither a sign nor a form that stands for several letters does.
bool is_letter(std::string_view text) {
  if (code_points(text) != 1) return false;
  const char first = text.front();
  if (text.size() > 1) return folded_letters(text).has_value();
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
}

Field<std::string> middle_initial_field(capnp::Text::Reader text) {
  auto initial = optional_text_field(text, "middle_initial", 2);
  if (!initial) return malformed("middle_initial", "one letter");
  if (initial->empty()) return initial;
  if (initial->ends_with('.')) initial->pop_back();
  if (!is_letter(*initial)) return malformed("middle_initial", "one letter");
  return initial;
}

template <typename Text>
std::string text_or_empty(bool has, Text text) {
  return has ? std::string{text.cStr(), text.size()} : std::string{};
}

Personal read_personal(schema::Personal::Reader in) {
  Personal out;
  out.profile = {text_or_empty(in.hasLastName(), in.getLastName()),
                 text_or_empty(in.hasFirstName(), in.getFirstName()),
                 text_or_empty(in.hasMiddleInitial(), in.getMiddleInitial()),
                 text_or_empty(in.hasBirthDay(), in.getBirthDay()),
                 text_or_empty(in.hasEmail(), in.getEmail()),
                 text_or_empty(in.hasZip(), in.getZip())};
  out.note = text_or_empty(in.hasNote(), in.getNote());
  out.place = text_or_empty(in.hasPlace(), in.getPlace());
  return out;
}

}  // namespace

Field<Profile> Profile::read(request::Profile::Reader in) {
  Profile out;
  auto last = text_field(in.getLastName(), "last_name", last_name_max);
  if (!last) return std::unexpected(last.error());
  auto first = text_field(in.getFirstName(), "first_name", first_name_max);
  if (!first) return std::unexpected(first.error());
  auto initial = middle_initial_field(in.getMiddleInitial());
  if (!initial) return std::unexpected(initial.error());
  const std::string_view birth_day{in.getBirthDay().cStr(), in.getBirthDay().size()};
  if (!is_birth_day(birth_day)) return malformed("birth_day", "a month and a day as mm/dd");
  auto email = text_field(in.getEmail(), "email", email_max);
  if (!email || !is_email(*email)) return malformed("email", "an address such as name@example.org");
  auto zip = zip_field({in.getZip().cStr(), in.getZip().size()});
  if (!zip) return std::unexpected(zip.error());
  return Profile{std::move(*last), std::move(*first), std::move(*initial), std::string{birth_day}, std::move(*email), std::move(*zip)};
}

std::vector<schema::ProfileField> changed_fields(const Profile& before, const Profile& after) {
  std::vector<schema::ProfileField> out;
  if (before.last_name != after.last_name) out.push_back(schema::ProfileField::LAST_NAME);
  if (before.first_name != after.first_name) out.push_back(schema::ProfileField::FIRST_NAME);
  if (before.middle_initial != after.middle_initial) out.push_back(schema::ProfileField::MIDDLE_INITIAL);
  if (before.birth_day != after.birth_day) out.push_back(schema::ProfileField::BIRTH_DAY);
  if (before.email != after.email) out.push_back(schema::ProfileField::EMAIL);
  if (before.zip != after.zip) out.push_back(schema::ProfileField::ZIP);
  return out;
}

std::string duplicate_key(const Profile& profile) {
  return fmt::format("{}\n{}\n{}\n{}", name_key(profile.last_name), name_key(profile.first_name), profile.birth_day,
                     search_key(profile.email));
}

Bytes Personal::to_bytes() const {
  std::array<capnp::word, scratch_words> scratch{};
  capnp::MallocMessageBuilder message(kj::arrayPtr(scratch.data(), scratch.size()));
  auto out = message.initRoot<schema::Personal>();
  if (!profile.last_name.empty()) out.setLastName(profile.last_name);
  if (!profile.first_name.empty()) out.setFirstName(profile.first_name);
  if (!profile.middle_initial.empty()) out.setMiddleInitial(profile.middle_initial);
  if (!profile.birth_day.empty()) out.setBirthDay(profile.birth_day);
  if (!profile.email.empty()) out.setEmail(profile.email);
  if (!profile.zip.empty()) out.setZip(profile.zip);
  if (!note.empty()) out.setNote(note);
  if (!place.empty()) out.setPlace(place);
  kj::VectorOutputStream packed(packed_bytes);
  capnp::writePackedMessage(packed, message);
  const auto bytes = packed.getArray();
  return {bytes.begin(), bytes.end()};
}

Personal Personal::from_bytes(ByteSpan bytes) {
  kj::ArrayInputStream packed(kj::arrayPtr(bytes.data(), bytes.size()));
  try {
    capnp::PackedMessageReader message(packed, {.traversalLimitInWords = record_bytes_max / sizeof(capnp::word)});
    return read_personal(message.getRoot<schema::Personal>());
  } catch (const kj::Exception& bad) {
    throw BadRecord(fmt::format("an opened personal part is no packed message: {}", bad.getDescription().cStr()));
  }
}

}  // namespace muniment
