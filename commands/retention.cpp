#include "commands/retention.h"

#include "events/values/years_after.h"

namespace muniment {

std::optional<Timestamp> retained_until(const Account& account, const Policy& agency) {
  const auto left_at = account.left_at();
  if (!left_at) return std::nullopt;
  return years_after(*left_at, agency.retention_years(account.was_primary_user()));
}

}  // namespace muniment
