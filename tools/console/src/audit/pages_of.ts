// A long answer, page after page: the first window, and more as it is asked for. All pages are true of one position.
import { useEffect, useState } from "preact/hooks";
import { get, type Page, type Problem } from "../api";
import { problemOfError } from "../load";

export interface Pages<Row> {
  rows: Row[];
  trueOf?: string;
  incomplete: string[];
  hasMore: boolean;
  isLoading: boolean;
  problem?: Problem;
  more: () => void;
  // The rest of it, page by page, up to so many rows as a page of the browser holds well. Says whether that was all.
  all: () => Promise<boolean>;
  reload: () => void;
}

const firstRows = "100";
const nextRows = "500";
const wholeRows = "1000";
export const wholeMax = 20_000;

// `parameters` null: nothing is asked.
export function usePages<Row>(path: string, parameters: Record<string, string | undefined> | null): Pages<Row> {
  const key = parameters && JSON.stringify(parameters);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ rows: Row[]; next?: string; trueOf?: string; incomplete: string[]; problem?: Problem; isLoading: boolean }>({
    rows: [],
    incomplete: [],
    isLoading: false,
  });
  useEffect(() => {
    if (!parameters) return setState({ rows: [], incomplete: [], isLoading: false });
    let isCurrent = true;
    setState({ rows: [], incomplete: [], isLoading: true });
    get<Page<Row>>(path, { ...parameters, limit: firstRows }).then(
      ({ body }) => isCurrent && setState({ rows: body.rows, next: body.next, trueOf: body.true_of, incomplete: body.incomplete ?? [], isLoading: false }),
      (error: unknown) => isCurrent && setState({ rows: [], incomplete: [], problem: problemOfError(error), isLoading: false }),
    );
    return () => {
      isCurrent = false;
    };
  }, [path, key, round]);
  const more = () => {
    setState({ ...state, isLoading: true });
    get<Page<Row>>(path, { ...parameters, limit: nextRows, cursor: state.next }).then(
      ({ body }) => setState({ ...state, rows: [...state.rows, ...body.rows], next: body.next, isLoading: false, problem: undefined }),
      (error: unknown) => setState({ ...state, problem: problemOfError(error), isLoading: false }),
    );
  };
  const all = async (): Promise<boolean> => {
    let { rows, next } = state;
    setState({ ...state, isLoading: true });
    try {
      while (next !== undefined && rows.length < wholeMax) {
        const { body }: { body: Page<Row> } = await get<Page<Row>>(path, { ...parameters, limit: wholeRows, cursor: next });
        rows = [...rows, ...body.rows];
        next = body.next;
      }
      setState({ ...state, rows, next, isLoading: false, problem: undefined });
      return next === undefined;
    } catch (error) {
      setState({ ...state, rows, next, problem: problemOfError(error), isLoading: false });
      return false;
    }
  };
  const { rows, trueOf, incomplete, isLoading, problem } = state;
  return { rows, trueOf, incomplete, isLoading, problem, hasMore: state.next !== undefined, more, all, reload: () => setRound(round + 1) };
}
