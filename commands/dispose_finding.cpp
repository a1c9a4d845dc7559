#include "commands/dispose_finding.h"

#include "commands/rules.h"

namespace muniment {
namespace {

std::unexpected<Malformed> malformed_disposal(std::string field, std::string expected) {
  return std::unexpected(Malformed{std::move(field), std::move(expected)});
}

// Whether it says nothing new. Of a finding that gathers acts it does: what was done since was not known when it was said before.
bool is_said(const DisposeFinding& dispose, const Provider& provider) {
  const auto* said = provider.disposition_of(dispose.finding);
  if (said == nullptr || *said != Provider::Disposition{dispose.disposition, dispose.until}) return false;
  const bool ends_with_more_acts =
      dispose.disposition == schema::Disposition::FIXED || dispose.disposition == schema::Disposition::FALSE_ALARM;
  return !ends_with_more_acts || !gathers_acts(FindingId::parse(dispose.finding)->rule);
}

}  // namespace

Field<DisposeFinding> DisposeFinding::read(request::DisposeFinding::Reader in) {
  const auto id = FindingId::parse(text_of(in.getFinding()));
  if (!id) return malformed_disposal("finding", "the id of a finding, as muniment audit findings shows it");
  if (in.getDisposition() > schema::Disposition::FALSE_ALARM)  // Out of a message, which holds any number there.
    return malformed_disposal("disposition", "accepted_risk, fixed, false_alarm or reopened");
  std::optional<Timestamp> until;
  if (in.getUntil() != 0) {
    const auto at = time_field(in.getUntil(), "until");
    if (!at) return std::unexpected(at.error());
    until = *at;
  }
  if (in.getDisposition() == schema::Disposition::ACCEPTED_RISK && !until)
    return malformed_disposal("until", "a moment: a risk is accepted until then");
  return DisposeFinding{id->provider, id->text(), in.getDisposition(), until};
}

Decision decide(const DisposeFinding& dispose, const Request& request, Sight& sight) {
  const Provider& provider = sight.provider(dispose.provider);
  if (!provider.is_registered()) return refuse(Refusal::provider_unknown, "finding");
  if (sight.is_importing(provider)) return refuse(Refusal::import_in_progress, "finding");
  const auto authority = authority_at(Action::dispose, request, std::nullopt, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  if (request.reason.empty()) return refuse(Refusal::reason_required, "reason");

  Decided decided{.authority = *authority};
  if (is_said(dispose, provider)) return decided;
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact::FindingDisposed{dispose.finding, dispose.disposition, dispose.until},
                            .streams = {StreamName::provider(dispose.provider)},
                            .provider = dispose.provider});
  return decided;
}

}  // namespace muniment
