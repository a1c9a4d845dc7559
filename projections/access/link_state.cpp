#include "projections/access/link_state.h"

#include <algorithm>

namespace muniment::view {
namespace {

auto find_held(LinkState& state, ServiceNumber service) {
  return std::find_if(state.held.begin(), state.held.end(), [service](const HeldService& held) { return held.service == service; });
}

void apply(const LinkHistory& history, const LinkChange& change, LinkState& state) {
  if (change.kind == LinkKind::end || change.kind == LinkKind::close) {
    state.started = nullptr;
    state.held.clear();
    return;
  }
  if (change.kind == LinkKind::start && !state.linked()) state.started = &change;
  if (!state.linked()) return;
  for (const auto service : history.revoked(change)) {
    if (const auto held = find_held(state, service); held != state.held.end()) state.held.erase(held);
  }
  for (const auto service : history.granted(change)) {
    if (find_held(state, service) == state.held.end()) state.held.push_back({service, &change});
  }
}

bool ends(const LinkHistory& history, const LinkChange& change, ServiceNumber service) {
  if (change.kind == LinkKind::end || change.kind == LinkKind::close) return true;
  const auto revoked = history.revoked(change);
  return std::find(revoked.begin(), revoked.end(), service) != revoked.end();
}

}  // namespace

void fold(const LinkHistory& history, const AsOf& as_of, Timestamp at, LinkState& out) {
  out.started = nullptr;
  out.last = nullptr;
  out.held.clear();
  for (const auto& change : history.changes()) {
    if (!as_of.sees_by(change.event, at)) continue;
    apply(history, change, out);
    out.last = &change;
  }
}

const LinkChange* ending(const LinkHistory& history, const AsOf& as_of, Timestamp at, ServiceNumber service) {
  for (const auto& change : history.changes()) {
    if (change.event.at > at && as_of.knows(change.event) && ends(history, change, service)) return &change;
  }
  return nullptr;
}

}  // namespace muniment::view
