// Every time says its zone; one switch turns all of them.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { say, sayTime, sayZone } from "../messages";

export type Zone = "utc" | "local";
export const ZoneContext = createContext<Zone>("utc");

export function Time({ at }: { at: string | undefined }) {
  const zone = useContext(ZoneContext);
  if (!at) return null;
  return (
    <time dateTime={at} class="time">
      {sayTime(at, zone)}
    </time>
  );
}

export function ZoneSwitch({ zone, onChange }: { zone: Zone; onChange: (zone: Zone) => void }) {
  return (
    <fieldset class="zone-switch">
      <legend class="usa-sr-only">{say("zone.legend")}</legend>
      {(["utc", "local"] as const).map((one) => (
        <label key={one}>
          <input type="radio" name="zone" checked={zone === one} onChange={() => onChange(one)} />
          {one === "utc" ? "UTC" : say("zone.local", { zone: sayZone("local") })}
        </label>
      ))}
    </fieldset>
  );
}
