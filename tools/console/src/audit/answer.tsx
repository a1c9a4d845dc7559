// What stands around the rows of an answer: how many, how old, what it may lack, and the way to more of them.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { say, sayCount, sayList } from "../messages";
import { Alert, ProblemAlert } from "../parts/alert";
import { AsOfEvent } from "../parts/states";
import type { Pages } from "./pages_of";

const paperMax = 20_000;
const pageMax = 100_000;

export function AnswerOf<Row>({ pages, count, empty, children }: {
  pages: Pages<Row>;
  count: "history.count" | "findings.count" | "asOf.count" | "changes.count" | "reviews.count";
  empty: string;
  children: ComponentChildren;
}) {
  const { rows, trueOf, incomplete, isLoading, problem, hasMore, more, all, retry, reload } = pages;
  const [tooLong, setTooLong] = useState<number | null>(null);
  // Paper has the whole answer or a word on what it lacks, never a window of it.
  const printAll = async () => {
    const isWhole = await all(paperMax);
    setTooLong(isWhole ? null : paperMax);
    if (isWhole) requestAnimationFrame(() => requestAnimationFrame(() => print()));
  };
  const loadAll = async () => setTooLong((await all(pageMax)) ? null : pageMax);
  const isThere = trueOf !== undefined;
  return (
    <section class="answer" aria-busy={isLoading} aria-label={say("answer.heading")}>
      {problem && <ProblemAlert problem={problem} onRetry={retry} />}
      {isLoading && !isThere && (
        <p class="loading" role="status">
          {say("state.loading")}
        </p>
      )}
      {incomplete.length > 0 && (
        <Alert kind="warning" heading={say("answer.incomplete")}>
          <p>{say("answer.incompleteMeaning", { positions: sayList(incomplete) })}</p>
        </Alert>
      )}
      {isThere && rows.length === 0 && <p class="empty">{empty}</p>}
      {rows.length > 0 && (
        <>
          <p role="status">
            {sayCount(count, rows.length)} {hasMore && say("results.more")}
          </p>
          {tooLong !== null && hasMore && (
            <Alert kind="warning">
              <p>{say(tooLong === paperMax ? "answer.tooLong" : "answer.tooLongToShow", { most: tooLong })}</p>
            </Alert>
          )}
          {children}
        </>
      )}
      {rows.length > 0 && (
        <div class="answer-actions no-print">
          {hasMore && (
            <>
              <button type="button" class="usa-button usa-button--outline" onClick={more} disabled={isLoading}>
                {isLoading ? say("state.loading") : say("action.showMore")}
              </button>
              <button type="button" class="usa-button usa-button--outline" onClick={() => void loadAll()} disabled={isLoading}>
                {say("action.showAll")}
              </button>
            </>
          )}
          <button type="button" class="usa-button usa-button--outline" onClick={() => void printAll()} disabled={isLoading}>
            {say("action.printAll")}
          </button>
        </div>
      )}
      {isThere && <AsOfEvent position={trueOf} isLoading={isLoading} isStale={problem !== undefined} onRefresh={reload} />}
    </section>
  );
}
