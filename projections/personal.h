// How the projections get at the names in sealed events: through a function of whoever owns the vault.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "events/schema/event.capnp.h"

namespace muniment {

// Of the whole schema::Personal, what the roster shows.
struct OpenedPersonal {
  std::string last_name;
  std::string first_name;
  std::string middle_initial;
};

// Opens the sealed part of an event that has one. Nothing: the vault has no key for it. Called from the projector's threads, several at a
// time during a rebuild.
using PersonalOpener = std::function<std::optional<OpenedPersonal>(schema::Event::Reader)>;

}  // namespace muniment
