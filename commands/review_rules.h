// Steps that the commands of access reviews share, each with its refusals.
#pragma once

#include <span>

#include "commands/rules.h"

namespace muniment {

// The name of a review, folded to lower case.
Field<std::string> review_field(capnp::Text::Reader text);
// `size_min` to `size_max` of them, each once, in the order of the PID/SLs.
Field<std::vector<ProviderId>> providers_field(capnp::List<capnp::Text>::Reader list, std::size_t size_min, std::size_t size_max);
// At most `size_max` of them, each once, in the order in which they were given.
Field<std::vector<Username>> usernames_field(capnp::List<capnp::Text>::Reader list, std::string_view field, std::size_t size_max);
Texts texts_of(const std::vector<Username>& usernames);

// The right by which the actor opens reviews of all of these providers, assigns their reviewers and closes them.
std::expected<schema::Authority, Refused> authority_over(std::span<const ProviderId> providers, const Request& request, Sight& sight);
// Whether the person was linked to the provider when the review was opened. Null: an unknown account.
bool is_in_population(const Account* account, const ProviderId& provider, const Review& review, Sight& sight);

// In the review's stream alone; it names the provider where there is one.
DecidedEvent review_event(Fact fact, std::string_view review, const std::optional<ProviderId>& provider, Sight& sight);

}  // namespace muniment
