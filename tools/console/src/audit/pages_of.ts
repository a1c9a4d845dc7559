// A long answer, page after page: the first window, and more as it is asked for. All pages are true of one position.
import { useEffect, useRef, useState } from "preact/hooks";
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
  retry: () => void; // What the problem is of.
  // The rest of it, page by page, up to so many rows. Says whether that was all.
  all: (most: number) => Promise<boolean>;
  reload: () => void;
}

interface State<Row> {
  key: string | null; // What was asked.
  rows: Row[];
  next?: string;
  trueOf?: string;
  incomplete: string[];
  problem?: Problem;
  isProblemOfMore?: boolean;
  isLoading: boolean;
}

const firstRows = "100";
const nextRows = "500";
const wholeRows = "1000";

// `parameters` null: nothing is asked.
export function usePages<Row>(path: string, parameters: Record<string, string | undefined> | null): Pages<Row> {
  const key = parameters && `${path} ${JSON.stringify(parameters)}`;
  const [round, setRound] = useState(0);
  const nothing = (isLoading: boolean): State<Row> => ({ key, rows: [], incomplete: [], isLoading });
  const [state, setState] = useState<State<Row>>(() => nothing(key !== null));
  const isCurrent = useRef<() => boolean>(() => true);

  // Asked again, the answer that is there stays until there is another one, also where there is none.
  useEffect(() => {
    let isNewest = true;
    isCurrent.current = () => isNewest;
    if (!parameters) return setState(nothing(false));
    setState((before) => (before.key === key ? { ...before, problem: undefined, isLoading: true } : nothing(true)));
    get<Page<Row>>(path, { ...parameters, limit: firstRows }).then(
      ({ body }) => isNewest && setState({ key, rows: body.rows, next: body.next, trueOf: body.true_of, incomplete: body.incomplete ?? [], isLoading: false }),
      (error: unknown) => isNewest && setState((before) => ({ ...before, problem: problemOfError(error), isProblemOfMore: false, isLoading: false })),
    );
    return () => {
      isNewest = false;
    };
  }, [key, round]);

  // Behind what is there, up to `most` rows in all.
  const goOn = async (limit: string, most: number): Promise<boolean> => {
    const isWanted = isCurrent.current;
    let { rows, next } = state;
    setState({ ...state, problem: undefined, isLoading: true });
    let problem: Problem | undefined;
    try {
      while (next !== undefined && rows.length < most && isWanted()) {
        const { body }: { body: Page<Row> } = await get<Page<Row>>(path, { ...parameters, limit, cursor: next });
        rows = rows.concat(body.rows);
        next = body.next;
        if (isWanted()) setState({ ...state, rows, next, isLoading: true, problem: undefined });
      }
    } catch (error) {
      problem = problemOfError(error);
    }
    if (!isWanted()) return false;
    setState({ ...state, rows, next, isLoading: false, problem, isProblemOfMore: true });
    return next === undefined;
  };

  const { rows, trueOf, incomplete, isLoading, problem } = state.key === key ? state : nothing(key !== null);
  const more = () => void (isLoading || goOn(nextRows, rows.length + 1));
  const reload = () => setRound(round + 1);
  return {
    rows,
    trueOf,
    incomplete,
    isLoading,
    problem,
    hasMore: state.next !== undefined,
    more,
    retry: state.isProblemOfMore ? more : reload,
    all: (most) => goOn(wholeRows, most),
    reload,
  };
}
