#include "aggregates/import.h"

#include "aggregates/event_fields.h"
#include "aggregates/unknown_fact.h"

namespace muniment {

void Import::evolve(schema::Event::Reader event, Version version) {
  using Fact = schema::Event::Fact;
  version_ = version;
  const auto fact = event.getFact();
  switch (fact.which()) {
    case Fact::IMPORT_STARTED:
      position_ = event.getPosition();
      same_usernames_ = fact.getImportStarted().getSameUsernames();
      for (const auto service : fact.getImportStarted().getAdministratorServices()) administrator_services_.emplace_back(text_of(service));
      return;
    case Fact::PROVIDER_IMPORT_STARTED:
      return;
    case Fact::IMPORT_COMPLETED:
      completed_position_ = event.getPosition();
      return;
    case Fact::IMPORT_ABANDONED:
      abandoned_position_ = event.getPosition();
      return;
    default:
      stop_at_unknown_fact(event);
  }
}

void Import::describe(Canonical& out) const {
  out.text("import")
      .number(version_)
      .number(position_)
      .number(completed_position_)
      .flag(same_usernames_)
      .number(administrator_services_.size());
  for (const std::string& service : administrator_services_) out.text(service);
  // Of few imports, so that the others' digests stay what they were before there was this.
  if (is_abandoned()) out.text("abandoned").number(abandoned_position_);
}

}  // namespace muniment
