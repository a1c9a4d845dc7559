// Services of an earlier provider that somebody keeps: held there before the account was linked to another one, and neither granted anew
// nor used since.
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

// The link by which the person moved on from this one: the first that began after it and is there still.
const FindingLink* moved_to(const FindingPerson& person, const FindingLink& link) {
  const FindingLink* out = nullptr;
  for (const FindingLink& other : person.links) {
    const bool is_later = other.started.position > link.started.position;
    if (is_later && (out == nullptr || other.started.position < out->started.position)) out = &other;
  }
  return out;
}

}  // namespace

void add_moving(const FindingPerson& person, const FindingLink& link, Waits& out) {
  if (!person.is_enabled()) return;
  const FindingLink* next = moved_to(person, link);
  if (next == nullptr) return;
  for (const HeldFinding& held : link.held) {
    if (held.granted.position > next->started.position) continue;
    out.push_back(Since(held.granted)
                      .and_since(next->started)
                      .and_since(held.used)
                      .and_since(person.enabled)
                      .wait(Rule::kept_after_moving, link, held.service));
  }
}

// Where nobody ever moved on there is nothing to look for.
void see_moving(const Step& step, Desk& desk) {
  for (const LinkStep& link : step.links) {
    if (!link.started) continue;
    for (const FindingLink& other : link.person->links) {
      if (other.provider == link.provider) continue;
      PlaceRow& row = desk.place(other.provider);
      if (row.value.first_move.position != 0) continue;
      desk.note_signal();
      desk.change(row).first_move = step.event;
    }
  }
}

}  // namespace muniment::view
