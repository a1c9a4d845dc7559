// Numbers over time, drawn by uPlot. A canvas says nothing to a screen reader and takes no keys: whoever shows one has the same in a table
// beside it.
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { say, sayNumber, sayTicks, sayTime, sayZone } from "../messages";
import { ZoneContext, type Zone } from "./time";

export interface Series {
  label: string;
  ink: "--accent" | "--danger"; // Of _layout.scss.
  values: (number | null)[]; // Null: none, and a line is broken there.
}

interface Props {
  times: number[]; // Milliseconds; of bars, when each begins.
  until?: number; // Of bars, when the last one ends.
  series: Series[];
  onSelect?: (from: number, to: number) => void; // A part that was dragged over.
}

const height = 180;
const paperWidth = 640;
const barWidthMax = 32;
const leastBarHeight = 2; // Pixels of what is there but far smaller than the rest.
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
// Between what stands along the axes of counts. None is by less than a minute.
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hour),
  ...[1, 2, 5, 10, 30, 90, 180, 365, 730, 1825, 3650].map((days) => days * day),
];
const wholeSteps = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

// What is drawn, which for the smallest bars is more than is said.
function drawnOf({ times, series, until }: Props): uPlot.AlignedData {
  const top = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const least = until === undefined ? 0 : (top * leastBarHeight) / height;
  return [times, ...series.map(({ values }) => values.map((value) => (value ? Math.max(value, least) : value)))];
}

function optionsOf(host: HTMLElement, zone: Zone, latest: { current: Props }): uPlot.Options {
  const { series, until, onSelect } = latest.current;
  const isBars = until !== undefined;
  const inkOf = (name: string) => getComputedStyle(host).getPropertyValue(name);
  const lines = { stroke: () => inkOf("--ink-soft"), font: `12px ${getComputedStyle(host).fontFamily}`, grid: { stroke: () => inkOf("--line"), width: 0.5 }, ticks: { show: false } };
  return {
    width: host.clientWidth,
    height,
    padding: [8, 40, 0, 8],
    ms: 1,
    tzDate: (time) => (zone === "utc" ? uPlot.tzDate(new Date(time), "Etc/UTC") : new Date(time)),
    scales: {
      x: isBars ? { range: () => [latest.current.times[0]!, latest.current.until!] } : {},
      y: { range: (_, __, most) => [0, uPlot.rangeNum(0, most || 1, 0.1, true)[1]!] },
    },
    axes: [
      { ...lines, space: 96, label: sayZone(zone), labelSize: 20, labelFont: lines.font, size: 40, values: (_, times, __, ___, step) => sayTicks(times, step, zone), ...(isBars ? { incrs: timeSteps } : {}) },
      { ...lines, size: (_, texts) => Math.max(40, 16 + 7 * Math.max(0, ...(texts ?? []).map((text) => text.length))), values: (_, numbers) => numbers.map(sayNumber), ...(isBars ? { incrs: wholeSteps } : {}) },
    ],
    series: [
      { label: say(isBars ? "chart.from" : "history.when"), value: (_, time) => (time === null ? "" : sayTime(new Date(time).toISOString(), zone)) },
      ...series.map(({ label, ink }, index): uPlot.Series => ({
        label,
        stroke: () => inkOf(ink),
        width: isBars ? 0 : 2,
        value: (_, __, ___, at) => (at === null ? "" : sayNumber(latest.current.series[index]!.values[at] ?? 0)),
        ...(isBars ? { fill: () => inkOf(ink), paths: uPlot.paths.bars!({ size: [0.8, barWidthMax], align: 1 }), points: { show: false } } : {}),
      })),
    ],
    cursor: { y: false, drag: { x: onSelect !== undefined, y: false, setScale: false } },
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width > 0) latest.current.onSelect?.(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => setMatches(list.matches);
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, [query]);
  return matches;
}

export function Plot(props: Props) {
  const zone = useContext(ZoneContext);
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useLayoutEffect(() => {
    const element = host.current!;
    const made = new uPlot(optionsOf(element, zone, latest), drawnOf(latest.current), element);
    plot.current = made;
    const fit = () => made.setSize({ width: element.classList.contains("on-paper") ? paperWidth : element.clientWidth, height });
    // Paper is white, and as wide as it is.
    const print = (isPaper: boolean) => () => {
      element.classList.toggle("on-paper", isPaper);
      fit();
      made.redraw();
    };
    const [toPaper, toScreen] = [print(true), print(false)];
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    addEventListener("beforeprint", toPaper);
    addEventListener("afterprint", toScreen);
    return () => {
      observer.disconnect();
      removeEventListener("beforeprint", toPaper);
      removeEventListener("afterprint", toScreen);
      made.destroy();
    };
  }, [zone, isDark, props.series.length]);
  // To draw takes longer than to see that it is the same.
  useLayoutEffect(() => plot.current!.setData(drawnOf(latest.current)), [JSON.stringify([props.times, props.series])]);
  return <div ref={host} class="plot" aria-hidden="true" />;
}
