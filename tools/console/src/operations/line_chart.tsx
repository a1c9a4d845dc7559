// A number over time, as a line; where there was none the line is broken. The same as a table beside it.
import { useContext } from "preact/hooks";
import { say, sayNumber, sayTime, type MessageId } from "../messages";
import { niceMax } from "../parts/chart";
import { Table, type Column } from "../parts/table";
import { Time, ZoneContext } from "../parts/time";

export interface Point {
  at: string;
  value: number | null;
}

const width = 600;
const height = 120;

export function LineChart({ title, unit, points }: { title: MessageId; unit: string; points: Point[] }) {
  const zone = useContext(ZoneContext);
  const known = points.filter((point) => point.value !== null);
  const top = niceMax(Math.max(0, ...known.map((point) => point.value!)));
  const first = Date.parse(points[0]?.at ?? "");
  const span = Math.max(1, Date.parse(points.at(-1)?.at ?? "") - first);
  const place = ({ at, value }: Point) => `${((Date.parse(at) - first) / span) * width},${height - (value! / top) * height}`;
  const lines: string[][] = [[]];
  for (const point of points) {
    if (point.value === null) lines.push([]);
    else lines.at(-1)!.push(place(point));
  }
  const columns: Column<Point>[] = [
    { label: "history.when", isHeading: true, show: (point) => <Time at={point.at} /> },
    { label: title, show: (point) => (point.value === null ? say("chart.none") : `${sayNumber(point.value)} ${unit}`) },
  ];
  const last = known.at(-1);
  return (
    <figure class="chart">
      <figcaption>
        {say(title)} {last && <strong>{`${sayNumber(last.value!)} ${unit}`}</strong>}
      </figcaption>
      {known.length === 0 ? (
        <p class="empty">{say("chart.nothing")}</p>
      ) : (
        <>
          <p class="axis" aria-hidden="true">{`${sayNumber(top)} ${unit}`}</p>
          <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
            <title>{sayTime(points[0]!.at, zone)}</title>
            {lines.filter((line) => line.length > 0).map((line) => (
              <polyline key={line[0]} points={line.length === 1 ? `${line[0]} ${line[0]}` : line.join(" ")} />
            ))}
          </svg>
          <p class="axis ends">
            <Time at={points[0]!.at} /> <Time at={points.at(-1)!.at} />
          </p>
          <details>
            <summary>{say("chart.asTable")}</summary>
            <Table columns={columns} rows={[...points].reverse()} keyOf={(point) => point.at} />
          </details>
        </>
      )}
    </figure>
  );
}
