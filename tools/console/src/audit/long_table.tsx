// A table of any length: what is near the window is in the page, and the rest is height alone. On paper all of it stands, or a word on what
// is missing.
import { render, type ComponentChild } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { say } from "../messages";
import { NamesContext } from "../names";
import { Table, TableHead, TableRow, type Column, type TableProps } from "../parts/table";
import { ZoneContext } from "../parts/time";
import { blockRows, useVirtualRows, type Begun } from "./virtual_rows";

const shortRows = 200; // Up to so many it is a table as any other.

interface Drawn<Row> {
  columns: Column<Row>[];
  rows: Row[];
  body: ComponentChild;
}

type Props<Row> = TableProps<Row> & { hasMore: boolean; onNearEnd: () => void };

export function LongTable<Row>(props: Props<Row>) {
  const { hasMore, onNearEnd, ...table } = props;
  const place = useRef<HTMLDivElement>(null);
  const begun = useRef<Begun | null>(null);
  const isShort = table.rows.length <= shortRows;
  // Looked at while what was there before still is: what is read stays where it is.
  if (isShort) begun.current = null;
  else begun.current ??= { scrolledTo: scrollY, rowHeight: rowHeightOf(place.current?.querySelector("tbody")) };
  return <div ref={place}>{isShort ? <Table {...table} /> : <Windowed {...props} begun={begun.current!} />}</div>;
}

const rowHeightOf = (body: HTMLTableSectionElement | null | undefined): number | null => (body?.rows.length ? body.getBoundingClientRect().height / body.rows.length : null);

function Windowed<Row>({ columns, rows, keyOf, rowClass, class: name = "", hasMore, onNearEnd, begun }: Props<Row> & { begun: Begun }) {
  const element = useRef<HTMLTableElement>(null);
  // What has the focus stays, wherever it is scrolled to.
  const active = document.activeElement as HTMLElement | null;
  const focused = active?.closest<HTMLElement>("tbody[data-index]")?.dataset.index;
  const { blocks, total, above, measure } = useVirtualRows({
    table: element,
    rows: rows.length,
    focused: focused === undefined ? null : Number(focused),
    begun,
  });

  // An element that was moved has lost it.
  useLayoutEffect(() => {
    if (active && active !== document.activeElement && element.current!.contains(active)) active.focus({ preventScroll: true });
  });

  const isNearEnd = blocks.some(({ index }) => (index + 1) * blockRows >= rows.length);
  useEffect(() => {
    if (isNearEnd && hasMore) onNearEnd();
  }, [isNearEnd, hasMore, rows.length]);

  // Where nothing of a block has changed, it is the same one, with which nothing is done.
  const drawn = useRef(new Map<number, Drawn<Row>>());
  const drawnBefore = drawn.current;
  drawn.current = new Map();
  const blockOf = (block: number): ComponentChild => {
    const first = block * blockRows;
    const own = rows.slice(first, first + blockRows);
    const before = drawnBefore.get(block);
    if (before?.columns === columns && before.rows.length === own.length && before.rows.every((row, index) => row === own[index])) {
      drawn.current.set(block, before);
      return before.body;
    }
    const body = (
      <tbody key={block} ref={measure} data-index={block}>
        {own.map((row, index) => (
          <TableRow key={keyOf(row)} columns={columns} row={row} number={first + index + 2} {...(rowClass ? { rowClass } : {})} />
        ))}
      </tbody>
    );
    drawn.current.set(block, { columns, rows: own, body });
    return body;
  };
  const bodies: ComponentChild[] = [];
  const leaveOut = (key: string, height: number) => {
    if (height > 0) bodies.push(<Gap key={key} height={height} columns={columns.length} />);
  };
  let end = 0;
  for (const { index, start, size } of blocks) {
    leaveOut(`before ${index}`, start - above - end);
    bodies.push(blockOf(index));
    end = start - above + size;
  }
  leaveOut("below", total - end);
  return (
    <>
      <table ref={element} class={`usa-table windowed no-print ${name}`} aria-rowcount={hasMore ? -1 : rows.length + 1}>
        <TableHead columns={columns} />
        {bodies}
      </table>
      <Paper columns={columns} rows={rows} keyOf={keyOf} class={name} isCut={hasMore} {...(rowClass ? { rowClass } : {})} />
    </>
  );
}

function Gap({ height, columns }: { height: number; columns: number }) {
  return (
    <tbody aria-hidden="true" class="gap">
      <tr>
        <td colSpan={columns} style={{ height: `${height}px` }} />
      </tr>
    </tbody>
  );
}

// The browser waits for the whole table before it makes pages of it. Ready as soon as the rows are: to print may come right behind them.
function Paper<Row>({ isCut, ...table }: TableProps<Row> & { isCut: boolean }) {
  const zone = useContext(ZoneContext);
  const known = useContext(NamesContext);
  const paper = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const fill = () => {
      const whole = (
        <ZoneContext.Provider value={zone}>
          <NamesContext.Provider value={known}>
            <Table {...table} />
            {isCut && <p>{say("answer.paperLacks")}</p>}
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
  }, [table.rows, zone, known, isCut]);
  return <div ref={paper} class="paper" />;
}
