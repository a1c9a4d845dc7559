// The Link Subordinate panel. Source: job aid "Link Accounts".
import { useEffect, useRef, useState } from "preact/hooks";
import { say, sayProvider } from "../messages";
import { ProblemAlert } from "../parts/alert";
import { ErrorSummary } from "../parts/error_summary";
import { Field } from "../parts/field";
import { PanelHeading } from "../parts/heading";
import { ServiceColumns } from "../parts/service_columns";
import { holdWhile } from "../route";
import { ChangePreview } from "./change_preview";
import { eventsOf } from "./record";
import { AskToLeave } from "./sure";
import type { PanelProps } from "./update_panel";
import { isProblem, useSubmission } from "./use_submission";

const none: ReadonlySet<string> = new Set();

export function LinkPanel({ provider, providerName, services, onDone, onCancel, onReturn }: PanelProps) {
  const [username, setUsername] = useState("");
  const [assigned, setAssigned] = useState<ReadonlySet<string>>(none);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [attempt, setAttempt] = useState(0);
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  const { send, problem, isBusy, setProblem } = useSubmission();
  const hasChanges = username !== "" || assigned.size > 0;
  const changed = useRef(hasChanges);
  changed.current = hasChanges;
  useEffect(() => holdWhile(() => changed.current), []);
  const leave = (go: () => void) => (hasChanges ? setLeaving(() => go) : go());

  const submit = async () => {
    const typed = username.trim();
    const wrong: Record<string, string> = {};
    if (typed === "") wrong.username = say("error.required");
    if (assigned.size === 0) wrong.services = say("error.services");
    setErrors(wrong);
    setAttempt((number) => number + 1);
    setProblem(null);
    if (Object.keys(wrong).length > 0) return;
    const answer = await send({ type: "link_subordinate", provider, username: typed, services: [...assigned].sort() });
    if (isProblem(answer)) {
      if (answer.field && answer.detail) setErrors({ [answer.field]: answer.detail });
      setAttempt((number) => number + 1);
      return setProblem(answer);
    }
    const events = await eventsOf(answer, provider, typed.toLowerCase()).catch(() => []);
    onDone({ what: "linked", isRecorded: answer.status === "accepted", provider, providerName, username: typed.toLowerCase(), person: "", events });
  };

  return (
    <section class="panel" aria-label={say("link.heading")}>
      <PanelHeading>{say("link.heading")}</PanelHeading>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {problem && !problem.detail && <ProblemAlert problem={problem} />}
        <ErrorSummary errors={errors} attempt={attempt} />
        <p class="hint">{say("link.meaning", { provider: sayProvider(provider), name: providerName })}</p>
        <Field
          name="username"
          value={username}
          onInput={setUsername}
          hint={say("hint.username")}
          isRequired
          maxLength={64}
          {...(errors.username ? { error: errors.username } : {})}
        />
        <h3 class="panel-question">{say("columns.question")}</h3>
        {errors.services && <span class="usa-error-message">{errors.services}</span>}
        <ServiceColumns services={services} assigned={assigned} onChange={setAssigned} mayChange />
        <ChangePreview from={none} to={assigned} services={services} who={username || say("create.they")} />
        <div class="panel-actions">
          <button type="button" class="usa-button usa-button--unstyled" onClick={() => leave(onCancel)}>
            {say("action.cancelService")}
          </button>
          <button type="button" class="usa-button usa-button--outline" onClick={() => leave(onReturn)}>
            {say("action.returnToResults")}
          </button>
          <button type="submit" class="usa-button" disabled={isBusy}>
            {isBusy ? say("action.working") : say("action.submit")}
          </button>
        </div>
        {leaving && <AskToLeave onLeave={leaving} onStay={() => setLeaving(null)} />}
      </form>
    </section>
  );
}
