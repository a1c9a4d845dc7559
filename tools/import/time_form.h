// How a file of somebody else's writes days and times: a pattern, such as "M/D/YYYY h:mm a", of
//
//   YYYY          the year
//   MM, M, MMM    the month, in two digits, in one or two, or as Jan to Dec
//   DD, D         the day, in two digits, or in one or two
//   hh, h         the hour, the same; from 1 to 12 where there is an `a`
//   mm, ss        minute and second, in two digits
//   a             AM or PM
//
// and of everything else as it stands.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace muniment {

namespace view {
class LocalClock;
}

// What the file's clock says against UTC.
struct FileClock {
  std::string offset = {};  // Such as "-05:00" or "Z", all the year; ...
  std::string zone = {};    // ... or the name of a time zone, such as "America/New_York". Neither: nothing is known of it.
};

// One thread at a time, with its copies.
class TimeForm {
 public:
  // Gives what is wrong with the pattern or the clock.
  static std::expected<TimeForm, std::string> parse(std::string_view pattern, const FileClock& clock);

  // RFC 3339; hours, minutes and seconds that the pattern does not have are 0. Nothing where the text is not of the form, or the pattern
  // names no whole day, or that hour was left out in the zone. Of an hour that was there twice it is the first. Whether there is such a day
  // is for whoever takes the time.
  std::optional<std::string> time_of(std::string_view text) const;
  // mm/dd. A year is passed over.
  std::optional<std::string> birth_day_of(std::string_view text) const;
  // What is missing for time_of() ever to give one: the year, or the file's clock.
  std::optional<std::string_view> lacks_for_times() const;
  const std::string& pattern() const { return pattern_; }

 private:
  enum class Part : std::uint8_t { year, month, day, hour, minute, second, half };
  struct Token {
    std::string_view name;
    Part part;
  };
  using Piece = std::variant<char, Token>;  // A character as it stands, or a part.
  struct Parts {
    std::string year, month, day, hour, minute, second, half;
    std::string& of(Part part);
  };

  static const Token* token_at(std::string_view pattern);
  static bool read(const Token& token, std::string_view& text, std::string& part);
  std::optional<Parts> parts_of(std::string_view text) const;
  std::optional<std::string> in_utc(const std::string& local) const;

  std::string pattern_;
  std::vector<Piece> pieces_;
  FileClock clock_;
  std::shared_ptr<view::LocalClock> zones_;
};

}  // namespace muniment
