import type { DeliveryId } from '../contracts/delivery-id.ts';
import type { Problem } from '../contracts/report.ts';
import { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import { BadFile, describeProblem } from '../domain/vendor-file/bad-file.ts';
import { readHeader } from '../domain/vendor-file/header.ts';
import { quarantineLine } from '../domain/vendor-file/quarantine.ts';
import { RowReader } from '../domain/vendor-file/read-row.ts';
import { type Line, readRows } from '../domain/vendor-file/read-rows.ts';
import { readText } from '../domain/vendor-file/read-text.ts';
import type { IngestSettings } from './ports.ts';
import { QuarantineFile } from './quarantine-file.ts';

/** A report names this many of the quarantined rows; see the quarantine file for the others. */
const PROBLEMS_IN_REPORT = 20;

/** What a file says, and what was wrong with it. Accepted and quarantined rows add up to those read. */
export type ReadDelivery = {
  packer: SegmentPacker;
  rows: { read: number; accepted: number; quarantined: number };
  problems: Problem[];
  /** Gzipped CSV, or undefined where no row was quarantined. */
  quarantine: Buffer | undefined;
  /** Why the whole file is rejected, if it is. */
  rejection: Problem | undefined;
};

/**
 * Reads a whole file as a stream: its rows end up packed, its bad rows in a compressed quarantine file.
 * @param size bytes the file has
 * @throws Error where the stream ends before the file does; another try may get all of it
 */
export async function readDelivery(
  body: AsyncIterable<Uint8Array>,
  delivery: DeliveryId,
  { maxRejectedShare, maxFileBytes }: Pick<IngestSettings, 'maxRejectedShare' | 'maxFileBytes'>,
  size: number,
): Promise<ReadDelivery> {
  const reading = new Reading(delivery);
  try {
    for await (const lines of readRows(readText(wholly(body, size), maxFileBytes))) {
      for (const line of lines) reading.take(line);
      await reading.drained();
    }
    reading.judge(maxRejectedShare);
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    reading.result.rejection = error.problem;
  }
  reading.result.quarantine = await reading.closeQuarantine();
  return reading.result;
}

/** A connection may end early without saying so; half a file must not pass for a whole one. */
async function* wholly(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const bytes of body) {
    received += bytes.length;
    yield bytes;
  }
  if (received < size)
    throw new Error(`Expected ${size} bytes of the file, received ${received}: it is to be read again.`);
}

class Reading {
  readonly result: ReadDelivery = {
    packer: new SegmentPacker(),
    rows: { read: 0, accepted: 0, quarantined: 0 },
    problems: [],
    quarantine: undefined,
    rejection: undefined,
  };
  readonly #delivery: DeliveryId;
  readonly #quarantine = new QuarantineFile();
  #rows: RowReader | undefined;

  constructor(delivery: DeliveryId) {
    this.#delivery = delivery;
  }

  take(line: Line): void {
    if (!this.#rows) {
      const columns = readHeader(line.fields, line.number, this.#delivery.kind);
      this.#rows = new RowReader(columns, this.#delivery);
      return;
    }
    const { rows, packer, problems } = this.result;
    rows.read++;
    const row = this.#rows.read(line);
    if ('expected' in row) {
      rows.quarantined++;
      if (problems.length < PROBLEMS_IN_REPORT) problems.push(row);
      this.#quarantine.add(quarantineLine(row, line));
      return;
    }
    rows.accepted++;
    packer.add(row);
  }

  /** @throws BadFile where too little of the file is good */
  judge(maxRejectedShare: number): void {
    const { read, accepted, quarantined } = this.result.rows;
    if (!this.#rows) throw new BadFile({ line: 1, expected: 'a header line', found: 'an empty file' });
    if (accepted === 0) {
      const [first] = this.result.problems;
      const found = first ? `${read} bad, the first: ${describeProblem(first)}` : 'none';
      throw new BadFile({ expected: 'at least one valid row', found });
    }
    if (quarantined / read > maxRejectedShare) {
      throw new BadFile({
        expected: `at most ${percent(maxRejectedShare)} bad rows`,
        found: `${quarantined} bad of ${read} (${percent(quarantined / read)}), the first at line ${this.result.problems[0]?.line}`,
      });
    }
  }

  /** Bad rows may come faster than they are compressed. */
  drained = (): Promise<void> => this.#quarantine.drained();

  closeQuarantine = (): Promise<Buffer | undefined> => this.#quarantine.close();
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
