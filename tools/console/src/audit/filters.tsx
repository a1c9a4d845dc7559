// Filters, which live in the address: what is looked at can be kept, sent and gone back to. The node applies them over the whole range.
import { useEffect, useState } from "preact/hooks";
import { say, sayList, sayNamed, type MessageId } from "../messages";
import { useNamedText } from "../names";
import { Field } from "../parts/field";
import { goTo } from "../route";

export interface Filter {
  name: string;
  label: MessageId;
  hint?: MessageId;
  choices?: string[]; // Else it is typed.
  choiceText?: (choice: string) => string;
  several?: string[]; // Any number of these, with commas between them.
  isFlag?: boolean;
}

interface Props {
  path: string;
  query: Record<string, string>;
  filters: Filter[];
  providers: string[];
  keep?: string[]; // What of the address is no filter, and stays.
}

export function Filters(props: Props) {
  return (
    <>
      <FilterForm {...props} />
      <AskedOnPaper query={props.query} filters={props.filters} />
    </>
  );
}

// A form is not printed; what was asked is.
function AskedOnPaper({ query, filters }: Pick<Props, "query" | "filters">) {
  const named = useNamedText();
  const textOf = ({ name, choices, several, choiceText }: Filter, value: string): string => {
    if (name === "provider") return named.provider(value);
    return choices || several ? (choiceText?.(value) ?? sayNamed("event", value)) : value;
  };
  const asked = filters.flatMap((filter) => {
    const value = query[filter.name];
    if (!value) return [];
    if (filter.isFlag) return [say(filter.label)];
    const values = filter.several ? value.split(",") : [value];
    return [say("filters.value", { name: say(filter.label), value: sayList(values.map((one) => textOf(filter, one))) })];
  });
  if (asked.length === 0 && !query.asked) return null;
  return <p class="paper">{say("filters.asked", { what: asked.length > 0 ? asked.join("; ") : say("filters.everything") })}</p>;
}

function FilterForm({ path, query, filters, providers, keep = [] }: Props) {
  // Whoever sees some providers alone asks about one of them.
  const begun = { ...(providers[0] ? { provider: providers[0] } : {}), ...query };
  const [typed, setTyped] = useState<Record<string, string>>(begun);
  const address = JSON.stringify(begun);
  useEffect(() => setTyped(begun), [address]);
  const named = useNamedText();
  const set = (name: string, value: string) => setTyped({ ...typed, [name]: value });
  const trimmed = () => Object.fromEntries(filters.map(({ name }) => [name, (typed[name] ?? "").trim()]));
  return (
    <form
      class="panel"
      aria-label={say("filters.heading")}
      onSubmit={(event) => {
        event.preventDefault();
        goTo(path, { ...trimmed(), ...Object.fromEntries(keep.map((name) => [name, query[name]])), asked: "1" });
      }}
    >
      <div class="filters">
        {filters.map((filter) => {
          const { name } = filter;
          const value = typed[name] ?? "";
          const isOwn = name === "provider" && providers.length > 0;
          const choices = isOwn ? providers : filter.choices;
          if (filter.isFlag)
            return (
              <label key={name} class="choice filter-flag">
                <input type="checkbox" name={name} checked={value !== ""} onChange={(event) => set(name, event.currentTarget.checked ? "true" : "")} />
                {say(filter.label)}
              </label>
            );
          if (filter.several) return <Several key={name} filter={filter} chosen={value ? value.split(",") : []} onChange={(chosen) => set(name, chosen.join(","))} />;
          if (choices)
            return (
              <div key={name} class="usa-form-group">
                <label class="usa-label" for={`field-${name}`}>
                  {say(filter.label)}
                </label>
                <select class="usa-select" id={`field-${name}`} name={name} value={value} onChange={(event) => set(name, event.currentTarget.value)}>
                  {!isOwn && <option value="">{say("filters.all")}</option>}
                  {choices.map((choice) => (
                    <option key={choice} value={choice}>
                      {isOwn ? named.provider(choice) : (filter.choiceText?.(choice) ?? sayNamed("event", choice))}
                    </option>
                  ))}
                </select>
              </div>
            );
          return <Field key={name} name={name} label={say(filter.label)} value={value} onInput={(text) => set(name, text)} {...(filter.hint ? { hint: say(filter.hint) } : {})} />;
        })}
      </div>
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--unstyled" onClick={() => goTo(path)}>
          {say("filters.clear")}
        </button>
        <button type="submit" class="usa-button">
          {say("action.show")}
        </button>
      </div>
    </form>
  );
}

// Closed it says what is chosen.
function Several({ filter, chosen, onChange }: { filter: Filter; chosen: string[]; onChange: (chosen: string[]) => void }) {
  const textOf = filter.choiceText ?? ((choice: string) => sayNamed("event", choice));
  const toggle = (choice: string) => onChange(chosen.includes(choice) ? chosen.filter((one) => one !== choice) : [...chosen, choice]);
  return (
    <details class="several">
      <summary>
        {say(filter.label)} <span class="hint">{chosen.length > 0 ? sayList(chosen.map(textOf)) : say("filters.none")}</span>
      </summary>
      <fieldset>
        <legend class="usa-sr-only">{say(filter.label)}</legend>
        {filter.several!.map((choice) => (
          <label key={choice} class="choice">
            <input type="checkbox" checked={chosen.includes(choice)} onChange={() => toggle(choice)} />
            {textOf(choice)}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
