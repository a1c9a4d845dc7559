// Who could do what at a moment, what was gained and lost between two, and how long each service was held.
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { get, type Session } from "../api";
import { say, sayNumber } from "../messages";
import { Person, Provider, useNamesOf } from "../names";
import { Alert } from "../parts/alert";
import type { Column } from "../parts/table";
import { Time } from "../parts/time";
import { goTo, usePlace } from "../route";
import { AnswerOf } from "./answer";
import { serviceNames, type ServiceNames } from "./catalogue";
import { Filters, type Filter } from "./filters";
import { HeldMatrix, type Held } from "./held_matrix";
import { IntervalTimeline } from "./interval_timeline";
import { LongTable } from "./long_table";
import { usePages } from "./pages_of";
import { TimeSlider } from "./time_slider";

interface Change {
  provider: string;
  username: string;
  service: string;
  change: "gained" | "lost";
  at: string;
  by?: string;
}

const path = "/audit/as-of";

const filtersWith = (names: ServiceNames): Filter[] => [
  { name: "provider", label: "field.provider", hint: "hint.provider" },
  { name: "user", label: "history.user" },
  { name: "service", label: "asOf.service", choices: [...names.keys()], choiceText: (id) => names.get(id) ?? id },
  { name: "at", label: "asOf.at", hint: "hint.moment" },
  { name: "position", label: "asOf.position", hint: "hint.position" },
  { name: "compare", label: "asOf.compare", hint: "hint.compare" },
];

export function AsOfPage({ session }: PageProps) {
  const { query } = usePlace();
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  const { asked, compare, view, ...held } = query;
  return (
    <>
      <h1>{say("asOf.heading")}</h1>
      <p class="no-print">{say("asOf.meaning")}</p>
      <Filters path={path} query={query} filters={filtersWith(names)} keep={["view"]} providers={session.sees_everything ? [] : session.providers.map((one) => one.provider)} />
      {asked && compare && <Compared query={query} names={names} />}
      {asked && !compare && <HeldThen parameters={held} query={query} names={names} session={session} />}
    </>
  );
}

// The moments that a slider can stand at are the events of the log.
function PositionSlider({ query, head }: { query: Record<string, string>; head: number }) {
  const at = Number(query.position ?? head);
  const move = (position: number) => goTo(path, { ...query, position: position >= head ? undefined : String(Math.max(1, position)) });
  return (
    <div class="slider no-print">
      <label class="usa-label" for="slider">
        {say("asOf.slider", { position: sayNumber(at), head: sayNumber(head) })}
      </label>
      <div class="slider-line">
        <button type="button" class="usa-button usa-button--outline" aria-label={say("asOf.eventBefore")} disabled={at <= 1} onClick={() => move(at - 1)}>
          <span aria-hidden="true">◀</span>
        </button>
        <input id="slider" type="range" min={1} max={head} value={at} onChange={(event) => move(Number(event.currentTarget.value))} />
        <button type="button" class="usa-button usa-button--outline" aria-label={say("asOf.eventAfter")} disabled={at >= head} onClick={() => move(at + 1)}>
          <span aria-hidden="true">▶</span>
        </button>
      </div>
    </div>
  );
}

const heldColumns = (names: ServiceNames): Column<Held>[] => [
  {
    label: "results.username",
    isHeading: true,
    show: (row) => (
      <>
        <Person username={row.username} />
        {!row.usable && <span class="tag">{say("results.unusable")}</span>}
      </>
    ),
  },
  { label: "field.provider", show: (row) => <Provider id={row.provider} /> },
  { label: "asOf.service", show: (row) => names.get(row.service) ?? row.service },
  { label: "asOf.from", show: (row) => <Time at={row.from} /> },
  { label: "asOf.grantedBy", show: (row) => <Person username={row.granted_by} /> },
];

const views = ["list", "people", "time"] as const;

function HeldThen({ parameters, query, names, session }: { parameters: Record<string, string>; query: Record<string, string>; names: ServiceNames; session: Session }) {
  const pages = usePages<Held>("/v1/audit/as-of", parameters);
  useNamesOf(pages.rows, JSON.stringify(parameters));
  // Whoever may ask for it is shown how far the log goes; others know how far their last answer did.
  const head = useLoaded(session.role === "officer" ? "head" : null, async () => Number((await get<{ position: string }>("/v1/stats")).body.position));
  const last = head.value ?? (query.position ? undefined : Number(pages.trueOf));
  const view = query.view ?? "list";
  return (
    <>
      {last !== undefined && Number.isFinite(last) && <PositionSlider query={query} head={Math.max(last, Number(query.position ?? 0))} />}
      <TimeSlider query={query} onMove={(at) => goTo(path, { ...query, at })} />
      <fieldset class="choices no-print">
        <legend class="usa-sr-only">{say("asOf.view")}</legend>
        {views.map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="view" checked={view === one} onChange={() => goTo(path, { ...query, view: one === "list" ? undefined : one })} />
            {say(`asOf.view.${one}`)}
          </label>
        ))}
      </fieldset>
      {view === "time" ? (
        <IntervalTimeline parameters={parameters} names={names} />
      ) : (
        <AnswerOf pages={pages} count="asOf.count" empty={say("asOf.none")}>
          {view === "people" ? (
            <HeldMatrix rows={pages.rows} hasMore={pages.hasMore} onNearEnd={pages.more} names={names} addressOfUser={(user) => ({ ...query, user, view: "time" })} />
          ) : (
            <LongTable
              columns={heldColumns(names)}
              rows={pages.rows}
              keyOf={(row) => `${row.provider} ${row.username} ${row.service}`}
              hasMore={pages.hasMore}
              onNearEnd={pages.more}
            />
          )}
        </AnswerOf>
      )}
    </>
  );
}

const changeColumns = (names: ServiceNames): Column<Change>[] => [
  { label: "results.username", isHeading: true, show: (row) => <Person username={row.username} /> },
  { label: "field.provider", show: (row) => <Provider id={row.provider} /> },
  {
    label: "asOf.change",
    show: (row) => (
      <>
        <span class={row.change === "gained" ? "granted" : "revoked"}>{say(row.change === "gained" ? "asOf.gained" : "asOf.lost")}</span> {names.get(row.service) ?? row.service}
      </>
    ),
  },
  { label: "history.when", show: (row) => <Time at={row.at} /> },
  { label: "history.who", show: (row) => <Person username={row.by} /> },
];

function Compared({ query, names }: { query: Record<string, string>; names: ServiceNames }) {
  const { provider, user, service, at, compare, position } = query;
  const pages = usePages<Change>("/v1/audit/diff", at ? { provider, user, from: at, to: compare, position } : null);
  useNamesOf(pages.rows, JSON.stringify(query));
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
      <AnswerOf pages={pages} count="changes.count" empty={say("asOf.noChange")}>
        <LongTable
          columns={changeColumns(names)}
          rows={pages.rows}
          keyOf={(row) => `${row.provider} ${row.username} ${row.service} ${row.change}`}
          hasMore={pages.hasMore}
          onNearEnd={pages.more}
        />
      </AnswerOf>
    </>
  );
}
