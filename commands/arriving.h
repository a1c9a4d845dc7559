// What an import brought that has not completed. Nobody sees it, and no decision may rest on it: the import may still be given up.
#pragma once

#include "commands/sight.h"

namespace muniment {

// Whether such an import made the account.
bool is_arriving(const Account& account, Sight& sight);
// Whether such an import made the account's link at the provider; where there is none, false. Reads the account's stream where its links
// have changed since the import began.
bool is_arriving(const Account& account, const ProviderId& provider, Sight& sight);
// Whether any of its links is one of those.
bool has_arriving_link(const Account& account, Sight& sight);

}  // namespace muniment
