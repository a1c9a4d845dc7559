// The actor that a question asks about.
#pragma once

#include <functional>
#include <string>

#include "events/log/event_log.h"
#include "events/record/principal.h"
#include "projections/trail.h"

namespace muniment {

// `outsider:NAME` besides the forms of commands. A plain name is an account's, or the node; one that could be neither is an outsider's.
// Precondition: not empty.
Principal asked_actor(const std::string& text);

// Whether anything is known of it: it has acted, or it is or was one of ours. A plain name may be an outsider's.
bool is_known_actor(const Principal& actor, const Trail& trail, const EventLog& log);

// A plain name may be an account's here, somebody's in imported history, or both.
struct ActorChoice {
  Principal actor;                      // Whose acts the question is about.
  std::optional<Principal> other = {};  // Has acts of the same name besides.
};
// `has_acts`: whether the one asked about has any, as far as the question goes.
ActorChoice choose_actor(const Principal& asked, const std::function<bool(const Principal&)>& has_acts);
// Within the query. Precondition: query.actor.
ActorChoice choose_actor(const TrailQuery& query, const Trail& trail);

}  // namespace muniment
