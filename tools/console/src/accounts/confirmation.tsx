// The Confirmation panel: what was recorded, where, and the receipt to keep.
import { useState } from "preact/hooks";
import { Alert } from "../parts/alert";
import { PanelHeading } from "../parts/heading";
import { Time } from "../parts/time";
import { say, sayList, sayNamed, sayProvider } from "../messages";
import { servicesIn, type LogEvent } from "./record";
import type { Service } from "./model";

export interface Done {
  what: "created" | "updated" | "linked" | "reset" | "removed";
  isRecorded: boolean; // False: all of it was so already.
  provider: string;
  providerName: string;
  username: string;
  person: string;
  events: LogEvent[];
  credential?: string;
}

const receiptOf = (done: Done): string =>
  JSON.stringify(
    {
      provider: done.provider,
      username: done.username,
      events: done.events.map(({ position, event_id, command_id, recorded_at, type }) => ({ position, event_id, command_id, recorded_at, type })),
    },
    null,
    2,
  );

function Receipt({ done }: { done: Done }) {
  const [isCopied, setCopied] = useState(false);
  const text = receiptOf(done);
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
  const nameOf = (id: string) => services.find((one) => one.service === id)?.name ?? id;
  const listed = (...members: ("granted" | "revoked" | "services" | "ended")[]) =>
    done.events.flatMap((event) => members.flatMap((member) => servicesIn(event[member]))).map(nameOf);
  const fields = done.events.flatMap((event) => event.fields ?? []).concat(done.events.some((event) => event.type === "pin_changed") ? ["pin"] : []);
  const first = done.events[0];
  const granted = listed("granted", "services");
  const revoked = listed("revoked", "ended");
  return (
    <section class="panel" aria-label={say("confirmation.heading")}>
      <PanelHeading>{say("confirmation.heading")}</PanelHeading>
      <Alert kind={done.isRecorded ? "success" : "info"} heading={say(done.isRecorded ? `confirmation.${done.what}` : "confirmation.unchanged")} />
      {done.credential && (
        <Alert kind="warning" heading={say("confirmation.credential")}>
          <p class="credential">{done.credential}</p>
          <p>{say("confirmation.credentialMeaning")}</p>
        </Alert>
      )}
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
        {done.isRecorded && done.what !== "reset" && (
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
        {first && (
          <>
            <dt>{say("confirmation.time")}</dt>
            <dd>
              <Time at={first.recorded_at} />
            </dd>
            <dt>{say("confirmation.position")}</dt>
            <dd>{done.events.map((event) => event.position).join(", ")}</dd>
          </>
        )}
      </dl>
      {first && <Receipt done={done} />}
      <div class="panel-actions">
        <button type="button" class="usa-button" onClick={onClose}>
          {say("action.close")}
        </button>
      </div>
    </section>
  );
}
