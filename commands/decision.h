// What a decision returns: the facts that happen, or why not.
#pragma once

#include <boost/container/static_vector.hpp>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "commands/profile.h"
#include "commands/refusal.h"
#include "events/record/fact.h"
#include "events/vault/vault.h"

namespace muniment {

using Streams = boost::container::static_vector<StreamName, event_streams_max>;

// One event to be recorded. The first stream is the one that it is mainly about; a sealed part goes under the key of the first account
// stream.
struct DecidedEvent {
  EventId id;
  Fact fact;
  Streams streams = {};
  std::optional<ProviderId> provider = {};
  std::string username = {};                        // Empty: not about an account.
  std::optional<Personal> personal = {};            // Sealed under the key of the first account among the streams.
  std::optional<Timestamp> occurred_at = {};        // Absent: now.
  std::optional<schema::Authority> authority = {};  // Absent: that of the decision.
  std::size_t cause = 0;                            // Index in the decision of the event that caused this one; the first one has none.
  std::optional<Position> caused_by = {};           // Of an event before the decision, instead.
};

struct Decided {
  schema::Authority authority = schema::Authority::NONE;
  Position imported_by = 0;               // The ImportStarted that they belong to.
  bool is_of_sender = false;              // Whoever was named as the actor has no part in it: the sender is on record.
  std::vector<DecidedEvent> events = {};  // None: what was asked for is so already, and nothing is recorded.
  VaultBatch vault = {};                  // Adds what the events need, before they are recorded.
  VaultBatch vault_after = {};            // Takes away what they make needless, once they are in the log.
  VaultBatch tags_after = {};             // The same, unless the account's profile or PIN has changed again by then.
  std::string username = {};              // Of the account that was created.
  std::string credential = {};            // For the caller, once.
  std::string receipt = {};               // For the caller: of an erasure, a leaver's removal, revokes that were left to others.
};

struct Refused {
  Refusal refusal;
  std::vector<std::string_view> fields = {};  // Names of the fields at fault, which the schema fixes.
  std::optional<Version> expected_version = std::nullopt;
  std::optional<Version> actual_version = std::nullopt;
  std::optional<std::size_t> index = std::nullopt;  // Of the element at fault, where the one field is a list: items[2].
};

using Decision = std::expected<Decided, Refused>;

inline std::unexpected<Refused> refuse(Refusal refusal) { return std::unexpected(Refused{refusal, {}}); }
inline std::unexpected<Refused> refuse(Refusal refusal, std::string_view field) { return std::unexpected(Refused{refusal, {field}}); }
inline std::unexpected<Refused> refuse(Refusal refusal, std::string_view list, std::size_t index) {
  return std::unexpected(Refused{.refusal = refusal, .fields = {list}, .index = index});
}

}  // namespace muniment
