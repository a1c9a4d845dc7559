// What is said about a finding: on record, with a reason and, for a risk that is accepted, an end.
import { useState } from "preact/hooks";
import { say, sayNamed } from "../messages";
import { ProblemAlert } from "../parts/alert";
import { ErrorSummary } from "../parts/error_summary";
import { Field } from "../parts/field";
import { isProblem, useSubmission } from "../accounts/use_submission";
import type { Finding } from "./findings";

const dispositions = ["accepted_risk", "fixed", "false_alarm", "reopened"];

export function DispositionForm({ finding, onClose }: { finding: Finding; onClose: (position: string) => void }) {
  const [disposition, setDisposition] = useState("fixed");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [attempt, setAttempt] = useState(0);
  const { send, problem, setProblem, isBusy } = useSubmission();
  const submit = async () => {
    const wrong: Record<string, string> = {};
    if (!/^[a-z0-9_]+$/.test(reason)) wrong.reason = say("error.reason");
    if (disposition === "accepted_risk" && !until) wrong.until = say("error.required");
    setErrors(wrong);
    setAttempt(attempt + 1);
    setProblem(null);
    if (Object.keys(wrong).length > 0) return;
    const answer = await send({ type: "dispose_finding", finding: finding.id, disposition, reason, ...(until ? { until } : {}) });
    if (!isProblem(answer)) return onClose(answer.last_position ?? "");
    if ((answer.field === "reason" || answer.field === "until") && answer.detail) setErrors({ [answer.field]: answer.detail });
    setAttempt(attempt + 2);
    setProblem(answer);
  };
  return (
    <form
      class="disposition"
      noValidate
      aria-label={say("findings.dispose")}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {problem && Object.keys(errors).length === 0 && <ProblemAlert problem={problem} />}
      <ErrorSummary errors={errors} attempt={attempt} problem={problem} />
      <div class="usa-form-group">
        <label class="usa-label" for="field-disposition">
          {say("findings.disposition")}
        </label>
        <select class="usa-select" id="field-disposition" value={disposition} onChange={(event) => setDisposition(event.currentTarget.value)}>
          {dispositions.map((one) => (
            <option key={one} value={one}>
              {sayNamed("disposition", one)}
            </option>
          ))}
        </select>
      </div>
      <Field name="reason" value={reason} onInput={setReason} hint={say("hint.reason")} isRequired maxLength={64} {...(errors.reason ? { error: errors.reason } : {})} />
      <Field name="until" value={until} onInput={setUntil} hint={say("hint.until")} {...(errors.until ? { error: errors.until } : {})} />
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--outline" onClick={() => onClose("")}>
          {say("action.cancel")}
        </button>
        <button type="submit" class="usa-button" disabled={isBusy}>
          {say("action.submit")}
        </button>
      </div>
    </form>
  );
}
