// How the node is: the log, its views, its machine; and what is recorded, as it is recorded.
import { useEffect, useRef } from "preact/hooks";
import { get } from "../api";
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { say, sayNumber } from "../messages";
import { Alert } from "../parts/alert";
import { AsOfEvent, Whole } from "../parts/states";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { LineChart } from "./line_chart";
import { LiveTail } from "./live_tail";
import { loadMetrics, type Metrics } from "./metrics";
import { meansOf, paceOf, samplesMax, type Pace, type Sample } from "./samples";

type Stats = Record<string, string | boolean | string[]>;

interface Sight {
  stats: Stats;
  metrics: Metrics | null; // An operator's alone.
  whyNotReady: string[];
  at: string;
}

const lookEveryMs = 10_000;

// `/readyz` says 503 with the reasons: an answer as good as the other.
async function whyNotReady(): Promise<string[]> {
  const response = await fetch("/readyz");
  return ((await response.json()) as { why_not?: string[] }).why_not ?? [];
}

async function look(isOperator: boolean): Promise<Sight> {
  const [stats, metrics, why] = await Promise.all([get<Stats>("/v1/stats"), isOperator ? loadMetrics() : null, whyNotReady()]);
  return { stats: stats.body, metrics, whyNotReady: why, at: new Date().toISOString() };
}

const viewsIn = (stats: Stats): string[] => Object.keys(stats).flatMap((key) => /^views\.(\w+)\.position$/.exec(key)?.[1] ?? []);

const sampleOf = ({ stats, metrics, at }: Sight): Sample => ({
  at,
  head: Number(stats.position),
  views: Object.fromEntries(viewsIn(stats).map((view) => [view, Number(stats[`views.${view}.position`])])),
  metrics,
});

export function OperationsPage({ session }: PageProps) {
  const loaded = useLoaded("operations", () => look(session.role === "operator"));
  const { reload, value } = loaded;
  const samples = useRef<Sample[]>([]);
  if (value && samples.current.at(-1)?.at !== value.at) samples.current = [...samples.current, sampleOf(value)].slice(-samplesMax);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && reload(), lookEveryMs);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <>
      <h1>{say("operations.heading")}</h1>
      <Whole loaded={loaded}>
        {(sight) => (
          <>
            <Readiness why={sight.whyNotReady} />
            <p class="hint">
              {say("operations.seen")} <Time at={sight.at} />
            </p>
            <div class="cards">
              <Log sight={sight} />
              <Witnesses sight={sight} />
              <Disk sight={sight} />
            </div>
            <Views sight={sight} samples={samples.current} />
            {sight.metrics && <Charts samples={samples.current} />}
            <AsOfEvent position={String(sight.stats.position)} isLoading={loaded.isLoading} isStale={loaded.problem !== undefined} onRefresh={reload} />
          </>
        )}
      </Whole>
      <LiveTail session={session} />
    </>
  );
}

const number = (value: unknown): string => sayNumber(Number(value ?? 0));
const bytes = (value: unknown): string => say("operations.megabytes", { count: Math.round(Number(value ?? 0) / 100_000) / 10 });

