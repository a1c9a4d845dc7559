#include "projections/event_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/record/event_streams.h"

namespace muniment::view {
namespace {

using schema::StreamKind;

template <typename T>
void add_once(std::vector<T>& values, const T& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

PackedProvider provider_in(const StreamName& stream, const char* field) {
  const auto id = StreamName::provider_of(stream.key());
  if (!id) throw BrokenEvent(fmt::format("{}: expected a PID/SL's number and letter", field));
  return pack_provider(*id);
}

void add_streams(schema::Event::Reader event, Parties& out) {
  for (const StreamVersion& entry : streams_of(event)) {
    const StreamName& stream = entry.stream;
    switch (stream.kind()) {
      case StreamKind::ACCOUNT:
        out.accounts.push_back(entry);
        break;
      case StreamKind::PROVIDER:
        add_once(out.providers, provider_in(stream, "more_streams.key of a provider"));
        break;
      case StreamKind::POLICY:
        if (!stream.key().empty()) add_once(out.providers, provider_in(stream, "more_streams.key of a policy"));
        break;
      case StreamKind::USERNAME:
        // The event's own: parties_of has taken it. One of the context would need its key to outlive this.
        if (text_of(stream.key()) != text_of(event.getUsername())) throw BrokenEvent("more_streams: a username that is not the event's");
        break;
      default:  // Not about a provider or an account; a newer kind cannot be read.
        break;
    }
  }
}

void add_people(capnp::List<capnp::Text>::Reader people, const char* field, Parties& out) {
  for (const auto username : people) add_once(out.usernames, checked_username(text_of(username), field));
}

// An officer is no account.
void add_reviewer(std::string_view reviewer, Parties& out) {
  if (reviewer.find(':') == std::string_view::npos) add_once(out.usernames, checked_username(reviewer, "reviewer"));
}

// Providers and accounts that only the fact names.
void add_fact(schema::Event::Fact::Reader fact, Parties& out) {
  if (fact.isPrimaryUserAssigned() && fact.getPrimaryUserAssigned().hasFormer()) {
    add_once(out.usernames, checked_username(text_of(fact.getPrimaryUserAssigned().getFormer()), "former"));
  }
  if (fact.isRelationshipStarted()) add_once(out.providers, checked_provider(text_of(fact.getRelationshipStarted().getEntity()), "entity"));
  if (fact.isRelationshipEnded()) add_once(out.providers, checked_provider(text_of(fact.getRelationshipEnded().getEntity()), "entity"));
  if (fact.isDepartureReported()) {
    for (const auto link : fact.getDepartureReported().getLinks()) add_once(out.providers, checked_provider(text_of(link), "links"));
  }
  if (fact.isReviewerAssigned()) {
    add_reviewer(text_of(fact.getReviewerAssigned().getReviewer()), out);
    add_people(fact.getReviewerAssigned().getUsernames(), "usernames", out);
  }
  if (fact.isReviewerDismissed()) add_reviewer(text_of(fact.getReviewerDismissed().getReviewer()), out);
  if (fact.isRosterAttested()) {
    add_people(fact.getRosterAttested().getConfirmed(), "confirmed", out);
    add_people(fact.getRosterAttested().getRejected(), "rejected", out);
  }
  if (fact.isReconciliationReported()) {
    for (const auto one : fact.getReconciliationReported().getDiscrepancies())
      add_once(out.usernames, checked_username(text_of(one.getUsername()), "discrepancies.username"));
  }
  if (fact.isReviewOpened()) {
    for (const auto provider : fact.getReviewOpened().getProviders())
      add_once(out.providers, checked_provider(text_of(provider), "providers"));
  }
}

}  // namespace

FactNumber number_of(schema::Event::Reader event) { return static_cast<FactNumber>(event.getFact().which()); }

EventRef ref_of(schema::Event::Reader event) { return {event.getPosition(), occurred_at(event), event.getContext().getImportedBy()}; }

PackedProvider provider_of(schema::Event::Reader event) {
  const auto id = muniment::provider_of(event);
  if (!id) throw BrokenEvent("provider: expected nine digits and a capital letter");
  return pack_provider(*id);
}

std::string_view username_of(schema::Event::Reader event) { return checked_username(text_of(event.getUsername()), "username"); }

PackedProvider checked_provider(std::string_view text, const char* field) {
  const auto packed = pack_provider(text);
  if (!packed) throw BrokenEvent(fmt::format("{}: expected nine digits and a capital letter", field));
  return *packed;
}

std::string_view checked_username(std::string_view text, const char* field) {
  if (!Username::is_canonical(text)) throw BrokenEvent(fmt::format("{}: expected a username in its canonical form", field));
  return text;
}

std::string_view checked_text(std::string_view text, const char* field) {
  if (text.empty() || text.find('\0') != std::string_view::npos)
    throw BrokenEvent(fmt::format("{}: expected a text without U+0000", field));
  return text;
}

Parties parties_of(schema::Event::Reader event) {
  Parties out;
  if (has_provider(event)) add_once(out.providers, provider_of(event));
  if (event.hasUsername()) add_once(out.usernames, username_of(event));
  add_fact(event.getFact(), out);
  add_streams(event, out);
  return out;
}

std::optional<AccountId> account_of(schema::Event::Reader event) {
  return has_account(event) ? std::optional{account_id_of(event)} : std::nullopt;
}

void stop_at_unknown_fact(schema::Event::Reader event) {
  throw BrokenEvent(fmt::format("fact {}: newer than this program, which knows {}", number_of(event), fact_names().size()));
}

}  // namespace muniment::view
