// What /metrics says, in Prometheus's text form, as far as the page shows it.
import { stream } from "../api";

export interface Metrics {
  value: (name: string) => number;
  // Of a histogram's samples, times a factor, to one digit.
  mean: (name: string, factor: number) => number;
}

export function parseMetrics(text: string): Metrics {
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    const sample = /^([a-z_]+) (\S+)$/.exec(line);
    if (sample) values.set(sample[1]!, Number(sample[2]));
  }
  const value = (name: string) => values.get(name) ?? 0;
  return {
    value,
    mean: (name, factor) => {
      const count = value(`${name}_count`);
      return count === 0 ? 0 : Math.round((value(`${name}_sum`) / count) * factor * 10) / 10;
    },
  };
}

export async function loadMetrics(): Promise<Metrics> {
  const response = await stream("/metrics", {}, {}, new AbortController().signal);
  return parseMetrics(await response.text());
}
