// Two people edit at once: what the second has typed goes onto what the first has made of it, and nothing typed is lost.
import { draftOf, particularNames, serviceChange, type Draft, type Person } from "./model";

export interface Merged {
  draft: Draft;
  // By field: what stands there now, where both have changed it.
  theirs: Record<string, string>;
}

export function merge(before: Draft, mine: Draft, now: Person): Merged {
  const draft = draftOf(now);
  const theirs: Record<string, string> = {};
  const particulars = { ...draft.particulars };
  for (const name of particularNames) {
    if (mine.particulars[name] === before.particulars[name]) continue;
    if (particulars[name] !== before.particulars[name] && particulars[name] !== mine.particulars[name]) theirs[name] = particulars[name];
    particulars[name] = mine.particulars[name];
  }
  const services = new Set(draft.services);
  for (const { service, isGranted } of serviceChange(before.services, mine.services)) {
    if (isGranted) services.add(service);
    else services.delete(service);
  }
  return { draft: { particulars, pin: mine.pin, services }, theirs };
}

// Whether anything that the panel shows is another now: an account's version counts sign-ins too.
export function isSame(before: Draft, now: Person): boolean {
  const there = draftOf(now);
  return (
    now.isOnRoster &&
    particularNames.every((name) => there.particulars[name] === before.particulars[name]) &&
    serviceChange(before.services, there.services).length === 0
  );
}
