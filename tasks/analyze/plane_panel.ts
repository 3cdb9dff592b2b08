/**
 * A plane of labels as panels show it: both axes in the same unit, so that a circle is one.
 *
 * @module
 */
import type { PlacedLabel } from "../../model/analysis/label_plane.ts";

/** A place in the plane. */
export type Place = Pick<PlacedLabel, "x" | "y">;

/** The ends of an axis. */
export type Range = [low: number, high: number];

/** The ends of both axes. */
export interface Frame {
  readonly x: Range;
  readonly y: Range;
}

/**
 * The smallest rectangle around some places, with a margin on each side; its sides differ by a factor of
 * two at most.
 */
export function frameAround(places: readonly Place[]): Frame {
  const x = rangeOf(places.map((place) => place.x));
  const y = rangeOf(places.map((place) => place.y));
  const longest = Math.max(x[1] - x[0], y[1] - y[0]);
  const widen = ([low, high]: Range): Range => {
    const half = Math.max(high - low, longest / 2) / 2 + MARGIN * longest;
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  };
  return { x: widen(x), y: widen(y) };
}

/** Share of a frame's longest side that is left free on each side. */
const MARGIN = 0.04;

/** Pixels of a panel that shows a frame in units of the same size along both axes. */
export function panelSize({ x, y }: Frame, width: number): { width: number; height: number } {
  return { width, height: Math.round(width * (y[1] - y[0]) / (x[1] - x[0])) };
}

function rangeOf(values: readonly number[]): Range {
  return values.reduce<Range>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}

/** Where marks with `x` and `y` stand in a frame; an axis without a title has no labels either. */
export function planePosition(
  frame: Frame,
  titles: { readonly [axis in keyof Frame]: string | null },
) {
  const along = (field: keyof Frame) => {
    const title = titles[field];
    const shown = title !== null;
    return {
      field,
      type: "quantitative" as const,
      scale: { domain: frame[field], nice: false, zero: false },
      axis: { title, labels: shown, ticks: shown, grid: shown, tickCount: 6 },
    };
  };
  return { x: along("x"), y: along("y") };
}

/** How labels of one kind are marked. */
export interface LabelMark {
  /** What the legend calls them. */
  readonly kind: string;
  readonly colour: string;
  readonly shape: "circle" | "diamond";
  /** In square pixels. */
  readonly size: number;
  readonly opacity: number;
}

/** A layer of the labels of one kind, in a panel that has layers of all `marks`. */
export function labelLayer(
  mark: LabelMark,
  marks: readonly LabelMark[],
  places: readonly Place[],
  position: ReturnType<typeof planePosition>,
) {
  const { kind, size, opacity } = mark;
  const domain = marks.map(({ kind }) => kind);
  const legend = { orient: "top", symbolSize: 60, symbolOpacity: 1 } as const;
  const byKind = (range: string[]) => {
    return {
      field: "kind",
      type: "nominal",
      title: null,
      scale: { domain, range },
      legend,
    } as const;
  };
  return {
    data: { values: places.map(({ x, y }) => ({ kind, x, y })) },
    mark: {
      type: "point",
      filled: true,
      size,
      opacity,
      stroke: "white", // what lies over others keeps its outline
      strokeWidth: 0.4,
      aria: false,
    } as const,
    encoding: {
      ...position,
      color: byKind(marks.map(({ colour }) => colour)),
      shape: byKind(marks.map(({ shape }) => shape)),
    },
  };
}

/** The first place in each cell of a frame that is `cells` cells wide: the others would hide it. */
export function thinPlaces<T extends Place>(
  places: readonly T[],
  { x: [low, high] }: Frame,
  cells: number,
): T[] {
  const side = (high - low) / cells;
  const cellOf = ({ x, y }: Place) => `${Math.floor(x / side)} ${Math.floor(y / side)}`;
  const first = new Map<string, T>();
  for (const place of places) {
    const cell = cellOf(place);
    if (!first.has(cell)) first.set(cell, place);
  }
  return [...first.values()];
}

/** A circle as the corners of a polygon, the first of them once more at the end. */
export function circlePoints({ x, y }: Place, radius: number): (Place & { readonly at: number })[] {
  const corners = 72;
  return Array.from({ length: corners + 1 }, (_, at) => {
    const angle = 2 * Math.PI * at / corners;
    return { at, x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
  });
}
