// How much happened when, over the whole range: the node counts, whatever part of the rows is on the page. The same as a table beside it.
import { useLoaded } from "../load";
import { say, sayNumber } from "../messages";
import { Alert } from "../parts/alert";
import { Plot } from "../parts/plot";
import { Whole } from "../parts/states";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { addressOf, goTo } from "../route";
import { loadCounts, type Counts, type Period } from "./counts";

const path = "/audit/history";

// `query`: of the address, to which a period is added.
export function Histogram({ parameters, query, round }: { parameters: Record<string, string | undefined>; query: Record<string, string>; round: number }) {
  const { oldest_first: _, ...counted } = parameters;
  const loaded = useLoaded(`${JSON.stringify(counted)} ${round}`, () => loadCounts(counted));
  return (
    <Whole loaded={loaded} isEmpty={(counts) => counts.rows.length === 0} empty="">
      {(counts) => (
        <figure class="chart" aria-labelledby="histogram-caption">
          <figcaption id="histogram-caption">{captionOf(counts)}</figcaption>
          <Bars rows={counts.rows} query={query} />
          <p class="hint no-print">{say("histogram.drag")}</p>
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

// The address's range from the one period to the other. Both ends of that are included, so the last moment of a period is its end.
function narrowedTo(query: Record<string, string>, first: Period, last: Period): Record<string, string> {
  const secondBefore = (time: string) => new Date(Date.parse(time) - 1).toISOString().slice(0, 19);
  return { ...query, from: first.from, to: `${secondBefore(last.to)}.999999999Z` };
}

function columnsOf(query: Record<string, string>): Column<Period>[] {
  return [
    { label: "histogram.period", isHeading: true, show: (row) => <Time at={row.from} /> },
    { label: "histogram.events", show: (row) => sayNumber(Number(row.events)) },
    { label: "histogram.refused", show: (row) => sayNumber(Number(row.refused)) },
    {
      label: "histogram.narrow",
      show: (row) => (
        <a class="usa-link" href={addressOf(path, narrowedTo(query, row, row))}>
          {say("histogram.only")}
        </a>
      ),
    },
  ];
}

function Bars({ rows, query }: { rows: Period[]; query: Record<string, string> }) {
  const countsOf = (member: "events" | "refused") => rows.map((row) => Number(row[member]));
  const select = (from: number, to: number) => {
    const within = rows.filter((row) => Date.parse(row.to) > from && Date.parse(row.from) < to);
    if (within.length > 0) goTo(path, narrowedTo(query, within[0]!, within.at(-1)!));
  };
  return (
    <Plot
      times={rows.map((row) => Date.parse(row.from))}
      until={Date.parse(rows.at(-1)!.to)}
      series={[
        { label: say("histogram.events"), ink: "--accent", values: countsOf("events") },
        { label: say("histogram.refused"), ink: "--danger", values: countsOf("refused") },
      ]}
      onSelect={select}
    />
  );
}
