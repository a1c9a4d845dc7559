// The id of a finding: the same for ever, whatever view found it, because it consists of what it is about. RULE.PROVIDER.POSITION.DIGEST,
// as no_backup.110012345A.12.5f0c9a13: the position of the event that opened it, and the first four bytes of the SHA-256 of its subject,
// its service and what else tells it apart, each ended by a zero byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/values/finding_rule.h"
#include "events/values/provider_id.h"

namespace muniment {

struct FindingId {
  Rule rule{};
  ProviderId provider;
  std::uint64_t position = 0;
  std::uint32_t digest = 0;

  // Nothing for a text that is not exactly what text() gives.
  static std::optional<FindingId> parse(std::string_view text);
  static FindingId of(Rule rule, const ProviderId& provider, std::uint64_t position, std::string_view subject, std::string_view service,
                      std::string_view apart);
  std::string text() const;  // At most 66 characters.

  auto operator<=>(const FindingId&) const = default;
};

}  // namespace muniment
