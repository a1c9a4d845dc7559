#include "commands/publish_terms.h"

#include <algorithm>

#include "commands/rules.h"

namespace muniment {

Field<PublishTerms> PublishTerms::read(request::Terms::Reader in) {
  const auto version = name_field(in.getTermsVersion(), "terms_version");
  if (!version) return std::unexpected(version.error());
  return PublishTerms{*version};
}

Decision decide(const PublishTerms& publish, const Request& request, Sight& sight) {
  const auto authority = agency_authority(request, sight);
  if (!authority) return std::unexpected(authority.error());
  const Terms& terms = sight.terms();
  Decided decided{.authority = *authority};
  if (terms.current() == publish.terms_version) return decided;
  if (std::ranges::find(terms.published(), publish.terms_version) != terms.published().end())
    return refuse(Refusal::terms_already_published, "terms_version");

  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::TermsPublished{publish.terms_version},
                            .streams = {StreamName::single(schema::StreamKind::TERMS)}});
  return decided;
}

}  // namespace muniment
