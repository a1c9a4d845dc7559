// A command as a form: its fields, what is wrong with them, and what came of it.
import { useState } from "preact/hooks";
import type { Outcome } from "../api";
import { isProblem, useSubmission } from "../accounts/use_submission";
import { say, sayNamed, type MessageId } from "../messages";
import { ProblemAlert } from "./alert";
import { ErrorSummary } from "./error_summary";
import { Field } from "./field";

export interface CommandField {
  name: string; // As the node calls it.
  hint?: MessageId;
  choices?: { value: string; text: string }[]; // Else it is typed.
  isRequired?: boolean;
  isWrong?: (value: string) => string | undefined;
  maxLength?: number;
  isShown?: (values: Record<string, string>) => boolean; // By what is chosen elsewhere in the form; else it always is.
}

// A reason, as every command that asks for one takes it.
export const reasonField: CommandField = {
  name: "reason",
  hint: "hint.reason",
  isRequired: true,
  isWrong: (value) => (/^[a-z0-9_]+$/.test(value) ? undefined : say("error.reason")),
};

interface Props {
  id: string; // Of the form in its page.
  label: string;
  fields: CommandField[];
  begun?: Record<string, string>;
  commandOf: (values: Record<string, string>) => Record<string, unknown>;
  etag?: string;
  action: string;
  isDanger?: boolean;
  onDone: (outcome: Outcome, values: Record<string, string>) => void;
  onCancel?: () => void;
  onConflict?: () => void; // Somebody else has changed what `etag` is of. What was typed stays while that is looked at again.
  isStale?: () => Promise<boolean>; // The same of what no version is asked for of.
}

export function CommandForm({ id, label, fields, begun = {}, commandOf, etag, action, isDanger, onDone, onCancel, onConflict, isStale }: Props) {
  const [values, setValues] = useState<Record<string, string>>(begun);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [attempt, setAttempt] = useState(0);
  const { send, problem, setProblem, isBusy } = useSubmission();
  const valueOf = (name: string) => (values[name] ?? "").trim();
  const shown = fields.filter(({ isShown }) => !isShown || isShown(values));
  const tell = (found: Record<string, string>) => {
    setErrors(found);
    setAttempt((number) => number + 1);
  };
  const submit = async () => {
    const wrong: Record<string, string> = {};
    for (const { name, isRequired, isWrong } of shown) {
      const found = valueOf(name) === "" ? (isRequired ? say("error.required") : undefined) : isWrong?.(valueOf(name));
      if (found) wrong[name] = found;
    }
    tell(wrong);
    setProblem(null);
    if (Object.keys(wrong).length > 0) return;
    if (await isStale?.().catch(() => false)) return onConflict?.();
    const typed = Object.fromEntries(shown.map(({ name }) => [name, valueOf(name)]));
    const answer = await send(commandOf(typed), etag);
    if (!isProblem(answer)) return onDone(answer, typed);
    const field = answer.field?.replace(/^.*\./, "") ?? "";
    const isOfField = shown.some(({ name }) => name === field) && answer.detail;
    tell(isOfField ? { [field]: answer.detail! } : {});
    setProblem(answer);
    if (answer.name === "version_conflict") onConflict?.();
  };
  return (
    <form
      class="command"
      noValidate
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {problem && Object.keys(errors).length === 0 && <ProblemAlert problem={problem} />}
      <ErrorSummary errors={errors} attempt={attempt} scope={id} problem={problem} />
      <div class="filters">
        {shown.map(({ name, hint, choices, isRequired, maxLength }) =>
          choices ? (
            <div key={name} class="usa-form-group">
              <label class="usa-label" for={`field-${id}-${name}`}>
                {sayNamed("field", name)}
              </label>
              <select class="usa-select" id={`field-${id}-${name}`} value={values[name] ?? ""} onChange={(event) => setValues({ ...values, [name]: event.currentTarget.value })}>
                {choices.map((choice) => (
                  <option key={choice.value} value={choice.value}>
                    {choice.text}
                  </option>
                ))}
              </select>
            </div>
          ) : (
            <Field
              key={name}
              name={`${id}-${name}`}
              label={sayNamed("field", name)}
              value={values[name] ?? ""}
              onInput={(value) => setValues({ ...values, [name]: value })}
              {...(hint ? { hint: say(hint) } : {})}
              {...(isRequired ? { isRequired } : {})}
              {...(maxLength ? { maxLength } : {})}
              {...(errors[name] ? { error: errors[name] } : {})}
            />
          ),
        )}
      </div>
      <div class="panel-actions">
        {onCancel && (
          <button type="button" class="usa-button usa-button--outline" onClick={onCancel}>
            {say("action.cancel")}
          </button>
        )}
        <button type="submit" class={`usa-button ${isDanger ? "danger" : ""}`} disabled={isBusy}>
          {isBusy ? say("action.working") : action}
        </button>
      </div>
    </form>
  );
}
