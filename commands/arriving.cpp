#include "commands/arriving.h"

#include <algorithm>

namespace muniment {

bool is_arriving(const Account& account, Sight& sight) {
  if (account.imported_by() == 0 || !account.home()) return false;
  const Provider& home = sight.provider(*account.home());
  return sight.is_importing(home) && sight.import(*home.latest_import()).position() == account.imported_by();
}

// While its history is imported a provider accepts nothing else, so the import made every link that was not there when it began.
bool is_arriving(const Account& account, const ProviderId& provider, Sight& sight) {
  const Provider& at = sight.provider(provider);
  if (!sight.is_importing(at) || account.link(provider) == nullptr) return false;
  return !sight.was_linked(account, provider, sight.import(*at.latest_import()).position());
}

bool has_arriving_link(const Account& account, Sight& sight) {
  return std::ranges::any_of(account.links(), [&](const Account::Link& link) { return is_arriving(account, link.provider, sight); });
}

}  // namespace muniment
