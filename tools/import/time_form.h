// How a file of somebody else's writes days and times: a pattern of YYYY, MM, DD, hh, mm and ss, everything else as it stands, such as
// "MM/DD/YYYY hh:mm".
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace muniment {

class TimeForm {
 public:
  // `offset`: of the file's clock from UTC, such as "-05:00" or "Z". Gives what is wrong with the pattern or the offset.
  static std::expected<TimeForm, std::string> parse(std::string_view pattern, std::string_view offset);

  // RFC 3339; hours, minutes and seconds that the pattern does not have are 0. Nothing where the text is not of the form, or the pattern
  // names no whole day. Whether there is such a day is for whoever takes the time.
  std::optional<std::string> time_of(std::string_view text) const;
  // mm/dd. A year is passed over.
  std::optional<std::string> birth_day_of(std::string_view text) const;
  const std::string& pattern() const { return pattern_; }

 private:
  struct Parts {
    std::string_view year, month, day, hour, minute, second;
  };
  std::optional<Parts> parts_of(std::string_view text) const;

  std::string pattern_;
  std::string offset_;
};

}  // namespace muniment
