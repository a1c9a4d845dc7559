// The Terms and Conditions, accepted at the first sign-in and again when they have changed. Source: job aids, introductions.
import { useState } from "preact/hooks";
import { submit, type Problem, type Session } from "./api";
import { problemOfError } from "./load";
import { say } from "./messages";
import { ProblemAlert } from "./parts/alert";
import { PanelHeading } from "./parts/heading";

export function Terms({ session, onAccepted, onLeave }: { session: Session; onAccepted: (position?: string) => Promise<unknown>; onLeave: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const version = session.terms_current ?? "";
  const accept = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { last_position } = await submit({ type: "accept_terms", username: session.name, terms_version: version }, crypto.randomUUID());
      await onAccepted(last_position);
    } catch (error) {
      setProblem(problemOfError(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <PanelHeading>{say("terms.heading")}</PanelHeading>
      <p>{say("terms.version", { version, name: session.name })}</p>
      <p>{say("terms.unique")}</p>
      <p>{say("terms.sharing")}</p>
      <p>{say("terms.responsible")}</p>
      {problem && <ProblemAlert problem={problem} />}
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--outline" onClick={() => onLeave()}>
          {say("action.decline")}
        </button>
        <button type="button" class="usa-button" onClick={() => void accept()} disabled={isBusy}>
          {say("action.accept")}
        </button>
      </div>
    </main>
  );
}
