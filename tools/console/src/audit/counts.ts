// How much happened when, as the node counts it over the whole range.
import { get, type Page } from "../api";

export interface Period {
  from: string;
  to: string;
  events: string;
  refused: string;
}

export interface Counts extends Page<Period> {
  unit: "minute" | "hour" | "day" | "month" | "year";
  counted_since?: string;
}

export const loadCounts = async (parameters: Record<string, string | undefined>): Promise<Counts> => (await get<Counts>("/v1/audit/trail/histogram", parameters)).body;
