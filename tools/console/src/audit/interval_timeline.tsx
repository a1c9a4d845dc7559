// From when until when somebody held each service, as bars over time and as a table.
import { useContext } from "preact/hooks";
import { get, type Page } from "../api";
import { useLoaded } from "../load";
import { say, sayCount, sayTime } from "../messages";
import { Person, Provider, useNamedText, useNamesOf } from "../names";
import { Alert } from "../parts/alert";
import { AsOfLoaded, Whole } from "../parts/states";
import { Table, type Column } from "../parts/table";
import { Time, ZoneContext } from "../parts/time";
import type { ServiceNames } from "./catalogue";

interface Interval {
  provider: string;
  username: string;
  service: string;
  from: string;
  granted_by?: string;
  to?: string;
  ended_by?: string;
  from_position: string;
}

const width = 1000;
const barHeight = 14;

export function IntervalTimeline({ parameters, names }: { parameters: Record<string, string>; names: ServiceNames }) {
  const { service, ...asked } = parameters;
  const loaded = useLoaded(asked.user ? JSON.stringify(asked) : null, async () => (await get<Page<Interval>>("/v1/audit/intervals", asked)).body);
  useNamesOf(loaded.value?.rows ?? [], asked.user);
  if (!asked.user)
    return (
      <Alert kind="info">
        <p>{say("intervals.needsUser")}</p>
      </Alert>
    );
  const wanted = ({ rows }: Page<Interval>) => rows.filter((row) => !service || row.service === service);
  return (
    <section class="answer" aria-label={say("answer.heading")}>
      <Whole loaded={loaded} isEmpty={(page) => wanted(page).length === 0} empty={say("intervals.none")}>
        {(page) => (
          <>
            <p role="status">
              {sayCount("intervals.count", wanted(page).length)} <Person username={asked.user} />
            </p>
            <Bars rows={wanted(page)} until={asked.at ? Date.parse(asked.at) : Date.now()} names={names} />
            <Table columns={columnsWith(names)} rows={wanted(page)} keyOf={(row) => `${row.provider} ${row.service} ${row.from_position}`} />
          </>
        )}
      </Whole>
      <AsOfLoaded loaded={loaded} />
    </section>
  );
}

const columnsWith = (names: ServiceNames): Column<Interval>[] => [
  { label: "asOf.service", isHeading: true, show: (row) => names.get(row.service) ?? row.service },
  { label: "field.provider", show: (row) => <Provider id={row.provider} /> },
  { label: "intervals.from", show: (row) => <Time at={row.from} /> },
  { label: "asOf.grantedBy", show: (row) => <Person username={row.granted_by} /> },
  { label: "intervals.to", show: (row) => (row.to ? <Time at={row.to} /> : say("intervals.still")) },
  { label: "intervals.endedBy", show: (row) => <Person username={row.ended_by} /> },
];

// A line for each service at each provider; the table beside it says the same.
function Bars({ rows, until, names }: { rows: Interval[]; until: number; names: ServiceNames }) {
  const zone = useContext(ZoneContext);
  const named = useNamedText();
  const isOfSeveral = new Set(rows.map((row) => row.provider)).size > 1;
  const lines = [...new Set(rows.map((row) => `${row.provider} ${row.service}`))].sort();
  const first = Math.min(...rows.map((row) => Date.parse(row.from)));
  const span = Math.max(1, until - first);
  const at = (time: string | undefined) => ((Math.min(until, time ? Date.parse(time) : until) - first) / span) * width;
  const textOf = (row: Interval) => say("intervals.bar", { service: names.get(row.service) ?? row.service, from: sayTime(row.from, zone), to: row.to ? sayTime(row.to, zone) : say("intervals.still") });
  return (
    <figure class="timeline" aria-hidden="true">
      {lines.map((line) => {
        const [provider = "", service = ""] = line.split(" ");
        return (
          <div key={line} class="timeline-line">
            <span>
              {names.get(service) ?? service} {isOfSeveral && named.provider(provider)}
            </span>
            <svg viewBox={`0 0 ${width} ${barHeight}`} preserveAspectRatio="none">
              {rows
                .filter((row) => row.provider === provider && row.service === service)
                .map((row) => (
                  <rect key={row.from_position} class={row.to ? "bar-ended" : "bar"} x={at(row.from)} width={Math.max(3, at(row.to) - at(row.from))} height={barHeight}>
                    <title>{textOf(row)}</title>
                  </rect>
                ))}
            </svg>
          </div>
        );
      })}
      <p class="axis ends">
        <Time at={new Date(first).toISOString()} /> <Time at={new Date(until).toISOString()} />
      </p>
    </figure>
  );
}
