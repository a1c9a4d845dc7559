// The Confirmation panel: what was recorded, where, and the receipt to keep.
import { useState } from "preact/hooks";
import type { Outcome } from "../api";
import { Alert } from "../parts/alert";
import { PanelHeading } from "../parts/heading";
import { Time } from "../parts/time";
import { say, sayList, sayNamed, sayProvider } from "../messages";
import { recordOf, servicesIn, type LogEvent } from "./record";
import type { Service } from "./model";

export interface Done {
  what: "created" | "updated" | "linked" | "reset" | "removed";
  outcome: Outcome;
  provider: string;
  providerName: string;
  username: string;
  person: string;
  events: LogEvent[] | undefined; // What was recorded; undefined where that could not be read.
}

const receiptOf = ({ provider, username }: Done, events: LogEvent[]): string =>
  JSON.stringify(
    {
      provider,
      username,
      events: events.map(({ position, event_id, command_id, recorded_at, type }) => ({ position, event_id, command_id, recorded_at, type })),
    },
    null,
    2,
  );

function Receipt({ done, events }: { done: Done; events: LogEvent[] }) {
  const [isCopied, setCopied] = useState(false);
  const text = receiptOf(done, events);
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  return (
    <details class="receipt">
      <summary>{say("confirmation.receipt")}</summary>
      <p>{say("confirmation.receiptMeaning")}</p>
      <pre tabIndex={0}>{text}</pre>
      <button type="button" class="usa-button usa-button--outline" onClick={copy}>
        {isCopied ? say("action.copied") : say("action.copy")}
      </button>
    </details>
  );
}

export function Confirmation({ done, services, onClose }: { done: Done; services: Service[]; onClose: () => void }) {
  const { outcome } = done;
  const isRecorded = outcome.status === "accepted"; // Else all of it was so already.
  const [events, setEvents] = useState(done.events);
  return (
    <section class="panel" aria-label={say("confirmation.heading")}>
      <PanelHeading>{say("confirmation.heading")}</PanelHeading>
      <Alert kind={isRecorded ? "success" : "info"} heading={say(isRecorded ? `confirmation.${done.what}` : "confirmation.unchanged")} />
      {outcome.credential && (
        <Alert kind="warning" heading={say("confirmation.credential")}>
          <p class="credential">{outcome.credential}</p>
          <p>{say("confirmation.credentialMeaning")}</p>
        </Alert>
      )}
      {!events && <Unread read={() => recordOf(outcome, done.provider, done.username)} onRead={setEvents} />}
      <dl class="facts">
        <dt>{say("confirmation.user")}</dt>
        <dd>
          {done.person && `${done.person} `}
          <span class="code">{done.username}</span>
        </dd>
        <dt>{say("field.provider")}</dt>
        <dd>
          <span class="code pid-sl">{sayProvider(done.provider)}</span> {done.providerName}
        </dd>
        {isRecorded && (events ? <Recorded what={done.what} events={events} services={services} /> : <Named outcome={outcome} />)}
      </dl>
      {events?.[0] && <Receipt done={done} events={events} />}
      <div class="panel-actions">
        <button type="button" class="usa-button" onClick={onClose}>
          {say("action.close")}
        </button>
      </div>
    </section>
  );
}

// As the log has it.
function Recorded({ what, events, services }: { what: Done["what"]; events: LogEvent[]; services: Service[] }) {
  const nameOf = (id: string) => services.find((one) => one.service === id)?.name ?? id;
  const listed = (...members: ("granted" | "revoked" | "services" | "ended")[]) =>
    events.flatMap((event) => members.flatMap((member) => servicesIn(event[member]))).map(nameOf);
  const fields = events.flatMap((event) => event.fields ?? []).concat(events.some((event) => event.type === "pin_changed") ? ["pin"] : []);
  const granted = listed("granted", "services");
  const revoked = listed("revoked", "ended");
  return (
    <>
      {what !== "reset" && (
        <>
          <dt>{say("confirmation.granted")}</dt>
          <dd>{granted.length > 0 ? sayList(granted) : say("confirmation.none")}</dd>
          <dt>{say("confirmation.revoked")}</dt>
          <dd>{revoked.length > 0 ? sayList(revoked) : say("confirmation.none")}</dd>
        </>
      )}
      {fields.length > 0 && (
        <>
          <dt>{say("confirmation.changed")}</dt>
          <dd>{sayList(fields.map((field) => sayNamed("field", field)))}</dd>
        </>
      )}
      <dt>{say("confirmation.time")}</dt>
      <dd>
        <Time at={events[0]?.recorded_at} />
      </dd>
      <dt>{say("confirmation.position")}</dt>
      <dd>{events.map((event) => event.position).join(", ")}</dd>
    </>
  );
}

// What the answer itself says of where it is on record.
function Named({ outcome: { first_position: first, last_position: last, command_id } }: { outcome: Outcome }) {
  return (
    <>
      <dt>{say("confirmation.position")}</dt>
      <dd>{first === last ? first : `${first} – ${last}`}</dd>
      <dt>{say("drawer.command")}</dt>
      <dd class="code">{command_id}</dd>
    </>
  );
}

function Unread({ read, onRead }: { read: () => Promise<LogEvent[] | undefined>; onRead: (events: LogEvent[] | undefined) => void }) {
  const [isBusy, setBusy] = useState(false);
  const again = () => {
    setBusy(true);
    void read().then((events) => (setBusy(false), onRead(events)));
  };
  return (
    <Alert kind="warning" heading={say("confirmation.unread")}>
      <p>{say("confirmation.unreadMeaning")}</p>
      <button type="button" class="usa-button usa-button--outline" onClick={again} disabled={isBusy}>
        {isBusy ? say("action.working") : say("action.retry")}
      </button>
    </Alert>
  );
}
