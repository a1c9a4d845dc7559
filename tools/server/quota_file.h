// How much of their day's quotas tokens have used, kept so that a node that is started again counts on. docs/formats.md, "Quotas".
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace muniment {

struct QuotaUse {
  std::string token;     // Its id.
  std::int64_t day = 0;  // Since 1970, of UTC.
  std::uint64_t used = 0;
  bool operator==(const QuotaUse&) const = default;
};

class QuotaFile {
 public:
  explicit QuotaFile(const std::filesystem::path& store) : path_(store / "quotas") {}

  // None where there is no file, or none that can be read: then the day is counted anew.
  std::vector<QuotaUse> read() const;
  // Throws std::system_error.
  void write(const std::vector<QuotaUse>& uses) const;

 private:
  std::filesystem::path path_;
};

}  // namespace muniment
