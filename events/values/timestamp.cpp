#include "events/values/timestamp.h"

#include <charconv>
#include <chrono>

#include "events/values/put_text.h"

namespace muniment {
namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
// Every moment that can be read can be written and read again.
constexpr int first_year = 1970;
constexpr int last_year = 2261;
constexpr std::int64_t end_s =
    std::chrono::sys_seconds{std::chrono::sys_days{std::chrono::year{last_year + 1} / 1 / 1}}.time_since_epoch().count();

// Takes `count` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) {  // days since 1970-01-01
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *year < first_year || *year > last_year) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::optional<std::int64_t> take_fraction(std::string_view& text) {  // ns
  if (!take(text, '.')) return 0;
  std::int64_t value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (++digits > 9) return std::nullopt;
    value = value * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits) value *= 10;
  return value;
}

std::optional<std::int64_t> take_offset(std::string_view& text) {  // seconds east of UTC
  if (take(text, 'Z') || take(text, 'z')) return 0;
  const bool east = !text.empty() && text.front() == '+';
  if (!east && (text.empty() || text.front() != '-')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::int64_t seconds = std::int64_t{*hours} * 3600 + std::int64_t{*minutes} * 60;
  return east ? seconds : -seconds;
}

std::optional<std::int64_t> take_clock(std::string_view& text) {  // seconds of the day
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  return std::int64_t{*hour} * 3600 + std::int64_t{*minute} * 60 + *second;
}

// Two digits of a number below 100.
void put_pair(char* out, unsigned value) {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
}

// Of a second, with its point and without the zeros at its end; nothing of none. Returns how many characters that is.
std::size_t put_fraction(char* out, unsigned ns) {
  if (ns == 0) return 0;
  out[0] = '.';
  out[9] = static_cast<char>('0' + ns % 10);
  ns /= 10;
  for (char* at = out + 7; at > out; at -= 2, ns /= 100) put_pair(at, ns % 100);
  std::size_t size = 10;
  while (out[size - 1] == '0') --size;
  return size;
}

}  // namespace

std::optional<Timestamp> Timestamp::parse(std::string_view text) {
  const auto days = take_date(text);
  if (!days) return std::nullopt;
  if (text.empty()) return Timestamp{*days * 86400 * ns_per_s};
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::int64_t seconds = *days * 86400 + *clock - *offset;
  if (seconds < 0 || seconds >= end_s) return std::nullopt;  // The offset leads out of the years.
  return Timestamp{seconds * ns_per_s + *fraction};
}

// By hand: every row of every answer has two of them, and a formatter takes ten times as long.
void put_time(std::string& out, Timestamp at) {
  using namespace std::chrono;
  const sys_seconds whole{floor<seconds>(nanoseconds{at.ns})};
  const auto day = floor<days>(whole);
  const year_month_day date{day};
  const auto second = static_cast<unsigned>((whole - day).count());
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  char text[] = "0000-00-00T00:00:00.000000000Z";
  constexpr std::size_t fraction_at = 19;
  put_pair(text, year / 100);
  put_pair(text + 2, year % 100);
  put_pair(text + 5, static_cast<unsigned>(date.month()));
  put_pair(text + 8, static_cast<unsigned>(date.day()));
  put_pair(text + 11, second / 3600);
  put_pair(text + 14, second / 60 % 60);
  put_pair(text + 17, second % 60);
  std::size_t size = fraction_at + put_fraction(text + fraction_at, static_cast<unsigned>((at.ns % ns_per_s + ns_per_s) % ns_per_s));
  text[size++] = 'Z';
  out.append(text, size);
}

std::string Timestamp::text() const {
  std::string out;
  put_time(out, *this);
  return out;
}

Timestamp system_now() {
  return Timestamp{std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

}  // namespace muniment
