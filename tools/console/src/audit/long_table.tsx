// A table of any length: what is near the window is in the page, and the rest is height alone. On paper all of it stands, or a word on what
// is missing.
import { render } from "preact";
import { useContext, useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { say } from "../messages";
import { NamesContext } from "../names";
import { Table, TableHead, TableRow, type TableProps } from "../parts/table";
import { ZoneContext } from "../parts/time";
import { Blocks, blockRows, isAlike } from "./blocks";

const shortRows = 200; // Up to so many it is a table as any other.
const guessedRowHeight = 64;

type Props<Row> = TableProps<Row> & { hasMore: boolean; onNearEnd: () => void };

export function LongTable<Row>(props: Props<Row>) {
  const { hasMore, onNearEnd, ...table } = props;
  return table.rows.length <= shortRows ? <Table {...table} /> : <Windowed {...props} />;
}

function Windowed<Row>({ columns, rows, keyOf, rowClass, class: name = "", hasMore, onNearEnd }: Props<Row>) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const zone = useContext(ZoneContext);
  const known = useContext(NamesContext);
  const element = useRef<HTMLTableElement>(null);
  const paper = useRef<HTMLDivElement>(null);
  const blocks = useRef(new Blocks(guessedRowHeight));
  const width = useRef(0);

  const look = () => {
    const top = element.current ? -element.current.getBoundingClientRect().top : 0;
    return blocks.current.between(top - innerHeight / 2, top + innerHeight * 1.5, rows.length);
  };
  const shown = look();
  const latest = useRef({ look, shown });
  latest.current = { look, shown };
  const follow = useRef(() => {});
  // What has the focus stays, wherever it is scrolled to.
  const active = document.activeElement as HTMLElement | null;
  const focused = Number(active?.closest<HTMLElement>("tbody[data-block]")?.dataset.block ?? shown.first);

  useLayoutEffect(() => {
    let frame = 0;
    const toFollow = (follow.current = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        if (!isAlike(latest.current.look(), latest.current.shown)) redraw(null);
      });
    });
    addEventListener("scroll", toFollow, { passive: true });
    addEventListener("resize", toFollow);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", toFollow);
      removeEventListener("resize", toFollow);
    };
  }, []);

  useLayoutEffect(() => {
    // An element that was moved has lost it.
    if (active && active !== document.activeElement && element.current!.contains(active)) active.focus({ preventScroll: true });
    const now = element.current!.clientWidth;
    if (width.current !== now) blocks.current.forget();
    width.current = now;
    for (const body of element.current!.querySelectorAll<HTMLElement>("tbody[data-block]")) {
      const height = body.getBoundingClientRect().height;
      if (height > 0) blocks.current.measure(Number(body.dataset.block), height);
    }
    // What was learned moves what is far, also where nobody scrolls: at the end of the page nothing more could.
    follow.current();
  });

  const isNearEnd = shown.end * blockRows >= rows.length;
  useEffect(() => {
    if (isNearEnd && hasMore) onNearEnd();
  }, [isNearEnd, hasMore, rows.length]);

  // The browser waits for the whole table before it makes pages of it. Ready as soon as the rows are: to print may come right behind them.
  useLayoutEffect(() => {
    const fill = () => {
      const whole = (
        <ZoneContext.Provider value={zone}>
          <NamesContext.Provider value={known}>
            <Table columns={columns} rows={rows} keyOf={keyOf} class={name} {...(rowClass ? { rowClass } : {})} />
            {hasMore && <p>{say("answer.paperLacks")}</p>}
          </NamesContext.Provider>
        </ZoneContext.Provider>
      );
      render(whole, paper.current!);
    };
    const clear = () => render(null, paper.current!);
    addEventListener("beforeprint", fill);
    addEventListener("afterprint", clear);
    return () => {
      removeEventListener("beforeprint", fill);
      removeEventListener("afterprint", clear);
    };
  }, [rows, zone, known, hasMore]);

  const gap = (key: string, height: number) => (
    <tbody key={key} aria-hidden="true" class="gap">
      <tr>
        <td colSpan={columns.length} style={{ height: `${height}px` }} />
      </tr>
    </tbody>
  );
  const body = (block: number, mark = "") => (
    <tbody key={block} data-block={block} class={mark}>
      {rows.slice(block * blockRows, (block + 1) * blockRows).map((row, index) => (
        <TableRow key={keyOf(row)} columns={columns} row={row} number={block * blockRows + index + 2} {...(rowClass ? { rowClass } : {})} />
      ))}
    </tbody>
  );
  const near = Array.from({ length: shown.end - shown.first }, (_, index) => body(shown.first + index));
  const far = body(focused, "kept");
  const bodies = focused < shown.first ? [far, gap("above", shown.above), ...near, gap("below", shown.below)] : [gap("above", shown.above), ...near, gap("below", shown.below)];
  if (focused >= shown.end) bodies.push(far);
  return (
    <>
      <table ref={element} class={`usa-table windowed no-print ${name}`} aria-rowcount={hasMore ? -1 : rows.length + 1}>
        <TableHead columns={columns} />
        {bodies}
      </table>
      <div ref={paper} class="paper" />
    </>
  );
}
