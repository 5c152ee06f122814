/** A rectangle in CSS pixels. */
export type Box = { left: number; top: number; right: number; bottom: number };

export type WantedLabel = {
  text: string;
  /** Centre of its point. */
  x: number;
  y: number;
  width: number;
  /** Distances of its baseline from the point, in order of preference. */
  offsets: readonly number[];
};

export type PlacedLabel = { text: string /** Centre. */; x: number /** Baseline. */; y: number; box: Box };

const ASCENT = 9;
const DESCENT = 3;

/**
 * Places labels beside their points so that they cover neither each other, nor `taken`, nor the edge of the frame. Earlier labels
 * choose first; a label that does not fit is left out.
 */
export function placeLabels(wanted: readonly WantedLabel[], frame: Box, taken: readonly Box[]): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const label of wanted) {
    const free = placesOf(label, frame).find(
      ({ box }) => isInside(box, frame) && ![...taken, ...placed.map((one) => one.box)].some((one) => meet(one, box)),
    );
    if (free) placed.push(free);
  }
  return placed;
}

function* placesOf({ text, x, y, width, offsets }: WantedLabel, frame: Box): Generator<PlacedLabel> {
  const half = width / 2;
  const within = Math.min(Math.max(x, frame.left + half), frame.right - half);
  for (const shift of [0, -half - 8, half + 8])
    for (const offset of offsets) {
      const [centre, baseline] = [within + shift, y + offset];
      const box = { left: centre - half, right: centre + half, top: baseline - ASCENT, bottom: baseline + DESCENT };
      yield { text, x: centre, y: baseline, box };
    }
}

const isInside = (box: Box, frame: Box): boolean =>
  box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;

export const meet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
