// A number over time, as a line; where there was none the line is broken. The same as a table beside it.
import { say, sayNumber, type MessageId } from "../messages";
import { Plot } from "../parts/plot";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";

export interface Point {
  at: string;
  value: number | null;
}

export function LineChart({ title, unit, points }: { title: MessageId; unit: string; points: Point[] }) {
  const columns: Column<Point>[] = [
    { label: "history.when", isHeading: true, show: (point) => <Time at={point.at} /> },
    { label: title, show: (point) => (point.value === null ? say("chart.none") : `${sayNumber(point.value)} ${unit}`) },
  ];
  const last = points.findLast((point) => point.value !== null);
  return (
    <figure class="chart">
      <figcaption>
        {say(title)} {last && <strong>{`${sayNumber(last.value!)} ${unit}`}</strong>}
      </figcaption>
      {last ? (
        <>
          <Plot times={points.map((point) => Date.parse(point.at))} series={[{ label: unit, ink: "--accent", values: points.map((point) => point.value) }]} />
          <details>
            <summary>{say("chart.asTable")}</summary>
            <Table columns={columns} rows={[...points].reverse()} keyOf={(point) => point.at} />
          </details>
        </>
      ) : (
        <p class="empty">{say("chart.nothing")}</p>
      )}
    </figure>
  );
}
