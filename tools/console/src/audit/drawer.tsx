// One event, with all that the caller may see of it: who, on whose word, what was held before and after, what it came of, and the record.
import { useState } from "preact/hooks";
import { get, type Page, type Session } from "../api";
import { useLoaded } from "../load";
import { say, sayList, sayNamed, type MessageId } from "../messages";
import { Person, Provider, useNamedText, useNamesOf } from "../names";
import { mayProve } from "../navigation";
import { useModal } from "../parts/dialog";
import { Whole } from "../parts/states";
import { Time } from "../parts/time";
import { addressOf, usePlace } from "../route";
import type { LogEvent } from "../accounts/record";
import { named, type ServiceNames } from "./catalogue";
import { causesOf, recordedWith } from "./event_at";
import { actorOf, detailsOf } from "./event_text";

interface Held {
  service: string;
  usable: boolean;
}

interface Props {
  event: LogEvent;
  session: Session;
  names: ServiceNames;
  onShow: (event: LogEvent) => void; // Another one in its place.
  onClose: () => void;
}

// What the account held at the provider as the log had it just before the event, and with it.
async function heldAround(event: LogEvent): Promise<{ before: string[]; after: string[] }> {
  const at = async (position: bigint): Promise<string[]> => {
    if (position < 1n) return [];
    const parameters = { user: event.username, provider: event.provider, position: String(position), limit: "200" };
    const { body } = await get<Page<Held>>("/v1/audit/as-of", parameters);
    return body.rows.map((row) => row.service);
  };
  const position = BigInt(event.position);
  const [before, after] = await Promise.all([at(position - 1n), at(position)]);
  return { before, after };
}

// The drawer of a page, closed until an event is shown.
export function useDrawer(session: Session, names: ServiceNames) {
  const [shown, show] = useState<LogEvent | null>(null);
  const drawer = shown && <EventDrawer key={shown.position} event={shown} session={session} names={names} onShow={show} onClose={() => show(null)} />;
  return { show, drawer };
}

function EventDrawer({ event, session, names, onShow, onClose }: Props) {
  const drawer = useModal();
  useNamesOf([event], event.position);
  return (
    <dialog
      ref={drawer}
      class="drawer"
      aria-labelledby="drawer-heading"
      onCancel={(cancel) => {
        cancel.preventDefault();
        onClose();
      }}
    >
      <div class="drawer-head">
        <h2 id="drawer-heading">{sayNamed("event", event.type)}</h2>
        <button type="button" class="usa-button usa-button--outline" onClick={onClose}>
          {say("action.close")}
        </button>
      </div>
      <p>{detailsOf(event, names)}</p>
      <Facts event={event} />
      {event.username && event.provider && <HeldAround event={event} names={names} />}
      <Relatives heading="drawer.causes" event={event} load={() => causesOf(event, session)} onShow={onShow} />
      <Relatives heading="drawer.together" event={event} load={() => recordedWith(event, session)} onShow={onShow} />
      <Ways event={event} session={session} onClose={onClose} />
      <details class="raw">
        <summary>{say("drawer.raw")}</summary>
        <pre tabIndex={0}>{JSON.stringify(event, null, 2)}</pre>
      </details>
    </dialog>
  );
}

function Facts({ event }: { event: LogEvent }) {
  const fact = (label: MessageId, value: unknown, isCode = false) =>
    value === undefined || value === "" || value === null ? null : (
      <>
        <dt>{say(label)}</dt>
        <dd class={isCode ? "code" : undefined}>{String(value)}</dd>
      </>
    );
  const person = (label: MessageId, username: unknown) =>
    username ? (
      <>
        <dt>{say(label)}</dt>
        <dd>
          <Person username={String(username)} />
        </dd>
      </>
    ) : null;
  return (
    <dl class="facts">
      {fact("confirmation.position", event.position)}
      <dt>{say("drawer.occurred")}</dt>
      <dd>
        <Time at={event.occurred_at ?? event.recorded_at} />
      </dd>
      <dt>{say("drawer.recorded")}</dt>
      <dd>
        <Time at={event.recorded_at} />
      </dd>
      {person("history.who", actorOf(event))}
      {fact("drawer.authority", event.authority && sayNamed("authority", event.authority))}
      {fact("drawer.submittedBy", event.submitted_by && (event.submitted_by as { name?: string }).name, true)}
      {person("drawer.requestedBy", event.requested_by)}
      {person("drawer.approvedBy", event.approved_by)}
      {fact("field.reason", event.reason)}
      {fact("drawer.reference", event.reference)}
      {person("history.whom", event.username)}
      {event.provider && (
        <>
          <dt>{say("field.provider")}</dt>
          <dd>
            <Provider id={event.provider} />
          </dd>
        </>
      )}
      {fact("drawer.source", event.source)}
      {fact("drawer.address", event.address, true)}
      {fact("drawer.command", event.command_id, true)}
      {fact("drawer.id", event.event_id, true)}
    </dl>
  );
}

function HeldAround({ event, names }: { event: LogEvent; names: ServiceNames }) {
  const held = useLoaded(event.position, () => heldAround(event));
  const listOf = (services: string[]) => (services.length > 0 ? sayList(named(names, services)) : say("confirmation.none"));
  return (
    <Whole loaded={held}>
      {({ before, after }) => (
        <>
          <h3>{say("drawer.held")}</h3>
          <dl class="facts">
            <dt>{say("drawer.before")}</dt>
            <dd>{listOf(before)}</dd>
            <dt>{say("drawer.after")}</dt>
            <dd>{listOf(after)}</dd>
          </dl>
        </>
      )}
    </Whole>
  );
}

function Relatives({ heading, event, load, onShow }: { heading: MessageId; event: LogEvent; load: () => Promise<LogEvent[]>; onShow: (event: LogEvent) => void }) {
  const loaded = useLoaded(event.position, load);
  return (
    <Whole loaded={loaded}>
      {(events) =>
        events.length > 0 && (
          <>
            <h3>{say(heading)}</h3>
            <ul class="usa-list">
              {events.map((one) => (
                <li key={one.position}>
                  <button type="button" class="usa-button usa-button--unstyled" onClick={() => onShow(one)}>
                    {say("drawer.eventNamed", { position: one.position, what: sayNamed("event", one.type) })}
                  </button>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Whole>
  );
}

// Where to go on from here.
function Ways({ event, session, onClose }: { event: LogEvent; session: Session; onClose: () => void }) {
  const { path, query } = usePlace();
  const { person } = useNamedText();
  const without = [...new Set([...(query.not_type?.split(",") ?? []), event.type])].join(",");
  const way = (text: string, address: string) => (
    <li>
      <a class="usa-link" href={address} onClick={onClose}>
        {text}
      </a>
    </li>
  );
  return (
    <ul class="usa-list no-print">
      {event.username && way(say("drawer.allOf", { username: person(event.username) }), addressOf("/audit/history", { user: event.username, provider: event.provider, asked: "1" }))}
      {path === "/audit/history" && way(say("drawer.without", { what: sayNamed("event", event.type) }), addressOf(path, { ...query, type: undefined, not_type: without }))}
      {mayProve(session) && way(say("drawer.proof"), addressOf("/audit/integrity", { event: event.position }))}
    </ul>
  );
}
