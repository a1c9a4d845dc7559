// What the panels have in common: a form with its mistakes, the choice of services, and the ways out of it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Outcome, Problem } from "../api";
import { say } from "../messages";
import { ProblemAlert } from "../parts/alert";
import { ErrorSummary } from "../parts/error_summary";
import { ServiceColumns } from "../parts/service_columns";
import { holdWhile, leaveFor } from "../route";
import { ChangePreview } from "./change_preview";
import type { Done } from "./confirmation";
import type { Service } from "./model";
import { recordOf } from "./record";
import { AskToLeave } from "./sure";
import { isProblem, useSubmission } from "./use_submission";

export interface PanelProps {
  provider: string;
  providerName: string;
  services: Service[];
  self: string;
  onDone: (done: Done) => void;
  onCancel: () => void; // Leaves the panel: nothing is recorded.
  onReturn: () => void; // To the results.
}

export type Errors = Record<string, string>;

// What of a problem belongs to a field.
export const errorsOf = ({ field, detail }: Problem): Errors => (field && detail ? { [field]: detail } : {});

// `tell` shows them, and takes the focus to them each time.
export function useErrors() {
  const [errors, setErrors] = useState<Errors>({});
  const [attempt, setAttempt] = useState(0);
  const tell = (found: Errors) => {
    setErrors(found);
    setAttempt((number) => number + 1);
  };
  return { errors, attempt, tell };
}

// A panel of one command: what is wrong before it is sent, what the node says against it, and the confirmation of what it did.
export function usePanelCommand({ provider, providerName, onDone }: Pick<PanelProps, "provider" | "providerName" | "onDone">) {
  const { errors, attempt, tell } = useErrors();
  const { send, problem, isBusy, setProblem } = useSubmission();
  const submit = async (wrong: Errors, command: Record<string, unknown>, confirmed: (outcome: Outcome) => Pick<Done, "what" | "username" | "person">) => {
    tell(wrong);
    setProblem(null);
    if (Object.keys(wrong).length > 0) return;
    const answer = await send({ ...command, provider });
    if (isProblem(answer)) {
      tell(errorsOf(answer));
      return setProblem(answer);
    }
    const done = confirmed(answer);
    onDone({ ...done, outcome: answer, provider, providerName, events: await recordOf(answer, provider, done.username) });
  };
  return { submit, errors, frame: { problem, errors, attempt, isBusy } };
}

interface FrameProps {
  isChanged: boolean; // Something would be lost by leaving.
  problem: Problem | null;
  errors: Errors;
  attempt: number;
  isBusy: boolean;
  onSubmit: () => void;
  onCancel: () => void;
  onReturn: () => void;
  actions?: ComponentChildren; // Before Submit.
  children: ComponentChildren;
}

export function PanelForm({ isChanged, problem, errors, attempt, isBusy, onSubmit, onCancel, onReturn, actions, children }: FrameProps) {
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  const changed = useRef(isChanged);
  changed.current = isChanged;
  useEffect(() => holdWhile(() => changed.current, (go) => setLeaving(() => go)), []);
  return (
    <form
      class="panel-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {problem && Object.keys(errors).length === 0 && <ProblemAlert problem={problem} />}
      <ErrorSummary errors={errors} attempt={attempt} problem={problem} />
      {children}
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--unstyled" onClick={() => leaveFor(onCancel)}>
          {say("action.cancelService")}
        </button>
        <button type="button" class="usa-button usa-button--outline" onClick={() => leaveFor(onReturn)}>
          {say("action.returnToResults")}
        </button>
        {actions}
        <button type="submit" class="usa-button" disabled={isBusy}>
          {isBusy ? say("action.working") : say("action.submit")}
        </button>
      </div>
      {leaving && <AskToLeave onLeave={leaving} onStay={() => setLeaving(null)} />}
    </form>
  );
}

// The two columns, and what Submit would grant and revoke.
export function ServiceChoice({ services, from, assigned, onChange, who, error, mayChange = true, children }: {
  services: Service[];
  from: ReadonlySet<string>;
  assigned: ReadonlySet<string>;
  onChange: (assigned: Set<string>) => void;
  who: string;
  error?: string | undefined;
  mayChange?: boolean;
  children?: ComponentChildren;
}) {
  return (
    <>
      <h3 class="panel-question">{say("columns.question")}</h3>
      {error && <span class="usa-error-message">{error}</span>}
      {children}
      <ServiceColumns services={services} assigned={assigned} onChange={onChange} mayChange={mayChange} />
      <ChangePreview from={from} to={assigned} services={services} who={who} />
    </>
  );
}
