// The panel's two columns. A service moves by its button; the keyboard does all that the mouse does.
import { useRef } from "preact/hooks";
import { say } from "../messages";
import type { Service } from "../accounts/model";

interface Props {
  services: Service[];
  assigned: ReadonlySet<string>;
  onChange: (assigned: Set<string>) => void;
  mayChange: boolean;
}

export function ServiceColumns({ services, assigned, onChange, mayChange }: Props) {
  const columns = useRef<HTMLDivElement>(null);
  const move = (service: string) => {
    const after = new Set(assigned);
    if (!after.delete(service)) after.add(service);
    onChange(after);
    // The button has gone to the other column, and the focus goes with it.
    requestAnimationFrame(() => columns.current?.querySelector<HTMLButtonElement>(`[data-service="${CSS.escape(service)}"]`)?.focus());
  };
  const column = (isAssigned: boolean) => {
    const own = services.filter((one) => assigned.has(one.service) === isAssigned && (isAssigned || !one.retired));
    const heading = say(isAssigned ? "columns.assigned" : "columns.available");
    return (
      <section class="service-column" aria-label={heading}>
        <h3>{heading}</h3>
        {own.length === 0 ? (
          <p class="empty">{say("columns.none")}</p>
        ) : (
          <ul>
            {own.map((one) => (
              <li key={one.service}>
                <button
                  type="button"
                  data-service={one.service}
                  disabled={!mayChange}
                  aria-label={say(isAssigned ? "columns.takeAway" : "columns.assign", { service: one.name })}
                  onClick={() => move(one.service)}
                >
                  {isAssigned && <span aria-hidden="true">◀</span>}
                  <span class="service-name">{one.name}</span>
                  {!isAssigned && <span aria-hidden="true">▶</span>}
                </button>
              </li>
            ))}
          </ul>
        )}
      </section>
    );
  };
  return (
    <div ref={columns} id="field-services" tabIndex={-1} class="service-columns" role="group" aria-label={say("field.services")}>
      {column(false)}
      {column(true)}
    </div>
  );
}
