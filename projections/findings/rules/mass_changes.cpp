// Runs of changes of access by one actor at one provider: each of them, with those before it, so many within so many minutes.
#include <algorithm>

#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

constexpr std::uint32_t mass_max = 1000;  // A policy that asks for more is taken at this.
constexpr std::int64_t ns_per_minute = 60'000'000'000;

void see_change(const Step& step, PackedProvider provider, Desk& desk) {
  const auto thresholds = entry_of(Rule::mass_changes).thresholds;
  const PolicyView policy = desk.policies().of(provider);
  const std::size_t mass = std::clamp<std::uint32_t>(policy.threshold(thresholds[0]), 1, mass_max);
  const std::int64_t window = policy.threshold(thresholds[1]) * ns_per_minute;

  FindingActor& actor = desk.actor(provider, step.actor);
  actor.done.push_back({step.event.at, step.event.position});
  if (actor.done.size() > mass) actor.done.erase(actor.done.begin(), actor.done.end() - static_cast<std::ptrdiff_t>(mass));
  const bool is_mass = actor.done.size() == mass && step.event.at.ns - actor.done.front().at.ns <= window;
  if (!is_mass) {
    actor.mass = 0;
    return;
  }
  if (actor.mass != 0) {
    Interval* run = desk.intervals().find({provider, Rule::mass_changes, step.actor, actor.mass, 0});
    if (run != nullptr) {
      ++run->count;
      run->last = step.event.at;
      add_evidence(*run, step.event.position);
      return;
    }
  }
  Interval run;
  run.opened = step.event;
  run.from = actor.done.front().at;
  run.count = mass;
  for (const auto& done : actor.done) add_evidence(run, done.position);
  desk.note_act(Rule::mass_changes, step, provider, step.actor, std::move(run));
  actor.mass = step.event.position;
}

}  // namespace

void see_mass_changes(const Step& step, Desk& desk) {
  std::vector<PackedProvider> seen;  // An event counts once, however many links it changed.
  for (const LinkStep& link : step.links) {
    if (link.granted.empty() && link.revoked.empty()) continue;
    if (std::find(seen.begin(), seen.end(), link.provider) != seen.end()) continue;
    seen.push_back(link.provider);
    see_change(step, link.provider, desk);
  }
}

}  // namespace muniment::view
