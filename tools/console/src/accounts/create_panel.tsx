// The Create Subordinate panel. Source: job aid "Update Accounts", introduction and the panel's fields.
import { useState } from "preact/hooks";
import { say } from "../messages";
import { Alert } from "../parts/alert";
import { PanelHeading } from "../parts/heading";
import { errorsIn, fullName, isChanged, noParticulars, type Draft } from "./model";
import { errorsOf, PanelForm, ServiceChoice, useErrors } from "./panel_form";
import { ParticularFields } from "./particulars";
import { eventsOf } from "./record";
import type { PanelProps } from "./update_panel";
import { isProblem, useSubmission } from "./use_submission";

const nothing: Draft = { particulars: noParticulars, pin: "", services: new Set() };

export function CreatePanel({ provider, providerName, services, onDone, onCancel, onReturn }: PanelProps) {
  const [draft, setDraft] = useState<Draft>(nothing);
  const [isOther, setOther] = useState(false);
  const { errors, attempt, tell } = useErrors();
  const { send, problem, isBusy, setProblem } = useSubmission();
  const isDuplicate = problem?.name === "possible_duplicate";

  const submit = async () => {
    const wrong = errorsIn(draft, true);
    tell(wrong);
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
      tell(errorsOf(answer));
      return setProblem(answer);
    }
    const username = answer.username ?? "";
    const events = await eventsOf(answer, provider, username).catch(() => []);
    onDone({ what: "created", isRecorded: true, provider, providerName, username, person: fullName(draft.particulars), events });
  };

  return (
    <section class="panel" aria-label={say("create.heading")}>
      <PanelHeading>{say("create.heading")}</PanelHeading>
      <PanelForm
        isChanged={isChanged(draft, nothing)}
        problem={isDuplicate ? null : problem}
        errors={errors}
        attempt={attempt}
        isBusy={isBusy}
        onSubmit={() => void submit()}
        onCancel={onCancel}
        onReturn={onReturn}
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
        <p class="hint">{say("create.meaning")}</p>
        <ParticularFields draft={draft} onChange={setDraft} errors={errors} isNew />
        <ServiceChoice
          services={services}
          from={nothing.services}
          assigned={draft.services}
          onChange={(next) => setDraft({ ...draft, services: next })}
          who={fullName(draft.particulars) || say("create.they")}
          error={errors.services}
        />
      </PanelForm>
    </section>
  );
}
