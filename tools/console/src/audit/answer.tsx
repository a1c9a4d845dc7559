// What stands around the rows of an answer: how many, how old, what it may lack, and the way to more of them.
import type { ComponentChildren } from "preact";
import { say, sayCount, sayList } from "../messages";
import { useState } from "preact/hooks";
import { Alert, ProblemAlert } from "../parts/alert";
import { AsOfEvent } from "../parts/states";
import { wholeMax, type Pages } from "./pages_of";

export function AnswerOf<Row>({ pages, count, empty, children }: {
  pages: Pages<Row>;
  count: "history.count" | "findings.count" | "asOf.count";
  empty: string;
  children: ComponentChildren;
}) {
  const { rows, trueOf, incomplete, isLoading, problem, hasMore, more, all, reload } = pages;
  const [isTooLong, setTooLong] = useState(false);
  // Paper has the whole answer or a word on what it lacks, never a window of it.
  const printAll = async () => {
    const isWhole = await all();
    setTooLong(!isWhole);
    if (isWhole) requestAnimationFrame(() => print());
  };
  return (
    <section class="answer" aria-busy={isLoading} aria-label={say("answer.heading")}>
      {problem && <ProblemAlert problem={problem} onRetry={rows.length > 0 ? more : reload} />}
      {isLoading && rows.length === 0 && (
        <p class="loading" role="status">
          {say("state.loading")}
        </p>
      )}
      {incomplete.length > 0 && (
        <Alert kind="warning" heading={say("answer.incomplete")}>
          <p>{say("answer.incompleteMeaning", { positions: sayList(incomplete) })}</p>
        </Alert>
      )}
      {trueOf !== undefined && rows.length === 0 && !isLoading && <p class="empty">{empty}</p>}
      {rows.length > 0 && (
        <>
          <p role="status">
            {sayCount(count, rows.length)} {hasMore && say("results.more")}
          </p>
          {isTooLong && (
            <Alert kind="warning">
              <p>{say("answer.tooLong", { most: wholeMax })}</p>
            </Alert>
          )}
          {children}
        </>
      )}
      {rows.length > 0 && (
        <div class="answer-actions no-print">
          {hasMore && (
            <button type="button" class="usa-button usa-button--outline" onClick={more} disabled={isLoading}>
              {isLoading ? say("state.loading") : say("action.showMore")}
            </button>
          )}
          <button type="button" class="usa-button usa-button--outline" onClick={() => void printAll()} disabled={isLoading}>
            {say("action.printAll")}
          </button>
        </div>
      )}
      {trueOf !== undefined && <AsOfEvent position={trueOf} isLoading={isLoading} onRefresh={reload} />}
    </section>
  );
}
