/** A rectangle in CSS pixels. */
export type Box = { left: number; top: number; right: number; bottom: number };
/** A straight line between two places, in CSS pixels. */
export type Segment = { x1: number; y1: number; x2: number; y2: number };

export type WantedLabel = {
  text: string;
  /** Where it belongs: the centre of its point. */
  x: number;
  y: number;
  width: number;
  /** Distances of its baseline from y, in order of preference. */
  offsets: readonly number[];
  /** Distances of its centre from x, in order of preference; 0 and to both sides if absent. */
  shifts?: readonly number[];
};

/** x: its centre, y: its baseline. */
export type PlacedLabel = { text: string; x: number; y: number; box: Box };

/** Height of a label above and below its baseline (px). */
const ASCENT = 13;
const DESCENT = 4;

/** What labels may not cover. */
export type Obstacles = { boxes: readonly Box[]; segments: readonly Segment[] };

/**
 * Places labels so that they cover neither each other, nor an obstacle, nor the edge of the frame. Earlier labels choose first; a label
 * that does not fit is left out.
 */
export function placeLabels<Wanted extends WantedLabel>(
  wanted: readonly Wanted[],
  frame: Box,
  { boxes, segments }: Obstacles,
): (PlacedLabel & { wanted: Wanted })[] {
  const placed: (PlacedLabel & { wanted: Wanted })[] = [];
  for (const label of wanted) {
    const free = placesOf(label, frame).find(
      ({ box }) =>
        isInside(box, frame) &&
        !boxes.some((one) => meet(one, box)) &&
        !placed.some((one) => meet(one.box, box)) &&
        !segments.some((one) => crosses(one, box)),
    );
    if (free) placed.push({ ...free, wanted: label });
  }
  return placed;
}

function* placesOf({ text, x, y, width, offsets, shifts }: WantedLabel, frame: Box): Generator<PlacedLabel> {
  const half = width / 2;
  const beside = half + 10;
  for (const shift of shifts ?? [0, -half / 2, half / 2, -beside, beside])
    for (const offset of offsets) {
      const centre = Math.min(Math.max(x + shift, frame.left + half), frame.right - half);
      yield { text, x: centre, y: y + offset, box: boxOf(centre, y + offset, width) };
    }
}

/** The box of a text of one line. @param x its centre @param y its baseline */
const boxOf = (x: number, y: number, width: number): Box => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - ASCENT,
  bottom: y + DESCENT,
});

export const isInside = (box: Box, frame: Box): boolean =>
  box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;

export const meet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** True if a part of the segment is inside the box: the segment is cut at the sides of the box (Liang and Barsky). */
export function crosses({ x1, y1, x2, y2 }: Segment, { left, top, right, bottom }: Box): boolean {
  if (Math.max(x1, x2) <= left || Math.min(x1, x2) >= right) return false;
  if (Math.max(y1, y2) <= top || Math.min(y1, y2) >= bottom) return false;
  let [from, to] = [0, 1];
  const sides = [
    [x1 - x2, x1 - left],
    [x2 - x1, right - x1],
    [y1 - y2, y1 - top],
    [y2 - y1, bottom - y1],
  ] as const;
  for (const [direction, distance] of sides) {
    if (direction === 0) {
      if (distance < 0) return false;
    } else if (direction < 0) from = Math.max(from, distance / direction);
    else to = Math.min(to, distance / direction);
  }
  return from < to;
}
