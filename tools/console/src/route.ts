// Where in the console one is: behind the #, so that what is looked at is never sent to anybody, and Back goes back.
import { useLayoutEffect, useState } from "preact/hooks";

export interface Place {
  path: string;
  query: Record<string, string>;
}

function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  return { path: path || "/", query: Object.fromEntries(new URLSearchParams(query)) };
}

export function addressOf(path: string, query: Record<string, string | undefined> = {}): string {
  const filled = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const text = new URLSearchParams(filled).toString();
  return `#${path}${text ? `?${text}` : ""}`;
}

export function goTo(path: string, query: Record<string, string | undefined> = {}): void {
  location.hash = addressOf(path, query);
}

const looks = new Set<() => void>();

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  // At once, and with a look: what changes between the first view and this would be missed.
  useLayoutEffect(() => {
    const look = () => setPlace((before) => (addressOf(before.path, before.query) === location.hash ? before : placeOf(location.hash)));
    look();
    looks.add(look);
    return () => looks.delete(look);
  }, []);
  return place;
}

// Whoever leaves what has unsaved changes is asked first, whichever way they go: it says so while it has them.
interface Held {
  here: string; // The address of what has them.
  hasUnsaved: () => boolean;
  ask: (leave: () => void) => void; // Calls `leave` if they want to.
  release: () => void;
}

let held: Held | null = null;

// Until what it returns is called.
export function holdWhile(hasUnsaved: () => boolean, ask: (leave: () => void) => void): () => void {
  const warn = (event: BeforeUnloadEvent) => {
    if (hasUnsaved()) event.preventDefault();
  };
  const release = () => {
    if (held === own) held = null;
    removeEventListener("beforeunload", warn);
  };
  const own: Held = { here: location.hash, hasUnsaved, ask, release };
  held = own;
  addEventListener("beforeunload", warn);
  return release;
}

// At once, or when whoever is asked wants to.
export function leaveFor(go: () => void): void {
  const asks = held;
  if (!asks?.hasUnsaved()) return go();
  asks.ask(() => {
    asks.release();
    go();
  });
}

// The address has changed already, by a link, by Back or by typing: where it must not yet, it is put back before any page sees it.
addEventListener("hashchange", () => {
  const wanted = location.hash;
  if (held?.hasUnsaved() && wanted !== held.here) {
    history.pushState(null, "", held.here);
    return leaveFor(() => (location.hash = wanted));
  }
  for (const look of [...looks]) look();
});
