// How long a person's data is kept: by the policy of the agency, from the moment when their last link ended.
#pragma once

#include "commands/sight.h"

namespace muniment {

// When the account's retention time ends. Nothing while it has not begun: the account has a link, or never had any.
std::optional<Timestamp> retained_until(const Account& account, Sight& sight);

}  // namespace muniment
