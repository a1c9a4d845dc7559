#include "projections/findings/wait.h"

#include <algorithm>

namespace muniment::view {

IntervalName name_of_wait(const Wait& wait, std::string_view username) {
  std::uint64_t extra = wait.past_link;
  if (wait.service != no_service) extra = std::uint64_t{wait.service} + 1;
  if (wait.id != wait.opened.position) extra = wait.opened.position;  // What was known before stays beside it.
  return {wait.provider, wait.rule, std::string{username}, wait.id, extra};
}

void add_waits(const FindingPerson& person, const FindingLink& link, Waits& out) {
  add_dormancy(person, link, out);
  add_unused(person, link, out);
  add_terms(person, link, out);
  add_leaving(person, link, out);
  add_moving(person, link, out);
}

Since& Since::and_since(const EventRef& event) { return and_since(event, event.at); }

Since& Since::and_since(const EventRef& event, Timestamp at) {
  if (event.position == 0) return *this;
  opened_.position = std::max(opened_.position, event.position);
  opened_.at = std::max(opened_.at, event.at);
  opened_.import = std::max(opened_.import, event.import);
  if (at < from_) return *this;
  from_ = at;
  evidence_ = event.position;
  return *this;
}

}  // namespace muniment::view
