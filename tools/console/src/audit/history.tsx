// Access history: what happened, newest first.
import { useState } from "preact/hooks";
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { say, sayNamed, sayProvider } from "../messages";
import { Time } from "../parts/time";
import { usePlace } from "../route";
import type { LogEvent } from "../accounts/record";
import { AnswerOf } from "./answer";
import { serviceNames } from "./catalogue";
import { EventDrawer } from "./drawer";
import { actorOf, detailsOf, isFailed } from "./event_text";
import { ExportForm } from "./export_form";
import { Filters, type Filter } from "./filters";
import { usePages } from "./pages_of";

const types = [
  "account_created", "subordinate_created", "subordinate_linked", "services_assigned", "profile_changed", "pin_changed", "password_reset", "credential_redeemed",
  "subordinate_removed", "primary_user_assigned", "terms_accepted", "signed_in", "service_used", "account_locked", "account_unlocked", "account_disabled",
  "account_enabled", "account_terminated", "departure_reported", "command_refused", "provider_registered", "provider_closed", "relationship_started",
  "relationship_ended", "delegate_appointed", "delegate_dismissed", "review_opened", "review_decided", "roster_attested", "finding_disposed", "policy_set", "records_read", "access_denied",
];

const filters: Filter[] = [
  { name: "provider", label: "field.provider", hint: "hint.provider", choiceText: sayProvider },
  { name: "user", label: "history.user" },
  { name: "actor", label: "history.actor", hint: "hint.actor" },
  { name: "type", label: "history.type", choices: types },
  { name: "from", label: "history.from", hint: "hint.time" },
  { name: "to", label: "history.to", hint: "hint.time" },
  { name: "failed", label: "history.failedOnly", isFlag: true },
  { name: "oldest_first", label: "history.oldestFirst", isFlag: true },
];

// A date alone in `to` is its last moment, as people mean it; the node takes it for the first.
const endOf = (to: string | undefined): string | undefined => (to && /^\d{4}-\d\d-\d\d$/.test(to) ? `${to}T23:59:59.999999999Z` : to);

// An export has an order of its own.
const exported = ({ oldest_first: _, ...parameters }: Record<string, string | undefined>) => parameters;

export function HistoryPage({ session }: PageProps) {
  const { query } = usePlace();
  const { asked, failed, to, ...rest } = query;
  const own = session.providers.map((one) => one.provider);
  const parameters = asked ? { ...rest, to: endOf(to), ...(failed ? { type: "command_refused" } : {}) } : null;
  const pages = usePages<LogEvent>("/v1/audit/trail", parameters);
  const names = useLoaded("names", serviceNames).value ?? new Map();
  const [shown, setShown] = useState<LogEvent | null>(null);
  return (
    <>
      <h1>{say("history.heading")}</h1>
      <p class="no-print">{say("history.meaning")}</p>
      <Filters path="/audit/history" query={query} filters={filters} providers={session.sees_everything ? [] : own} />
      {asked && (
        <AnswerOf pages={pages} count="history.count" empty={say("history.none")}>
          <table class="usa-table history">
            <thead>
              <tr>
                <th scope="col">{say("history.when")}</th>
                <th scope="col">{say("history.what")}</th>
                <th scope="col">{say("history.whom")}</th>
                <th scope="col">{say("history.who")}</th>
              </tr>
            </thead>
            <tbody>
              {pages.rows.map((event) => (
                <tr key={event.position} class={isFailed(event) ? "failed" : undefined}>
                  <td data-label={say("history.when")}>
                    <Time at={event.occurred_at ?? event.recorded_at} />
                  </td>
                  <td data-label={say("history.what")}>
                    <button type="button" class="usa-button usa-button--unstyled" onClick={() => setShown(event)}>
                      {sayNamed("event", event.type)}
                    </button>
                    <span class="details">{detailsOf(event, names)}</span>
                  </td>
                  <td data-label={say("history.whom")}>
                    <span class="code">{event.username}</span>
                    {event.provider && <span class="details code pid-sl">{sayProvider(event.provider)}</span>}
                  </td>
                  <td data-label={say("history.who")} class="code">
                    {actorOf(event)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <ExportForm parameters={exported(parameters ?? {})} />
        </AnswerOf>
      )}
      {shown && <EventDrawer key={shown.position} event={shown} names={names} onClose={() => setShown(null)} />}
    </>
  );
}
