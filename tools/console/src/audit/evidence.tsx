// The events that a finding rests on. Whoever may read the log opens them.
import { useState } from "preact/hooks";
import { stream, type Problem, type Session } from "../api";
import { problemOfError } from "../load";
import { say } from "../messages";
import { ProblemAlert } from "../parts/alert";
import type { LogEvent } from "../accounts/record";
import type { ServiceNames } from "./catalogue";
import { useDrawer } from "./drawer";

async function loadEvent(position: string): Promise<LogEvent> {
  const response = await stream("/v1/events", { from: position, limit: "1" }, {}, new AbortController().signal);
  return JSON.parse(await response.text());
}

export function Evidence({ positions, names, session }: { positions: string[]; names: ServiceNames; session: Session }) {
  const { show, drawer } = useDrawer(session, names);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!session.sees_everything) return <>{say("findings.events", { positions: positions.join(", ") })}</>;
  const open = (position: string) => {
    setProblem(null);
    loadEvent(position).then(show, (error: unknown) => setProblem(problemOfError(error)));
  };
  return (
    <div class="evidence">
      {positions.map((position) => (
        <button key={position} type="button" class="usa-button usa-button--unstyled" onClick={() => open(position)}>
          {say("findings.event", { position })}
        </button>
      ))}
      {problem && <ProblemAlert problem={problem} />}
      {drawer}
    </div>
  );
}
