// One event, with all that the caller may see of it: who, on whose word, what was held before and after, and the record as it reads.
import { useEffect, useRef } from "preact/hooks";
import { get, type Page } from "../api";
import { useLoaded } from "../load";
import { say, sayList, sayNamed, sayProvider, type MessageId } from "../messages";
import { Whole } from "../parts/states";
import { Time } from "../parts/time";
import { addressOf } from "../route";
import type { LogEvent } from "../accounts/record";
import { named, type ServiceNames } from "./catalogue";
import { actorOf, detailsOf } from "./event_text";

interface Held {
  service: string;
  usable: boolean;
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

export function EventDrawer({ event, names, onClose }: { event: LogEvent; names: ServiceNames; onClose: () => void }) {
  const drawer = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    drawer.current?.showModal();
  }, []);
  const isAboutLink = Boolean(event.username && event.provider);
  const held = useLoaded(isAboutLink ? event.position : null, () => heldAround(event));
  const fact = (label: MessageId, value: unknown, isCode = false) =>
    value === undefined || value === "" || value === null ? null : (
      <>
        <dt>{say(label)}</dt>
        <dd class={isCode ? "code" : undefined}>{String(value)}</dd>
      </>
    );
  const listOf = (services: string[]) => (services.length > 0 ? sayList(named(names, services)) : say("confirmation.none"));
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
        {fact("history.who", actorOf(event), true)}
        {fact("drawer.authority", event.authority && sayNamed("authority", event.authority))}
        {fact("drawer.submittedBy", event.submitted_by && (event.submitted_by as { name?: string }).name, true)}
        {fact("drawer.requestedBy", event.requested_by)}
        {fact("drawer.approvedBy", event.approved_by)}
        {fact("field.reason", event.reason)}
        {fact("drawer.reference", event.reference)}
        {fact("history.whom", event.username, true)}
        {fact("field.provider", event.provider && sayProvider(event.provider), true)}
        {fact("drawer.source", event.source)}
        {fact("drawer.address", event.address, true)}
        {fact("drawer.command", event.command_id, true)}
        {fact("drawer.id", event.event_id, true)}
      </dl>
      {isAboutLink && (
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
      )}
      {event.username && (
        <p>
          <a class="usa-link" href={addressOf("/audit/history", { user: event.username, provider: event.provider, asked: "1" })} onClick={onClose}>
            {say("drawer.allOf", { username: event.username })}
          </a>
        </p>
      )}
      <details class="raw">
        <summary>{say("drawer.raw")}</summary>
        <pre tabIndex={0}>{JSON.stringify(event, null, 2)}</pre>
      </details>
    </dialog>
  );
}
