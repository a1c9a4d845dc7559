// The events that a finding rests on, each by what it is. Whoever may see one opens it.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../api";
import { useLoaded } from "../load";
import { say, sayNamed } from "../messages";
import { ProblemAlert } from "../parts/alert";
import type { LogEvent } from "../accounts/record";
import type { ServiceNames } from "./catalogue";
import { useDrawer } from "./drawer";
import { eventAt } from "./event_at";

// Whether it was ever in the window: what nobody looks at is not asked for, since each look is on record.
function useSeen(element: RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return isSeen;
}

interface Props {
  positions: string[];
  about: Pick<LogEvent, "provider" | "username">;
  names: ServiceNames;
  session: Session;
}

export function Evidence({ positions, about, names, session }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const isSeen = useSeen(list);
  const loaded = useLoaded(isSeen ? positions.join() : null, () => Promise.all(positions.map((position) => eventAt(position, session, about))));
  const { show, drawer } = useDrawer(session, names);
  return (
    <>
      {loaded.problem && <ProblemAlert problem={loaded.problem} onRetry={loaded.reload} />}
      <ul ref={list} class="evidence" aria-busy={loaded.isLoading}>
        {positions.map((position, index) => {
          const event = loaded.value?.[index];
          return (
            <li key={position}>
              {event ? (
                <button type="button" class="usa-button usa-button--unstyled" onClick={() => show(event)}>
                  {say("drawer.eventNamed", { position, what: sayNamed("event", event.type) })}
                </button>
              ) : (
                say("findings.event", { position })
              )}
            </li>
          );
        })}
      </ul>
      {drawer}
    </>
  );
}
