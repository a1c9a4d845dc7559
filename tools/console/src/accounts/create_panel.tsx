// The Create Subordinate panel. Source: job aid "Update Accounts", introduction and the panel's fields.
import { useState } from "preact/hooks";
import { say } from "../messages";
import { Alert } from "../parts/alert";
import { PanelHeading } from "../parts/heading";
import { errorsIn, fullName, isChanged, noParticulars, particularNames, type Draft, type Particulars } from "./model";
import { PanelForm, ServiceChoice, usePanelCommand, type PanelProps } from "./panel_form";
import { ParticularFields } from "./particulars";

const nothing: Draft = { particulars: noParticulars, pin: "", services: new Set() };

export function CreatePanel({ provider, providerName, services, onDone, onCancel, onReturn }: PanelProps) {
  const [draft, setDraft] = useState<Draft>(nothing);
  const [other, setOther] = useState<Particulars | null>(null); // Of whom it was said that they are another person than the one who is there.
  const { submit, errors, frame } = usePanelCommand({ provider, providerName, onDone });
  const { problem } = frame;
  const isDuplicate = problem?.name === "possible_duplicate";
  const isOther = other !== null && particularNames.every((name) => other[name] === draft.particulars[name]);

  const create = () => {
    const { middle_initial, ...rest } = draft.particulars;
    const command = {
      type: "create_subordinate",
      ...rest,
      ...(middle_initial ? { middle_initial } : {}),
      pin: draft.pin,
      services: [...draft.services].sort(),
      ...(isOther ? { allow_duplicate: true, reason: "same_name_other_person" } : {}),
    };
    void submit(errorsIn(draft, true), command, ({ username = "" }) => ({ what: "created", username, person: fullName(draft.particulars) }));
  };

  return (
    <section class="panel" aria-label={say("create.heading")}>
      <PanelHeading>{say("create.heading")}</PanelHeading>
      <PanelForm {...frame} problem={isDuplicate ? null : problem} isChanged={isChanged(draft, nothing)} onSubmit={create} onCancel={onCancel} onReturn={onReturn}>
        {problem && isDuplicate && (
          <Alert kind="warning" heading={say("create.duplicate")} takesFocus>
            <p>{problem.title}</p>
            <label class="choice">
              <input type="checkbox" checked={isOther} onChange={(event) => setOther(event.currentTarget.checked ? draft.particulars : null)} />
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
