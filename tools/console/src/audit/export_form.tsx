// The whole answer as a file, in the form of others. Nothing is kept of one that was cut off.
import { useRef, useState } from "preact/hooks";
import { stream, type Problem } from "../api";
import { problemOfError } from "../load";
import { say } from "../messages";
import { Alert, ProblemAlert } from "../parts/alert";
import { save } from "../parts/save";

const formats = ["csv", "ndjson", "ocsf", "fhir", "cloudevents", "cloudevents-batch"];
const kilobyte = 1000;

type State = { is: "ready" } | { is: "running"; bytes: number } | { is: "done"; bytes: number; lines: number } | { is: "cut" } | { is: "refused"; problem: Problem };

const linesIn = (part: Uint8Array): number => part.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);

export function ExportForm({ parameters }: { parameters: Record<string, string | undefined> }) {
  const [format, setFormat] = useState("csv");
  const [state, setState] = useState<State>({ is: "ready" });
  const abort = useRef<AbortController | null>(null);

  const run = async () => {
    abort.current = new AbortController();
    setState({ is: "running", bytes: 0 });
    let response: Response;
    try {
      response = await stream("/v1/export/trail", { ...parameters, format }, {}, abort.current.signal);
    } catch (error) {
      if (abort.current.signal.aborted) return setState({ is: "cut" });
      return setState({ is: "refused", problem: problemOfError(error) });
    }
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    let lines = 0;
    try {
      const reader = response.body!.getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        parts.push(read.value);
        bytes += read.value.length;
        lines += linesIn(read.value);
        setState({ is: "running", bytes });
      }
    } catch {
      return setState({ is: "cut" });
    }
    save(parts, response.headers.get("Content-Type") ?? "", `trail.${format === "csv" ? "csv" : `${format}.ndjson`}`);
    setState({ is: "done", bytes, lines });
  };

  return (
    <section class="panel no-print" aria-labelledby="export-heading">
      <h2 id="export-heading">{say("export.heading")}</h2>
      <p class="hint">{say("export.meaning")}</p>
      <label class="usa-label" for="field-format">
        {say("export.format")}
      </label>
      <select class="usa-select" id="field-format" value={format} onChange={(event) => setFormat(event.currentTarget.value)}>
        {formats.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <p role="status" class="hint">
        {state.is === "running" && say("export.running", { count: Math.round(state.bytes / kilobyte) })}
        {state.is === "done" && say("export.done", { count: Math.ceil(state.bytes / kilobyte), rows: state.lines })}
      </p>
      {state.is === "cut" && (
        <Alert kind="error">
          <p>{say("export.cut")}</p>
        </Alert>
      )}
      {state.is === "refused" && <ProblemAlert problem={state.problem} />}
      <div class="panel-actions">
        {state.is === "running" ? (
          <button type="button" class="usa-button usa-button--outline" onClick={() => abort.current?.abort()}>
            {say("export.stop")}
          </button>
        ) : (
          <button type="button" class="usa-button" onClick={() => void run()}>
            {say("export.begin")}
          </button>
        )}
      </div>
    </section>
  );
}
