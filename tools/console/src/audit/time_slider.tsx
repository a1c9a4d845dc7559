// A slider over the time in which something happened, for the moment at which it is to be in effect; the exact one is typed.
import { useContext, useState } from "preact/hooks";
import { useLoaded } from "../load";
import { say, sayTime } from "../messages";
import { ZoneContext } from "../parts/time";
import { loadCounts } from "./counts";

const steps = 1000;

// Nothing is shown where there is no such time.
export function TimeSlider({ query, onMove }: { query: Record<string, string>; onMove: (at: string | undefined) => void }) {
  const { provider, user } = query;
  const zone = useContext(ZoneContext);
  const [moving, setMoving] = useState<number | null>(null);
  const range = useLoaded(`range ${provider} ${user}`, async () => {
    const { rows } = await loadCounts({ provider, user, not_type: "records_read,access_denied" });
    return rows.length > 0 ? { first: Date.parse(rows[0]!.from), last: Date.now() } : null;
  }).value;
  if (!range) return null;
  const { first, last } = range;
  const given = query.at ? Date.parse(query.at) : last;
  const step = moving ?? Math.min(steps, Math.max(0, Math.round(((given - first) / (last - first)) * steps)));
  const timeAt = (number: number) => new Date(first + ((last - first) * number) / steps).toISOString().replace(/\.\d+Z$/, "Z");
  const shown = moving !== null ? timeAt(moving) : query.at;
  return (
    <div class="slider no-print">
      <label class="usa-label" for="time-slider">
        {shown && step < steps ? say("asOf.inEffectAt", { time: sayTime(shown, zone) }) : say("asOf.inEffectNow")}
      </label>
      <input
        id="time-slider"
        type="range"
        min={0}
        max={steps}
        value={step}
        aria-valuetext={shown && step < steps ? sayTime(shown, zone) : say("asOf.now")}
        onInput={(event) => setMoving(Number(event.currentTarget.value))}
        onChange={(event) => {
          const number = Number(event.currentTarget.value);
          setMoving(null);
          onMove(number >= steps ? undefined : timeAt(number));
        }}
      />
    </div>
  );
}
