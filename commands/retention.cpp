#include "commands/retention.h"

#include "events/values/years_after.h"

namespace muniment {

std::optional<Timestamp> retained_until(const Account& account, Sight& sight) {
  const auto left_at = sight.left_at(account);
  if (!left_at) return std::nullopt;
  return years_after(*left_at, sight.policy_of(std::nullopt).retention_years(account.was_primary_user()));
}

}  // namespace muniment
