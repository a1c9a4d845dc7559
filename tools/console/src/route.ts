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

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  // At once, and with a look: what changes between the first view and this would be missed.
  useLayoutEffect(() => {
    const look = () => setPlace((before) => (addressOf(before.path, before.query) === location.hash ? before : placeOf(location.hash)));
    look();
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return place;
}

// Whoever leaves a panel with unsaved changes is asked; the panel says so while it has them.
let whyStay = () => false;
export function holdWhile(hasUnsaved: () => boolean): () => void {
  whyStay = hasUnsaved;
  const warn = (event: BeforeUnloadEvent) => {
    if (hasUnsaved()) event.preventDefault();
  };
  addEventListener("beforeunload", warn);
  return () => {
    whyStay = () => false;
    removeEventListener("beforeunload", warn);
  };
}
export const hasUnsaved = (): boolean => whyStay();
