// Which rows of a very long table are in the page, by TanStack Virtual over the window's scrolling: those near the window, and those where
// the focus is. They come and go in blocks, each a <tbody>, so that of 100,000 rows a tenth is reckoned with. What is there is measured; of
// the others the height is guessed.
import { defaultRangeExtractor, observeWindowOffset, observeWindowRect, Virtualizer, windowScroll, type VirtualItem } from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

export const blockRows = 10;

const guessedRowHeight = 64;
const blocksAround = 1; // Before and behind the window.

export interface VirtualRows {
  blocks: VirtualItem[];
  total: number; // Pixels of all rows.
  above: number; // Pixels of the page above them, which the blocks' places count from.
  measure: (block: HTMLTableSectionElement | null) => void;
}

const heightOf = (block: HTMLTableSectionElement): number => block.getBoundingClientRect().height;

// More rows may come behind those that are there, none before them: a block is known by its index.
interface Asked {
  table: RefObject<HTMLTableElement | null>;
  rows: number;
  focused: number | null; // Index of the block where the focus is.
  begun: Begun;
}

// When the table came.
export interface Begun {
  scrolledTo: number; // Pixels of the page above the window.
  rowHeight: number | null; // Of the table that was there until then, on average; null: there was none.
}

export function useVirtualRows({ table, rows, focused, begun }: Asked): VirtualRows {
  const [, redraw] = useReducer((changes: number) => changes + 1, 0);
  const [above, setAbove] = useState(0);
  // Of a block, at a width; 0: at whatever it turns out to be.
  const guess = useRef({ height: blockRows * (begun.rowHeight ?? guessedRowHeight), width: 0 });
  const withFocused = useCallback(
    (range: Parameters<typeof defaultRangeExtractor>[0]) => {
      const near = defaultRangeExtractor(range);
      return focused === null || focused >= range.count || near.includes(focused) ? near : [...near, focused].sort((a, b) => a - b);
    },
    [focused],
  );
  const options = {
    count: Math.ceil(rows / blockRows),
    getScrollElement: (): Window => window,
    estimateSize: (block: number) => (guess.current.height * Math.min(blockRows, rows - block * blockRows)) / blockRows,
    measureElement: heightOf,
    rangeExtractor: withFocused,
    overscan: blocksAround,
    scrollMargin: above,
    initialOffset: begun.scrolledTo,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    onChange: () => redraw(null),
  };
  const holder = useRef<Virtualizer<Window, HTMLTableSectionElement> | null>(null);
  const virtualizer = (holder.current ??= new Virtualizer(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());

  // Whatever grows or shrinks above the rows moves them; another width makes them another height.
  useLayoutEffect(() => {
    const look = () => {
      const width = table.current?.clientWidth ?? 0;
      if (width === 0) return; // Paper shows another table.
      setAbove(Math.round(table.current!.tHead!.getBoundingClientRect().bottom + scrollY));
      if (guess.current.width === 0 && begun.rowHeight !== null) guess.current.width = width;
      const there = [...table.current!.querySelectorAll<HTMLTableSectionElement>("tbody[data-index]")];
      if (width === guess.current.width || there.length === 0) return;
      // Those that are there say how tall the others will be about.
      const heights = there.map(heightOf);
      const rowsThere = there.reduce((sum, block) => sum + block.rows.length, 0);
      guess.current = { width, height: (heights.reduce((sum, height) => sum + height, 0) / rowsThere) * blockRows };
      virtualizer.measure();
      there.forEach((block, number) => virtualizer.resizeItem(virtualizer.indexFromElement(block), heights[number]!));
    };
    const observer = new ResizeObserver(look);
    observer.observe(document.body);
    look();
    return () => observer.disconnect();
  }, []);

  return { blocks: virtualizer.getVirtualItems(), total: virtualizer.getTotalSize(), above, measure: virtualizer.measureElement };
}
