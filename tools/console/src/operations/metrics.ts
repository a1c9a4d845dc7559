// What /metrics says, in Prometheus's text form, as far as the page shows it.
import { stream } from "../api";

export interface Metrics {
  has: (name: string) => boolean;
  value: (name: string) => number; // 0 where there is none.
}

export function parseMetrics(text: string): Metrics {
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    const sample = /^([a-z_]+) (\S+)$/.exec(line);
    if (sample) values.set(sample[1]!, Number(sample[2]));
  }
  return { has: (name) => values.has(name), value: (name) => values.get(name) ?? 0 };
}

export async function loadMetrics(): Promise<Metrics> {
  const response = await stream("/metrics", {}, {}, new AbortController().signal);
  return parseMetrics(await response.text());
}
