#include "aggregates/terms.h"

#include "aggregates/unknown_fact.h"

namespace muniment {

void Terms::evolve(schema::Event::Reader event, Version version) {
  const auto fact = event.getFact();
  version_ = version;
  if (fact.which() != schema::Event::Fact::TERMS_PUBLISHED) stop_at_unknown_fact(event);
  current_ = text_of(fact.getTermsPublished().getTermsVersion());
  published_.push_back(current_);
}

void Terms::describe(Canonical& out) const {
  out.text("terms").number(version_).number(published_.size());
  for (const std::string& version : published_) out.text(version);
}

}  // namespace muniment
