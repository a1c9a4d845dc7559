#include "commands/appoint_officer.h"

#include "commands/rules.h"

namespace muniment {

Field<AppointOfficer> AppointOfficer::read(request::Officer::Reader in) {
  auto officer = officer_field(in.getOfficer());
  if (!officer) return std::unexpected(officer.error());
  return AppointOfficer{std::move(*officer)};
}

Decision decide(const AppointOfficer& appoint, const Request& request, Sight& sight) {
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  Decided decided{.authority = *authority};
  if (sight.agency().has_officer(appoint.officer.text())) return decided;

  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::OfficerAppointed{appoint.officer.text()},
                            .streams = {StreamName::single(schema::StreamKind::AGENCY)}});
  return decided;
}

}  // namespace muniment
