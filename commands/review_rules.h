// Steps that the commands of access reviews share, each with its refusals.
#pragma once

#include <span>

#include "commands/rules.h"

namespace muniment {

// The name of a review, folded to lower case.
Field<std::string> review_field(capnp::Text::Reader text);
// `size_min` to `size_max` of them, each once, in the order of the PID/SLs.
Field<std::vector<ProviderId>> providers_field(capnp::List<capnp::Text>::Reader list, std::size_t size_min, std::size_t size_max);
// A username or officer:NAME, as Principal::text writes it.
Field<std::string> reviewer_field(capnp::Text::Reader text);
// At most `size_max` of them, each once, in the order in which they were given.
Field<std::vector<Username>> usernames_field(capnp::List<capnp::Text>::Reader list, std::string_view field, std::size_t size_max);
Texts texts_of(const std::vector<Username>& usernames);

// The right by which the actor opens reviews of all of these providers, assigns their reviewers and closes them.
std::expected<schema::Authority, Refused> authority_over(std::span<const ProviderId> providers, const Request& request, Sight& sight);
// An open review as far as it is of one of its providers, and the right by which the actor holds it there. Refusals, in this order:
// provider_unknown, provider_closed, import_in_progress, not_authorized, review_unknown, review_closed.
struct OpenPart {
  const Review* review;
  schema::Authority authority;
};
std::expected<OpenPart, Refused> open_part(std::string_view review, const ProviderId& provider, const Request& request, Sight& sight);
// The provider that a review's event names: where it has one alone.
std::optional<ProviderId> only_provider(const std::vector<ProviderId>& providers);
// Whether the person was linked to the provider when the review was opened. Null: an unknown account.
bool is_in_population(const Account* account, const ProviderId& provider, const Review& review, Sight& sight);

// In the review's stream alone; it names the provider where there is one.
DecidedEvent review_event(Fact fact, std::string_view review, const std::optional<ProviderId>& provider, Sight& sight);

}  // namespace muniment
