// Any two files may come as an organization's history: they end, what is wrong is told by a line that is there, and what is right is whole.
// A line "====" parts the file of providers from the file of changes.
#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "events/values/assert.h"
#include "tools/import/access_history.h"

namespace muniment {
namespace {

std::size_t lines_of(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1; }

void check(const AccessHistory& history, std::size_t provider_lines, std::size_t change_lines) {
  for (const BadLine& bad : history.bad_lines()) {
    MUNIMENT_ASSERT(bad.line >= 1 && bad.line <= (bad.file == HistoryFile::providers ? provider_lines : change_lines));
    MUNIMENT_ASSERT(!bad.reason.empty());
  }
  std::size_t before = 0;
  for (const HistoryChange& change : history.changes()) {
    MUNIMENT_ASSERT(change.line > before && change.line <= change_lines);
    before = change.line;
    if (!change.is_bad) MUNIMENT_ASSERT(!change.username.empty() && !change.service.empty() && !change.actor.empty());
    if (!change.is_bad) MUNIMENT_ASSERT(change.action != HistoryChange::Action::unknown);
  }
}

}  // namespace
}  // namespace muniment

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  constexpr std::string_view parting = "====\n";
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto at = text.find(parting);
  const std::string first{text.substr(0, at)};
  const std::string second{at == std::string_view::npos ? "" : text.substr(at + parting.size())};
  std::istringstream providers(first);
  std::istringstream changes(second);
  const muniment::AccessHistory history(providers, changes);
  muniment::check(history, muniment::lines_of(first), muniment::lines_of(second));
  return 0;
}
