// What was seen of the node one after another, and what that says of the time between.
import type { Metrics } from "./metrics";

export interface Sample {
  at: string;
  head: number;
  views: Record<string, number>; // Position of each.
  metrics: Metrics | null;
}

export const samplesMax = 360; // An hour of them.

const secondsBetween = (a: Sample, b: Sample): number => (Date.parse(b.at) - Date.parse(a.at)) / 1000;

// The mean of what was counted since the sample before; null: nothing was.
export function meansOf(samples: Sample[], name: string, factor: number): { at: string; value: number | null }[] {
  return samples.slice(1).flatMap((sample, index) => {
    const before = samples[index]!;
    if (!before.metrics || !sample.metrics) return [];
    const count = sample.metrics.value(`${name}_count`) - before.metrics.value(`${name}_count`);
    const sum = sample.metrics.value(`${name}_sum`) - before.metrics.value(`${name}_sum`);
    return [{ at: sample.at, value: count > 0 ? Math.round((sum / count) * factor * 10) / 10 : null }];
  });
}

export interface Pace {
  behind: number;
  rate: number; // Events a second.
  secondsLeft: number | null; // Null: not known, or never.
}

// How fast a view takes in what it lacks, over the last samples.
export function paceOf(samples: Sample[], view: string): Pace {
  const recent = samples.slice(-6);
  const first = recent[0]!;
  const last = recent.at(-1)!;
  const behind = Math.max(0, last.head - (last.views[view] ?? 0));
  const seconds = secondsBetween(first, last);
  const rate = seconds > 0 ? Math.max(0, ((last.views[view] ?? 0) - (first.views[view] ?? 0)) / seconds) : 0;
  const growth = seconds > 0 ? (last.head - first.head) / seconds : 0;
  return { behind, rate, secondsLeft: behind === 0 ? 0 : rate > growth ? behind / (rate - growth) : null };
}
