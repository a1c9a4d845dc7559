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
  reload: () => void;
}

const firstRows = "100";
const nextRows = "500";

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
  const { rows, trueOf, incomplete, isLoading, problem } = state;
  return { rows, trueOf, incomplete, isLoading, problem, hasMore: state.next !== undefined, more, reload: () => setRound(round + 1) };
}