function Readiness({ why }: { why: string[] }) {
  if (why.length === 0) return <Alert kind="success" heading={say("operations.ready")} />;
  return (
    <Alert kind="error" heading={say("operations.notReady")}>
      <ul class="usa-list">
        {why.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </Alert>
  );
}

function Log({ sight: { stats, metrics } }: { sight: Sight }) {
  return (
    <section class="panel" aria-labelledby="op-log">
      <h2 id="op-log">{say("operations.log")}</h2>
      <dl class="facts">
        <dt>{say("operations.head")}</dt>
        <dd>{number(stats.position)}</dd>
        <dt>{say("operations.closedCleanly")}</dt>
        <dd>{say(stats.closed_cleanly ? "yes" : "no")}</dd>
        <dt>{say("operations.generation")}</dt>
        <dd class="code">{String(stats.generation)}</dd>
        {metrics && (
          <>
            <dt>{say("operations.verified")}</dt>
            <dd>{number(metrics.value("muniment_verified_position"))}</dd>
            <dt>{say("operations.queued")}</dt>
            <dd>{number(metrics.value("muniment_commands_queued"))}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Witnesses({ sight: { stats, metrics } }: { sight: Sight }) {
  const isAsked = metrics?.has("muniment_witnessed_position");
  const conflicts = metrics?.value("muniment_witness_conflicts") ?? 0;
  return (
    <section class="panel" aria-labelledby="op-witnesses">
      <h2 id="op-witnesses">{say("operations.witnesses")}</h2>
      <dl class="facts">
        <dt>{say("operations.witnessed")}</dt>
        <dd>{number(stats.witnessed_position)}</dd>
        <dt>{say("operations.unwitnessed")}</dt>
        <dd>{number(stats.unwitnessed_events)}</dd>
        {metrics && (
          <>
            <dt>{say("operations.unsigned")}</dt>
            <dd>{number(metrics.value("muniment_unsigned_events"))}</dd>
          </>
        )}
      </dl>
      {isAsked === false && <p class="hint">{say("operations.noWitness")}</p>}
      {conflicts > 0 && (
        <Alert kind="error" heading={say("operations.witnessConflict")}>
          <p>{say("operations.witnessConflictMeaning", { count: conflicts })}</p>
        </Alert>
      )}
    </section>
  );
}

function Disk({ sight: { stats, metrics } }: { sight: Sight }) {
  const parts = ["log", "views", "vault"].map((part) => {
    const sum = Object.entries(stats).reduce((all, [key, value]) => (key === `bytes.${part}` || key.startsWith(`bytes.${part}.`) ? all + Number(value) : all), 0);
    return { part: part as "log" | "views" | "vault", sum };
  });
  return (
    <section class="panel" aria-labelledby="op-disk">
      <h2 id="op-disk">{say("operations.disk")}</h2>
      <dl class="facts">
        {metrics && (
          <>
            <dt>{say("operations.free")}</dt>
            <dd>{bytes(metrics.value("muniment_disk_free_bytes"))}</dd>
            <dt>{say("operations.reserve")}</dt>
            <dd>{bytes(metrics.value("muniment_disk_reserve_bytes"))}</dd>
          </>
        )}
        <dt>{say("operations.stored")}</dt>
        <dd>{bytes(stats["bytes.all"])}</dd>
        {parts.map(({ part, sum }) => (
          <>
            <dt>{say(`operations.stored.${part}`)}</dt>
            <dd>{bytes(sum)}</dd>
          </>
        ))}
      </dl>
      {metrics?.value("muniment_disk_reserve_reached") === 1 && <Alert kind="error" heading={say("operations.reserveReached")} />}
    </section>
  );
}

type ViewRow = Pace & { view: string; position: number; quarantined: string[] };

function timeLeft({ behind, secondsLeft }: Pace): string {
  if (behind === 0) return say("operations.caughtUp");
  if (secondsLeft === null) return say("operations.notKnown");
  return secondsLeft < 90 ? say("operations.seconds", { count: Math.ceil(secondsLeft) }) : say("operations.minutes", { count: Math.ceil(secondsLeft / 60) });
}

const viewColumns: Column<ViewRow>[] = [
  { label: "operations.view", isHeading: true, show: (row) => row.view },
  { label: "operations.position", show: (row) => sayNumber(row.position) },
  { label: "operations.behind", show: (row) => sayNumber(row.behind) },
  { label: "operations.rate", show: (row) => (row.behind === 0 ? "" : say("operations.aSecond", { count: Math.round(row.rate) })) },
  { label: "operations.left", show: timeLeft },
  { label: "operations.quarantined", show: (row) => row.quarantined.join(", ") },
];

function Views({ sight: { stats }, samples }: { sight: Sight; samples: Sample[] }) {
  const rows = viewsIn(stats).map((view) => ({
    view,
    position: Number(stats[`views.${view}.position`]),
    quarantined: (stats[`views.${view}.quarantined`] as string[] | undefined) ?? [],
    ...paceOf(samples, view),
  }));
  return (
    <section class="panel" aria-labelledby="op-views">
      <h2 id="op-views">{say("operations.views")}</h2>
      <Table columns={viewColumns} rows={rows} keyOf={(row) => row.view} />
    </section>
  );
}

function Charts({ samples }: { samples: Sample[] }) {
  return (
    <section class="panel" aria-labelledby="op-charts">
      <h2 id="op-charts">{say("operations.charts")}</h2>
      <p class="hint">{say("operations.chartsMeaning")}</p>
      <div class="charts">
        <LineChart title="operations.groupSize" unit={say("operations.commands")} points={meansOf(samples, "muniment_group_commands", 1)} />
        <LineChart title="operations.syncTime" unit="ms" points={meansOf(samples, "muniment_sync_seconds", 1000)} />
      </div>
    </section>
  );
}
