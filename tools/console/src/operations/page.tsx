// How the node is: the log, its views, its machine; and what is recorded, as it is recorded.
import { useEffect } from "preact/hooks";
import { get } from "../api";
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { say, sayNumber } from "../messages";
import { Alert } from "../parts/alert";
import { Whole } from "../parts/states";
import { LiveTail } from "./live_tail";
import { loadMetrics, type Metrics } from "./metrics";

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

export function OperationsPage({ session }: PageProps) {
  const loaded = useLoaded("operations", () => look(session.role === "operator"));
  const { reload } = loaded;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && reload(), lookEveryMs);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <>
      <h1>{say("operations.heading")}</h1>
      <Whole loaded={loaded}>{(sight) => <Sights sight={sight} />}</Whole>
      <LiveTail />
    </>
  );
}

const number = (value: unknown): string => sayNumber(Number(value ?? 0));
const bytes = (value: unknown): string => say("operations.megabytes", { count: Math.round(Number(value ?? 0) / 1_000_000) });

function Sights({ sight: { stats, metrics, whyNotReady: why } }: { sight: Sight }) {
  const views = Object.keys(stats).flatMap((key) => /^views\.(\w+)\.position$/.exec(key)?.[1] ?? []);
  const size = Object.entries(stats).filter(([key]) => key.startsWith("bytes."));
  return (
    <>
      {why.length > 0 ? (
        <Alert kind="error" heading={say("operations.notReady")}>
          <ul class="usa-list">
            {why.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Alert>
      ) : (
        <Alert kind="success" heading={say("operations.ready")} />
      )}
      <div class="cards">
        <section class="panel" aria-labelledby="op-log">
          <h2 id="op-log">{say("operations.log")}</h2>
          <dl class="facts">
            <dt>{say("operations.head")}</dt>
            <dd>{number(stats.position)}</dd>
            <dt>{say("operations.unwitnessed")}</dt>
            <dd>{number(stats.unwitnessed_events)}</dd>
            <dt>{say("operations.closedCleanly")}</dt>
            <dd>{say(stats.closed_cleanly ? "yes" : "no")}</dd>
            <dt>{say("operations.generation")}</dt>
            <dd class="code">{String(stats.generation)}</dd>
            {metrics && (
              <>
                <dt>{say("operations.groupSize")}</dt>
                <dd>{metrics.mean("muniment_group_commands", 1)}</dd>
                <dt>{say("operations.syncTime")}</dt>
                <dd>{say("operations.milliseconds", { count: metrics.mean("muniment_sync_seconds", 1000) })}</dd>
              </>
            )}
          </dl>
        </section>
        <section class="panel" aria-labelledby="op-views">
          <h2 id="op-views">{say("operations.views")}</h2>
          <table class="usa-table">
            <thead>
              <tr>
                <th scope="col">{say("operations.view")}</th>
                <th scope="col">{say("operations.position")}</th>
                <th scope="col">{say("operations.behind")}</th>
              </tr>
            </thead>
            <tbody>
              {views.map((view) => {
                const position = Number(stats[`views.${view}.position`]);
                return (
                  <tr key={view}>
                    <th scope="row" data-label={say("operations.view")}>
                      {view}
                    </th>
                    <td data-label={say("operations.position")}>{number(position)}</td>
                    <td data-label={say("operations.behind")}>{number(Math.max(0, Number(stats.position) - position))}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
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
            <dd>{bytes(size.reduce((sum, [, value]) => sum + Number(value), 0))}</dd>
          </dl>
        </section>
      </div>
    </>
  );
}
