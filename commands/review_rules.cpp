#include "commands/review_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace muniment {

Field<std::string> review_field(capnp::Text::Reader text) {
  const auto name = officer_field(text, "review");
  if (!name) return std::unexpected(name.error());
  return name->text();
}

Field<std::vector<ProviderId>> providers_field(capnp::List<capnp::Text>::Reader list, std::size_t size_min, std::size_t size_max) {
  if (list.size() < size_min || list.size() > size_max)
    return std::unexpected(Malformed{"providers", fmt::format("{} to {} providers", size_min, size_max)});
  std::vector<ProviderId> out;
  for (unsigned i = 0; i < list.size(); ++i) {
    const auto provider = provider_field(list[i], fmt::format("providers[{}]", i));
    if (!provider) return std::unexpected(provider.error());
    out.push_back(*provider);
  }
  std::ranges::sort(out);
  if (std::ranges::adjacent_find(out) != out.end()) return std::unexpected(Malformed{"providers", "each provider once"});
  return out;
}

Field<std::string> reviewer_field(capnp::Text::Reader text) {
  const auto reviewer = Principal::parse(text_of(text));
  const bool may_review =
      reviewer && (reviewer->kind == schema::PrincipalKind::ACCOUNT || reviewer->kind == schema::PrincipalKind::OFFICER);
  if (!may_review) return std::unexpected(Malformed{"reviewer", "a username or officer:NAME"});
  return reviewer->text();
}

Field<std::vector<Username>> usernames_field(capnp::List<capnp::Text>::Reader list, std::string_view field, std::size_t size_max) {
  if (list.size() > size_max) return std::unexpected(Malformed{std::string{field}, fmt::format("at most {} usernames", size_max)});
  std::vector<Username> out;
  for (unsigned i = 0; i < list.size(); ++i) {
    auto username = username_field(list[i], fmt::format("{}[{}]", field, i));
    if (!username) return std::unexpected(std::move(username.error()));
    out.push_back(std::move(*username));
  }
  Texts sorted = texts_of(out);
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end()) return std::unexpected(Malformed{std::string{field}, "each username once"});
  return out;
}

Texts texts_of(const std::vector<Username>& usernames) {
  Texts out;
  for (const Username& username : usernames) out.push_back(username.text());
  return out;
}

std::expected<schema::Authority, Refused> authority_over(std::span<const ProviderId> providers, const Request& request, Sight& sight) {
  schema::Authority out = schema::Authority::NONE;
  for (const ProviderId& provider : providers) {
    const auto authority = authority_at(Action::hold_review, request, provider, {}, sight);
    if (!authority) return std::unexpected(authority.error());
    out = *authority;
  }
  return out;
}

std::expected<OpenPart, Refused> open_part(std::string_view name, const ProviderId& id, const Request& request, Sight& sight) {
  if (const auto provider = open_provider(id, sight); !provider) return std::unexpected(provider.error());
  const auto authority = authority_at(Action::hold_review, request, id, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  const Review& review = sight.review(name);
  if (!review.exists() || !review.covers(id)) return refuse(Refusal::review_unknown, "review");
  if (review.is_closed()) return refuse(Refusal::review_closed, "review");
  return OpenPart{&review, *authority};
}

std::optional<ProviderId> only_provider(const std::vector<ProviderId>& providers) {
  return providers.size() == 1 ? std::optional{providers.front()} : std::nullopt;
}

bool is_in_population(const Account* account, const ProviderId& provider, const Review& review, Sight& sight) {
  return account != nullptr && sight.was_linked(*account, provider, review.opened_at());
}

DecidedEvent review_event(Fact fact, std::string_view review, const std::optional<ProviderId>& provider, Sight& sight) {
  return {.id = sight.next_event_id(), .fact = std::move(fact), .streams = {StreamName::review(review)}, .provider = provider};
}

}  // namespace muniment
