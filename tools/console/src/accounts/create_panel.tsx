// The Create Subordinate panel. Source: job aid "Update Accounts", introduction and the panel's fields.
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../messages";
import { Alert, ProblemAlert } from "../parts/alert";
import { ErrorSummary } from "../parts/error_summary";
import { PanelHeading } from "../parts/heading";
import { ServiceColumns } from "../parts/service_columns";
import { holdWhile } from "../route";
import { ChangePreview } from "./change_preview";
import { errorsIn, fullName, isChanged, noParticulars, type Draft } from "./model";
import { ParticularFields } from "./particulars";
import { eventsOf } from "./record";
import { AskToLeave } from "./sure";
import type { PanelProps } from "./update_panel";
import { isProblem, useSubmission } from "./use_submission";

const nothing: Draft = { particulars: noParticulars, pin: "", services: new Set() };

export function CreatePanel({ provider, providerName, services, onDone, onCancel, onReturn }: PanelProps) {
  const [draft, setDraft] = useState<Draft>(nothing);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [attempt, setAttempt] = useState(0);
  const [isOther, setOther] = useState(false);
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  const { send, problem, isBusy, setProblem } = useSubmission();
  const hasChanges = isChanged(draft, nothing);
  const changed = useRef(hasChanges);
  changed.current = hasChanges;
  useEffect(() => holdWhile(() => changed.current), []);
  const isDuplicate = problem?.name === "possible_duplicate";
  const leave = (go: () => void) => (hasChanges ? setLeaving(() => go) : go());

  const submit = async () => {
    const wrong = errorsIn(draft, true);
    setErrors(wrong);
    setAttempt((number) => number + 1);
    if (Object.keys(wrong).length > 0) return setProblem(null);
    const { middle_initial, ...rest } = draft.particulars;
    const answer = await send({
      type: "create_subordinate",
      provider,
      ...rest,
      ...(middle_initial ? { middle_initial } : {}),
      pin: draft.pin,
      services: [...draft.services].sort(),
      ...(isOther ? { allow_duplicate: true, reason: "same_name_other_person" } : {}),
    });
    if (isProblem(answer)) {
      setErrors(answer.field && answer.detail ? { [answer.field]: answer.detail } : {});
      setAttempt((number) => number + 1);
      return setProblem(answer);
    }
    const username = answer.username ?? "";
    const events = await eventsOf(answer, provider, username).catch(() => []);
    onDone({ what: "created", isRecorded: true, provider, providerName, username, person: fullName(draft.particulars), events });
  };

  return (
    <section class="panel" aria-label={say("create.heading")}>
      <PanelHeading>{say("create.heading")}</PanelHeading>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {problem && isDuplicate && (
          <Alert kind="warning" heading={say("create.duplicate")} takesFocus>
            <p>{problem.title}</p>
            <label class="choice">
              <input type="checkbox" checked={isOther} onChange={(event) => setOther(event.currentTarget.checked)} />
              {say("create.otherPerson")}
            </label>
          </Alert>
        )}
        {problem && !isDuplicate && !problem.detail && <ProblemAlert problem={problem} />}
        <ErrorSummary errors={errors} attempt={attempt} />
        <p class="hint">{say("create.meaning")}</p>
        <ParticularFields draft={draft} onChange={setDraft} errors={errors} isNew />
        <h3 class="panel-question">{say("columns.question")}</h3>
        {errors.services && <span class="usa-error-message">{errors.services}</span>}
        <ServiceColumns services={services} assigned={draft.services} onChange={(next) => setDraft({ ...draft, services: next })} mayChange />
        <ChangePreview from={nothing.services} to={draft.services} services={services} who={fullName(draft.particulars) || say("create.they")} />
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
