// How much happened when, over the whole range: the node counts, whatever part of the rows is on the page. The same as a table beside it.
import { useContext } from "preact/hooks";
import { get, type Page } from "../api";
import { useLoaded } from "../load";
import { say, sayNumber, sayTime } from "../messages";
import { Alert } from "../parts/alert";
import { niceMax } from "../parts/chart";
import { Whole } from "../parts/states";
import { Table, type Column } from "../parts/table";
import { Time, ZoneContext } from "../parts/time";
import { addressOf } from "../route";

interface Period {
  from: string;
  to: string;
  events: string;
  refused: string;
}

export type Unit = "minute" | "hour" | "day" | "month" | "year";

export interface Counts extends Page<Period> {
  unit: Unit;
  counted_since?: string;
}

export const loadCounts = async (parameters: Record<string, string | undefined>): Promise<Counts> => (await get<Counts>("/v1/audit/trail/histogram", parameters)).body;

const width = 1000;
const height = 160;
const barWidthMax = 32;

// `query`: of the address, to which a period is added.
export function Histogram({ parameters, query, round }: { parameters: Record<string, string | undefined>; query: Record<string, string>; round: number }) {
  const { oldest_first: _, ...counted } = parameters;
  const loaded = useLoaded(`${JSON.stringify(counted)} ${round}`, () => loadCounts(counted));
  return (
    <Whole loaded={loaded} isEmpty={(counts) => counts.rows.length === 0} empty="">
      {(counts) => (
        <figure class="histogram" aria-labelledby="histogram-caption">
          <figcaption id="histogram-caption">{captionOf(counts)}</figcaption>
          <Bars counts={counts} />
          {counts.counted_since && (
            <Alert kind="warning">
              <p>
                {say("histogram.since")} <Time at={counts.counted_since} />
              </p>
            </Alert>
          )}
          <details>
            <summary>{say("chart.asTable")}</summary>
            <Table columns={columnsOf(query)} rows={counts.rows.filter((row) => row.events !== "0")} keyOf={(row) => row.from} />
          </details>
        </figure>
      )}
    </Whole>
  );
}

function captionOf({ rows, unit }: Counts): string {
  const sum = (member: "events" | "refused") => rows.reduce((all, row) => all + Number(row[member]), 0);
  return say("histogram.caption", { events: sum("events"), refused: sum("refused"), unit: say(`unit.${unit}`) });
}

function columnsOf(query: Record<string, string>): Column<Period>[] {
  // Both ends of the address's range are included, so the last moment of the period is its end.
  const lastOf = (to: string) => to.replace(/^(.*)Z$/, (_, time: string) => `${new Date(Date.parse(`${time}Z`) - 1).toISOString().slice(0, 19)}.999999999Z`);
  return [
    { label: "histogram.period", isHeading: true, show: (row) => <Time at={row.from} /> },
    { label: "histogram.events", show: (row) => sayNumber(Number(row.events)) },
    { label: "histogram.refused", show: (row) => sayNumber(Number(row.refused)) },
    {
      label: "histogram.narrow",
      show: (row) => (
        <a class="usa-link" href={addressOf("/audit/history", { ...query, from: row.from, to: lastOf(row.to) })}>
          {say("histogram.only")}
        </a>
      ),
    },
  ];
}

function Bars({ counts: { rows } }: { counts: Counts }) {
  const zone = useContext(ZoneContext);
  const top = niceMax(Math.max(...rows.map((row) => Number(row.events))));
  const step = width / rows.length;
  const first = rows[0]!;
  const last = rows[rows.length - 1]!;
  const tall = (count: string) => (Number(count) / top) * height;
  const barWidth = Math.min(barWidthMax, step * 0.8);
  const bar = (index: number, count: string, name: string) =>
    count !== "0" && <rect class={name} x={(index + 0.5) * step - barWidth / 2} width={barWidth} y={height - Math.max(2, tall(count))} height={Math.max(2, tall(count))} />;
  return (
    <>
      <p class="axis" aria-hidden="true">
        {sayNumber(top)}
      </p>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {rows.map((row, index) => (
          <g key={row.from}>
            <title>{`${sayTime(row.from, zone)}: ${sayNumber(Number(row.events))}`}</title>
            {bar(index, row.events, "bar")}
            {bar(index, row.refused, "bar-refused")}
          </g>
        ))}
      </svg>
      <p class="axis ends">
        <Time at={first.from} /> <Time at={last.to} />
      </p>
    </>
  );
}
