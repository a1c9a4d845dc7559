// Somebody else has changed the account since the panel was opened: what, who and when. What was typed here is still there.
import { say, sayList, sayNamed } from "../messages";
import { useNamedText, useNamesOf } from "../names";
import { Alert } from "../parts/alert";
import { Time } from "../parts/time";
import type { Service } from "./model";
import { servicesIn, type LogEvent } from "./record";

export interface Conflict {
  events: LogEvent[];
  theirs: Record<string, string>;
  isOnRoster: boolean;
}

const actorOf = (event: LogEvent): string => (event.actor.kind === "account" ? event.actor.name : `${event.actor.kind}:${event.actor.name}`);

function detailsOf(event: LogEvent, services: Service[]): string {
  const named = (ids: string[]) => sayList(ids.map((id) => services.find((one) => one.service === id)?.name ?? id));
  const parts: string[] = [];
  if (event.fields?.length) parts.push(sayList(event.fields.map((field) => sayNamed("field", field))));
  const granted = servicesIn(event.granted);
  const revoked = servicesIn(event.revoked);
  if (granted.length > 0) parts.push(say("conflict.granted", { services: named(granted) }));
  if (revoked.length > 0) parts.push(say("conflict.revoked", { services: named(revoked) }));
  return parts.join("; ");
}

export function ConflictAlert({ conflict, services }: { conflict: Conflict; services: Service[] }) {
  useNamesOf(conflict.events);
  const { person } = useNamedText();
  return (
    <Alert kind="warning" heading={say("conflict.heading")} takesFocus>
      <p>{say(conflict.isOnRoster ? "conflict.meaning" : "conflict.removed")}</p>
      <ul class="usa-list">
        {conflict.events.map((event) => (
          <li key={event.position}>
            {say("conflict.event", { actor: person(actorOf(event)), what: sayNamed("event", event.type) })} {detailsOf(event, services)} (<Time at={event.recorded_at} />)
          </li>
        ))}
      </ul>
    </Alert>
  );
}
