// The panel's fields of a person, in the job aid's order.
import { Field } from "../parts/field";
import { say } from "../messages";
import type { Draft, Particulars } from "./model";

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  errors: Record<string, string>;
  theirs?: Record<string, string>;
  isNew: boolean;
}

export function ParticularFields({ draft, onChange, errors, theirs = {}, isNew }: Props) {
  const one = (name: keyof Particulars, more: { hint?: string; maxLength?: number; inputMode?: "numeric" | "email"; isOptional?: boolean } = {}) => {
    const { isOptional, ...rest } = more;
    const now = theirs[name];
    return (
      <Field
        name={name}
        value={draft.particulars[name]}
        onInput={(value) => onChange({ ...draft, particulars: { ...draft.particulars, [name]: value } })}
        isRequired={!isOptional}
        {...(errors[name] ? { error: errors[name] } : {})}
        {...(now !== undefined ? { theirs: say("conflict.theirs", { value: now }) } : {})}
        {...rest}
      />
    );
  };
  return (
    <div class="particulars">
      {one("last_name", { maxLength: 60 })}
      {one("first_name", { maxLength: 35 })}
      {one("middle_initial", { maxLength: 1, isOptional: true })}
      {one("birth_day", { hint: say("hint.birthDay"), maxLength: 5 })}
      <Field
        name="pin"
        value={draft.pin}
        onInput={(pin) => onChange({ ...draft, pin })}
        hint={say(isNew ? "hint.pin" : "hint.pinKept")}
        isRequired={isNew}
        inputMode="numeric"
        maxLength={4}
        {...(errors.pin ? { error: errors.pin } : {})}
      />
      {one("email", { maxLength: 254, inputMode: "email" })}
      {one("zip", { maxLength: 10 })}
    </div>
  );
}
