// How the projections get at the names in sealed events: through a function of whoever owns the vault.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "events/schema/event.capnp.h"

namespace muniment {

// Of the whole schema::Personal, what the roster shows; and what tells equal values from others for the findings, which learn no more of
// them: each a keyed number, 0 where there is none.
struct OpenedPersonal {
  std::string last_name = {};
  std::string first_name = {};
  std::string middle_initial = {};
  std::uint64_t email = 0;
  std::uint64_t birth_day = 0;
  std::uint64_t pin = 0;  // That the event set, as long as it is the account's.
  std::uint64_t place = 0;
};

// Opens the sealed part of an event, and what it set in the vault. Nothing: there is neither, or the vault has no key for it. Called from
// the projector's threads, several at a time during a rebuild.
using PersonalOpener = std::function<std::optional<OpenedPersonal>(schema::Event::Reader)>;

}  // namespace muniment
