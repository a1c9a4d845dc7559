#include "tools/server/quota_file.h"

#include <fmt/format.h>

#include <sstream>
#include <system_error>

#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr unsigned owner_alone = 0600;
constexpr std::string_view quotas_first_line = "muniment quotas 1";

}  // namespace

std::vector<QuotaUse> QuotaFile::read() const {
  std::optional<std::string> text;
  try {
    text = read_file_if_any(path_);
  } catch (const std::system_error&) {
    return {};
  }
  std::istringstream in(text.value_or(""));
  std::string line;
  if (!std::getline(in, line) || line != quotas_first_line) return {};
  std::vector<QuotaUse> out;
  for (QuotaUse use; in >> use.token >> use.day >> use.used;) out.push_back(use);
  return in.eof() ? out : std::vector<QuotaUse>{};
}

void QuotaFile::write(const std::vector<QuotaUse>& uses) const {
  std::string text{quotas_first_line};
  text += '\n';
  for (const QuotaUse& use : uses) text += fmt::format("{} {} {}\n", use.token, use.day, use.used);
  replace_file(path_, text, owner_alone);
}

}  // namespace muniment
