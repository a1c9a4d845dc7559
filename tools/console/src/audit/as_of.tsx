// Who could do what at a moment, and what was gained and lost between two.
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { get, type Session } from "../api";
import { say, sayNumber, sayProvider } from "../messages";
import { Alert } from "../parts/alert";
import { Time } from "../parts/time";
import { goTo, usePlace } from "../route";
import { AnswerOf } from "./answer";
import { serviceNames, type ServiceNames } from "./catalogue";
import { Filters, type Filter } from "./filters";
import { usePages, type Pages } from "./pages_of";

interface Held {
  provider: string;
  username: string;
  service: string;
  usable: boolean;
  why_not?: string[];
  from: string;
  granted_by?: string;
  from_position: string;
}

interface Change {
  provider: string;
  username: string;
  service: string;
  change: "gained" | "lost";
  at: string;
  by?: string;
}

const filtersWith = (names: ServiceNames): Filter[] => [
  { name: "provider", label: "field.provider", hint: "hint.provider", choiceText: sayProvider },
  { name: "user", label: "history.user" },
  { name: "service", label: "asOf.service", choices: [...names.keys()], choiceText: (id) => names.get(id) ?? id },
  { name: "at", label: "asOf.at", hint: "hint.moment" },
  { name: "position", label: "asOf.position", hint: "hint.position" },
  { name: "compare", label: "asOf.compare", hint: "hint.compare" },
];

export function AsOfPage({ session }: PageProps) {
  const { query } = usePlace();
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  const { asked, compare, ...held } = query;
  return (
    <>
      <h1>{say("asOf.heading")}</h1>
      <p class="no-print">{say("asOf.meaning")}</p>
      <Filters path="/audit/as-of" query={query} filters={filtersWith(names)} providers={session.sees_everything ? [] : session.providers.map((one) => one.provider)} />
      {asked && compare && <Compared query={query} names={names} />}
      {asked && !compare && <HeldThen parameters={held} query={query} names={names} session={session} />}
    </>
  );
}

// The moments that a slider can stand at are the events of the log.
function PositionSlider({ query, head }: { query: Record<string, string>; head: number }) {
  const at = Number(query.position ?? head);
  return (
    <div class="slider no-print">
      <label class="usa-label" for="slider">
        {say("asOf.slider", { position: sayNumber(at), head: sayNumber(head) })}
      </label>
      <input
        id="slider"
        type="range"
        min={1}
        max={head}
        value={at}
        onChange={(event) => goTo("/audit/as-of", { ...query, at: undefined, position: event.currentTarget.value === String(head) ? undefined : event.currentTarget.value })}
      />
    </div>
  );
}

function HeldThen({ parameters, query, names, session }: { parameters: Record<string, string>; query: Record<string, string>; names: ServiceNames; session: Session }) {
  const pages = usePages<Held>("/v1/audit/as-of", parameters);
  // Whoever may ask for it is shown how far the log goes; others know how far their last answer did.
  const head = useLoaded(session.role === "officer" ? "head" : null, async () => Number((await get<{ position: string }>("/v1/stats")).body.position));
  const last = head.value ?? (query.position ? undefined : Number(pages.trueOf));
  return (
    <>
      {last !== undefined && Number.isFinite(last) && <PositionSlider query={query} head={Math.max(last, Number(query.position ?? 0))} />}
      <AnswerOf pages={pages} count="asOf.count" empty={say("asOf.none")}>
        <table class="usa-table">
          <thead>
            <tr>
              <th scope="col">{say("results.username")}</th>
              <th scope="col">{say("field.provider")}</th>
              <th scope="col">{say("asOf.service")}</th>
              <th scope="col">{say("asOf.from")}</th>
              <th scope="col">{say("asOf.grantedBy")}</th>
            </tr>
          </thead>
          <tbody>
            {pages.rows.map((row) => (
              <tr key={`${row.provider} ${row.username} ${row.service}`}>
                <th scope="row" data-label={say("results.username")} class="code">
                  {row.username}
                  {!row.usable && <span class="tag">{say("results.unusable")}</span>}
                </th>
                <td data-label={say("field.provider")} class="code pid-sl">
                  {sayProvider(row.provider)}
                </td>
                <td data-label={say("asOf.service")}>{names.get(row.service) ?? row.service}</td>
                <td data-label={say("asOf.from")}>
                  <Time at={row.from} />
                </td>
                <td data-label={say("asOf.grantedBy")} class="code">
                  {row.granted_by}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </AnswerOf>
    </>
  );
}

function Compared({ query, names }: { query: Record<string, string>; names: ServiceNames }) {
  const { provider, user, service, at, compare, position } = query;
  const pages: Pages<Change> = usePages<Change>("/v1/audit/diff", at ? { provider, user, from: at, to: compare, position } : null);
  if (!at)
    return (
      <Alert kind="info">
        <p>{say("asOf.compareNeedsBoth")}</p>
      </Alert>
    );
  return (
    <>
      {service && (
        <Alert kind="info">
          <p>{say("asOf.compareAllServices")}</p>
        </Alert>
      )}
      <AnswerOf pages={pages} count="history.count" empty={say("asOf.noChange")}>
        <table class="usa-table">
          <thead>
            <tr>
              <th scope="col">{say("results.username")}</th>
              <th scope="col">{say("field.provider")}</th>
              <th scope="col">{say("asOf.change")}</th>
              <th scope="col">{say("history.when")}</th>
              <th scope="col">{say("history.who")}</th>
            </tr>
          </thead>
          <tbody>
            {pages.rows.map((row) => (
              <tr key={`${row.provider} ${row.username} ${row.service} ${row.change}`}>
                <th scope="row" data-label={say("results.username")} class="code">
                  {row.username}
                </th>
                <td data-label={say("field.provider")} class="code pid-sl">
                  {sayProvider(row.provider)}
                </td>
                <td data-label={say("asOf.change")}>
                  <span class={row.change === "gained" ? "granted" : "revoked"}>{say(row.change === "gained" ? "asOf.gained" : "asOf.lost")}</span> {names.get(row.service) ?? row.service}
                </td>
                <td data-label={say("history.when")}>
                  <Time at={row.at} />
                </td>
                <td data-label={say("history.who")} class="code">
                  {row.by}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </AnswerOf>
    </>
  );
}
