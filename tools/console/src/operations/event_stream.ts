// The node's Server-Sent Events, read with fetch, because the browser's own EventSource can send no header. It comes back by itself, behind
// the last event that it had.
import { stream } from "../api";
import { problemOfError } from "../load";
import type { Problem } from "../api";
import type { LogEvent } from "../accounts/record";

export interface Told {
  onEvent: (event: LogEvent) => void;
  onConnected: () => void;
  onLost: (problem: Problem | null) => void;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

// One message: its lines up to an empty one.
function read(message: string): { id?: string; data?: string } {
  const out: { id?: string; data?: string } = {};
  for (const line of message.split("\n")) {
    if (line.startsWith("id: ")) out.id = line.slice(4);
    if (line.startsWith("data: ")) out.data = (out.data ?? "") + line.slice(6);
  }
  return out;
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

// Where in the log somebody was: the id of the last event that they had. Empty: at its end.
export interface Place {
  last: string;
}

// From `place` on, which goes with it. Ends by `signal`, and where the node says that there is nothing to come back to.
export async function follow(told: Told, place: Place, signal: AbortSignal): Promise<void> {
  let wait = firstPauseMs;
  while (!signal.aborted) {
    try {
      const headers = { Accept: "text/event-stream", ...(place.last ? { "Last-Event-ID": place.last } : {}) };
      const response = await stream("/v1/events", {}, headers, signal);
      told.onConnected();
      wait = firstPauseMs;
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const { id, data } = read(text.slice(0, end));
          text = text.slice(end + 2);
          if (id) place.last = id;
          if (data) told.onEvent(JSON.parse(data));
        }
      }
      told.onLost(null);
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof TypeError || error instanceof DOMException ? null : problemOfError(error);
      told.onLost(problem);
      if (problem && problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
        if (problem.status === 410) place.last = ""; // The log is not the one that it was in.
        return;
      }
    }
    await pause(wait, signal);
    wait = Math.min(wait * 2, longestPauseMs);
  }
}
