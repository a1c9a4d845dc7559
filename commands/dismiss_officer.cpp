#include "commands/dismiss_officer.h"

#include "commands/rules.h"

namespace muniment {

Field<DismissOfficer> DismissOfficer::read(request::Officer::Reader in) {
  auto officer = officer_field(in.getOfficer());
  if (!officer) return std::unexpected(officer.error());
  return DismissOfficer{std::move(*officer)};
}

Decision decide(const DismissOfficer& dismiss, const Request& request, Sight& sight) {
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  if (!sight.agency().has_officer(dismiss.officer.text())) return refuse(Refusal::officer_unknown, "officer");
  if (sight.agency().officers().size() == 1) return refuse(Refusal::last_officer, "officer");

  Decided decided{.authority = *authority};
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::OfficerDismissed{dismiss.officer.text()},
                            .streams = {StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
