#include "commands/upgrade_store.h"

namespace muniment {

Decision decide(const UpgradeStore& upgrade, const Request&, Sight& sight) {
  Decided decided{.authority = schema::Authority::NODE};
  const std::uint32_t format = sight.agency().format();
  if (format >= upgrade.to_format) return decided;
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::StoreUpgraded{format, upgrade.to_format},
                            .streams = {StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
