// What lists of events show: those of the past and those that come.
import { sayNamed } from "../messages";
import { Person, Provider } from "../names";
import type { Column } from "../parts/table";
import { Time } from "../parts/time";
import type { LogEvent } from "../accounts/record";
import type { ServiceNames } from "./catalogue";
import { actorOf, detailsOf, isFailed } from "./event_text";

export const eventColumns = (names: ServiceNames, when: (event: LogEvent) => string | undefined, onShow: (event: LogEvent) => void): Column<LogEvent>[] => [
  { label: "history.when", class: "when", show: (event) => <Time at={when(event)} /> },
  {
    label: "history.what",
    show: (event) => (
      <>
        <button type="button" class="usa-button usa-button--unstyled" onClick={() => onShow(event)}>
          {sayNamed("event", event.type)}
        </button>
        <span class="details">{detailsOf(event, names)}</span>
      </>
    ),
  },
  {
    label: "history.whom",
    show: (event) => (
      <>
        <Person username={event.username} />
        {event.provider && <Provider id={event.provider} />}
      </>
    ),
  },
  { label: "history.who", show: (event) => <Person username={actorOf(event)} /> },
];

export const failedClass = (event: LogEvent): string | undefined => (isFailed(event) ? "failed" : undefined);
