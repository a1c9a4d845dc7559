import { useLayoutEffect, useState } from "preact/hooks";
import type { Session } from "./api";
import { say, type MessageId } from "./messages";

export interface PlaceInNavigation {
  section: MessageId;
  path: string;
  name: MessageId;
}

// Where this caller can go. What it may not see is not offered.
export function placesOf(session: Session): PlaceInNavigation[] {
  const out: PlaceInNavigation[] = [];
  if (session.role === "account") out.push({ section: "nav.administer", path: "/accounts", name: "accounts.heading" });
  if (session.role === "officer") out.push({ section: "nav.administer", path: "/agency/accounts", name: "agency.heading" });
  if (session.sees_everything ? session.role !== "operator" : session.providers.length > 0) {
    out.push({ section: "nav.audit", path: "/audit/history", name: "history.heading" });
    out.push({ section: "nav.audit", path: "/audit/as-of", name: "asOf.heading" });
    out.push({ section: "nav.audit", path: "/audit/findings", name: "findings.heading" });
  }
  // A reviewer need not administer anything.
  if (session.role !== "operator") out.push({ section: "nav.audit", path: "/audit/reviews", name: "reviews.heading" });
  if (session.role !== "account") out.push({ section: "nav.audit", path: "/audit/integrity", name: "integrity.heading" });
  if (session.role === "operator" || session.role === "officer") out.push({ section: "nav.operations", path: "/operations", name: "operations.heading" });
  return out;
}

// Whether it is given the exact record of any event, which is what is proved of one.
export const mayProve = (session: Session): boolean => session.role !== "account" && session.sees_everything;

export function Navigation({ session, path }: { session: Session; path: string }) {
  const places = placesOf(session);
  const sections = [...new Set(places.map((place) => place.section))];
  // Where there is little room, what one is not in stays closed.
  const here = places.find((place) => place.path === path)?.section;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [isOpen, setOpen] = useState(false); // Where there is little room; else it always is.
  useLayoutEffect(() => setOpen(false), [path]);
  useLayoutEffect(() => {
    const narrow = matchMedia("(max-width: 64rem)");
    const look = () => setClosed(new Set(narrow.matches ? sections.filter((section) => section !== here) : []));
    if (narrow.matches) look();
    narrow.addEventListener("change", look);
    return () => narrow.removeEventListener("change", look);
  }, [here]);
  const toggle = (section: string) => {
    const after = new Set(closed);
    if (!after.delete(section)) after.add(section);
    setClosed(after);
  };
  return (
    <nav class="navigation" aria-label={say("nav.label")}>
      <button type="button" class="menu" aria-expanded={isOpen} aria-controls="pages" onClick={() => setOpen(!isOpen)}>
        {say("nav.menu")}
      </button>
      <ul id="pages" class={isOpen ? "" : "closed"}>
        <li>
          <a href="#/" aria-current={path === "/" ? "page" : undefined}>
            {say("nav.home")}
          </a>
        </li>
        {sections.map((section) => (
          <li key={section}>
            <button type="button" aria-expanded={!closed.has(section)} onClick={() => toggle(section)}>
              {say(section)}
            </button>
            {!closed.has(section) && (
              <ul>
                {places
                  .filter((place) => place.section === section)
                  .map((place) => (
                    <li key={place.path}>
                      <a href={`#${place.path}`} aria-current={path === place.path ? "page" : undefined}>
                        {say(place.name)}
                      </a>
                    </li>
                  ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
