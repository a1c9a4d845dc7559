// Reads from an event what the projections need of it, checked: the schema cannot say that a text is a PID/SL or a username.
#pragma once

#include <stdexcept>
#include <string_view>
#include <vector>

#include "events/record/record.h"
#include "projections/event_ref.h"
#include "projections/fact_type.h"

namespace muniment::view {

// A field is not what the event's kind requires. Names the field, never its value. The event goes to quarantine.
struct BrokenEvent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

FactNumber number_of(schema::Event::Reader event);
EventRef ref_of(schema::Event::Reader event);

// The provider acted for and the account acted on, of facts that cannot be without.
PackedProvider provider_of(schema::Event::Reader event);
std::string_view username_of(schema::Event::Reader event);

PackedProvider checked_provider(std::string_view text, const char* field);
std::string_view checked_username(std::string_view text, const char* field);
// A text that may stand in a key: neither empty nor with a zero byte.
std::string_view checked_text(std::string_view text, const char* field);

// Everybody whom an event concerns, each once, in the order met. The texts are the event's.
struct Parties {
  std::vector<PackedProvider> providers;
  std::vector<std::string_view> usernames;
  std::vector<StreamVersion> accounts;  // Their streams; the event need not name them.
};
Parties parties_of(schema::Event::Reader event);

// The first account among the streams; nothing if there is none.
std::optional<AccountId> account_of(schema::Event::Reader event);

// Says that the switch over the facts met one that is newer than this program.
[[noreturn]] void stop_at_unknown_fact(schema::Event::Reader event);

}  // namespace muniment::view
