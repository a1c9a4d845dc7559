import { sayNamed } from "../messages";

export interface FieldProps {
  name: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  error?: string;
  isRequired?: boolean;
  isSecret?: boolean;
  inputMode?: "numeric" | "text" | "email";
  maxLength?: number;
  label?: string;
  theirs?: string; // What somebody else has put there meanwhile.
  autocomplete?: string;
}

// A labelled input, with its hint and what is wrong with it where it can be heard too.
export function Field({ name, value, onInput, hint, error, isRequired, isSecret, inputMode, maxLength, label, theirs, autocomplete = "off" }: FieldProps) {
  const id = `field-${name}`;
  const described = [hint && `${id}-hint`, theirs && `${id}-theirs`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={`usa-form-group ${error ? "usa-form-group--error" : ""}`}>
      <label class="usa-label" for={id}>
        {label ?? sayNamed("field", name)}
      </label>
      {hint && (
        <span class="usa-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {theirs && (
        <span class="theirs" id={`${id}-theirs`}>
          {theirs}
        </span>
      )}
      {error && (
        <span class="usa-error-message" id={`${id}-error`}>
          {error}
        </span>
      )}
      <input
        class={`usa-input ${error ? "usa-input--error" : ""}`}
        id={id}
        name={name}
        {...(isSecret ? { type: "password" as const } : { type: "text" as const })}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        aria-describedby={described || undefined}
        aria-invalid={error ? "true" : undefined}
        aria-required={isRequired ? "true" : undefined}
        inputMode={inputMode}
        maxLength={maxLength}
        autocomplete={autocomplete}
        spellcheck={false}
      />
    </div>
  );
}
