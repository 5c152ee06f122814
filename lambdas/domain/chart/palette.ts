/** Entries of the palette. A PNG may have 256; 160 look the same and take 10 % less. */
const PALETTE_SIZE = 160;
/** Entries for the most frequent colours, which stay exact. */
const FREQUENT = 112;
/** Slots of the hash table; a power of two, several times the colours of any chart. */
const SLOTS = 1 << 16;
const MAX_COLOURS = SLOTS - 1;

/** The distinct colours of a picture (0xAABBGGRR) with their counts, and the index of the colour of each pixel. */
export type ColourTable = { colours: Uint32Array; counts: Uint32Array; ids: Uint16Array };

/** Memory for one picture at a time: a new allocation for each takes a tenth of the drawing time. */
const scratch = {
  slots: new Uint16Array(SLOTS),
  colours: new Uint32Array(MAX_COLOURS),
  counts: new Uint32Array(MAX_COLOURS),
  ids: new Uint16Array(0),
};

/**
 * Numbers the colours of a picture. The table is valid until the next call.
 * @throws RangeError for more than 65,535 colours: a photograph, not a chart
 */
export function colourTable(pixels: Uint32Array): ColourTable {
  // Typed arrays and an own hash: a Map takes three times as long for 720,000 pixels.
  if (scratch.ids.length < pixels.length) scratch.ids = new Uint16Array(pixels.length);
  const { slots, colours, counts, ids } = scratch;
  slots.fill(0);
  counts.fill(0);
  let used = 0;
  for (let i = 0; i < pixels.length; ) {
    const colour = pixels[i] as number;
    let slot = (Math.imul(colour, 0x9e3779b1) >>> 16) & (SLOTS - 1);
    while (slots[slot] !== 0 && colours[(slots[slot] as number) - 1] !== colour) slot = (slot + 1) & (SLOTS - 1);
    if (slots[slot] === 0) {
      if (used === MAX_COLOURS) throw new RangeError(`Expected a chart of at most ${MAX_COLOURS} colours, found more.`);
      colours[used] = colour;
      slots[slot] = ++used;
    }
    const id = (slots[slot] as number) - 1;
    const start = i;
    do ids[i++] = id;
    while (i < pixels.length && pixels[i] === colour);
    counts[id] = (counts[id] as number) + i - start;
  }
  return { colours: colours.subarray(0, used), counts: counts.subarray(0, used), ids };
}

/**
 * Chooses the colours of a palette: the frequent ones, then those that are far from all colours chosen before.
 * @returns the colours, and the palette entry of each colour of the table
 */
export function choosePalette({ colours, counts }: ColourTable): { colours: number[]; entryOf: Uint8Array } {
  const byCount = [...colours.keys()].sort((a, b) => at(counts, b) - at(counts, a) || at(colours, a) - at(colours, b));
  const exact = byCount.slice(0, byCount.length <= PALETTE_SIZE ? PALETTE_SIZE : FREQUENT);
  const rare = byCount.slice(exact.length);
  const palette = exact.map((id) => at(colours, id));
  // Rare blends that look the same are treated as one.
  const blends = new Map<number, number>();
  for (const id of rare) {
    const blend = coarse(at(colours, id));
    if (!blends.has(blend)) blends.set(blend, at(colours, id));
  }
  for (const farness of [1500, 400]) {
    for (const colour of blends.values()) {
      if (palette.length < PALETTE_SIZE && nearest(palette, colour).distance > farness) palette.push(colour);
    }
  }
  const entryOf = new Uint8Array(colours.length);
  exact.forEach((id, entry) => {
    entryOf[id] = entry;
  });
  const entryOfBlend = new Map([...blends].map(([blend, colour]) => [blend, nearest(palette, colour).entry]));
  for (const id of rare) entryOf[id] = entryOfBlend.get(coarse(at(colours, id))) ?? 0;
  return { colours: palette, entryOf };
}

const at = (values: Uint32Array, i: number): number => values[i] as number;

/** The upper five bits of each channel. */
const coarse = (colour: number): number => colour & 0xf8f8f8;

/** The nearest palette entry. The distance weights the channels roughly as the eye does. */
function nearest(palette: number[], colour: number): { entry: number; distance: number } {
  const [r, g, b] = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  let entry = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (let i = 0; i < palette.length; i++) {
    const candidate = palette[i] as number;
    const dr = r - (candidate & 255);
    const dg = g - ((candidate >> 8) & 255);
    const db = b - ((candidate >> 16) & 255);
    const d = 3 * dr * dr + 4 * dg * dg + 2 * db * db;
    if (d < distance) {
      distance = d;
      entry = i;
    }
  }
  return { entry, distance };
}
