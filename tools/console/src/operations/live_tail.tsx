// The log as it grows. Paused, filtered, and at most so many a second: what is left out is said.
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Problem, Session } from "../api";
import { CoveredContext } from "../covered";
import { useLoaded } from "../load";
import { say } from "../messages";
import { useNamesOf } from "../names";
import { ProblemAlert } from "../parts/alert";
import { Field } from "../parts/field";
import { Table, type Column } from "../parts/table";
import type { LogEvent } from "../accounts/record";
import { serviceNames } from "../audit/catalogue";
import { useDrawer } from "../audit/drawer";
import { eventColumns, failedClass } from "../audit/event_columns";
import { follow } from "./event_stream";

const shownMax = 200;
const aSecondMax = 25;

export function LiveTail({ session }: { session: Session }) {
  const [isOn, setOn] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const [isConnected, setConnected] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [filter, setFilter] = useState("");
  const [rows, setRows] = useState<LogEvent[]>([]);
  const [dropped, setDropped] = useState(0);
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  const { show, drawer } = useDrawer(session, names);
  useNamesOf(rows);
  const isCovered = useContext(CoveredContext);
  const place = useRef({ last: "" }); // Whoever goes on after a stop, or after their session had ended, has what came in between too.
  const waiting = useRef<LogEvent[]>([]);
  const passedOver = useRef(0);
  const wanted = useRef("");
  wanted.current = filter.trim().toLowerCase();

  useEffect(() => {
    if (!isOn || isCovered) return;
    const abort = new AbortController();
    setProblem(null);
    void follow(
      {
        onEvent: (event) => {
          if (wanted.current && !JSON.stringify(event).toLowerCase().includes(wanted.current)) return;
          waiting.current.push(event);
          if (waiting.current.length <= shownMax) return;
          waiting.current.shift(); // Nobody would see it: who pauses for long keeps the newest.
          ++passedOver.current;
        },
        onConnected: () => {
          setConnected(true);
          setProblem(null);
        },
        onLost: (why) => {
          setConnected(false);
          setProblem(why);
        },
      },
      place.current,
      abort.signal,
    );
    return () => {
      abort.abort();
      setConnected(false);
    };
  }, [isOn, isCovered]);

  // Once a second what has come is shown: the newest of it, and how many were too many.
  useEffect(() => {
    if (!isOn || isPaused) return;
    const timer = setInterval(() => {
      const come = waiting.current.splice(0);
      if (come.length === 0) return;
      const shown = come.slice(-aSecondMax);
      const left = come.length - shown.length + passedOver.current;
      passedOver.current = 0;
      if (left > 0) setDropped((count) => count + left);
      setRows((before) => [...shown.reverse(), ...before].slice(0, shownMax));
    }, 1000);
    return () => clearInterval(timer);
  }, [isOn, isPaused]);

  const columns: Column<LogEvent>[] = [
    { label: "confirmation.position", show: (event) => event.position },
    ...eventColumns(names, (event) => event.recorded_at, show),
  ];
  return (
    <section class="panel" aria-labelledby="tail-heading">
      <h2 id="tail-heading">{say("tail.heading")}</h2>
      <p class="hint">{say("tail.meaning", { most: aSecondMax })}</p>
      <div class="search-fields">
        <Field name="tail-filter" label={say("tail.filter")} value={filter} onInput={setFilter} />
      </div>
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--outline" onClick={() => (setRows([]), setDropped(0))}>
          {say("tail.clear")}
        </button>
        {isOn && (
          <button type="button" class="usa-button usa-button--outline" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
            {say(isPaused ? "tail.resume" : "tail.pause")}
          </button>
        )}
        <button type="button" class="usa-button" onClick={() => setOn(!isOn)}>
          {say(isOn ? "tail.stop" : "tail.start")}
        </button>
      </div>
      <p role="status" class="hint">
        {isOn ? say(isPaused ? "tail.paused" : isConnected ? "tail.connected" : "tail.connecting") : say("tail.off")}
        {dropped > 0 && ` ${say("tail.dropped", { count: dropped })}`}
      </p>
      {problem && <ProblemAlert problem={problem} />}
      {rows.length > 0 && <Table columns={columns} rows={rows} keyOf={(event) => event.position} rowClass={failedClass} />}
      {drawer}
    </section>
  );
}
