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
      for (const auto provider : fact.getImportStarted().getProviders()) providers_.push_back(provider_of(provider));
      return;
    case Fact::PROVIDER_IMPORT_STARTED:
      return;
    case Fact::IMPORT_COMPLETED:
      complete_ = true;
      return;
    default:
      stop_at_unknown_fact(event);
  }
}

void Import::describe(Canonical& out) const {
  out.text("import").number(version_).number(position_).flag(complete_).number(providers_.size());
  for (const ProviderId& provider : providers_) out.text(provider.text());
}

}  // namespace muniment
