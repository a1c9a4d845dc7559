// The Link Subordinate panel. Source: job aid "Link Accounts".
import { useState } from "preact/hooks";
import { say, sayProvider } from "../messages";
import { Field } from "../parts/field";
import { PanelHeading } from "../parts/heading";
import { errorsOf, PanelForm, ServiceChoice, useErrors, type Errors } from "./panel_form";
import { eventsOf } from "./record";
import type { PanelProps } from "./update_panel";
import { isProblem, useSubmission } from "./use_submission";

const none: ReadonlySet<string> = new Set();

export function LinkPanel({ provider, providerName, services, onDone, onCancel, onReturn }: PanelProps) {
  const [username, setUsername] = useState("");
  const [assigned, setAssigned] = useState<ReadonlySet<string>>(none);
  const { errors, attempt, tell } = useErrors();
  const { send, problem, isBusy, setProblem } = useSubmission();

  const submit = async () => {
    const typed = username.trim();
    const wrong: Errors = {};
    if (typed === "") wrong.username = say("error.required");
    if (assigned.size === 0) wrong.services = say("error.services");
    tell(wrong);
    setProblem(null);
    if (Object.keys(wrong).length > 0) return;
    const answer = await send({ type: "link_subordinate", provider, username: typed, services: [...assigned].sort() });
    if (isProblem(answer)) {
      tell(errorsOf(answer));
      return setProblem(answer);
    }
    const events = await eventsOf(answer, provider, typed.toLowerCase()).catch(() => []);
    onDone({ what: "linked", isRecorded: answer.status === "accepted", provider, providerName, username: typed.toLowerCase(), person: "", events });
  };

  return (
    <section class="panel" aria-label={say("link.heading")}>
      <PanelHeading>{say("link.heading")}</PanelHeading>
      <PanelForm
        isChanged={username !== "" || assigned.size > 0}
        problem={problem}
        errors={errors}
        attempt={attempt}
        isBusy={isBusy}
        onSubmit={() => void submit()}
        onCancel={onCancel}
        onReturn={onReturn}
      >
        <p class="hint">{say("link.meaning", { provider: sayProvider(provider), name: providerName })}</p>
        <Field name="username" value={username} onInput={setUsername} hint={say("hint.username")} isRequired maxLength={64} {...(errors.username ? { error: errors.username } : {})} />
        <ServiceChoice services={services} from={none} assigned={assigned} onChange={setAssigned} who={username || say("create.they")} error={errors.services} />
      </PanelForm>
    </section>
  );
}
