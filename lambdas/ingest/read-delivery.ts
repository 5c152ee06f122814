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

/** Number of quarantined rows that a report lists. The quarantine file has more, up to its size limit. */
const PROBLEMS_IN_REPORT = 20;

/** The rows of a file, and its problems. Row counts: read = accepted + quarantined. */
export type ReadDelivery = {
  packer: SegmentPacker;
  rows: { read: number; accepted: number; quarantined: number };
  problems: Problem[];
  /** Gzipped CSV; undefined if no row was quarantined. */
  quarantine: Buffer | undefined;
  /** Why the whole file is rejected; undefined if it is not. */
  rejection: Problem | undefined;
};

/**
 * Reads a file as a stream. Rows are packed; bad rows go to a compressed quarantine file.
 * @param size of the file (bytes)
 * @throws Error if the stream ends early; a retry may read all of it
 */
export async function readDelivery(
  body: AsyncIterable<Uint8Array>,
  delivery: DeliveryId,
  { maxRejectedShare, maxFileBytes }: Pick<IngestSettings, 'maxRejectedShare' | 'maxFileBytes'>,
  size: number,
): Promise<ReadDelivery> {
  const reading = new Reading(delivery);
  try {
    for await (const lines of readRows(readText(complete(body, size), maxFileBytes))) {
      for (const line of lines) reading.add(line);
      await reading.drained();
    }
    reading.check(maxRejectedShare);
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    reading.result.rejection = error.problem;
  }
  reading.result.quarantine = await reading.closeQuarantine();
  return reading.result;
}

/** Checks that the stream is complete: a connection may end early without an error. */
async function* complete(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const bytes of body) {
    received += bytes.length;
    yield bytes;
  }
  if (received < size)
    throw new Error(`Expected ${size} bytes of the file, received ${received}. The file is read again.`);
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

  add(line: Line): void {
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

  /** @throws BadFile if no row is valid, or too many are bad */
  check(maxRejectedShare: number): void {
    const { read, accepted, quarantined } = this.result.rows;
    const [first] = this.result.problems;
    const reason = first ? `, the first: ${describeProblem(first)}` : '';
    if (!this.#rows) throw new BadFile({ line: 1, expected: 'a header line', found: 'an empty file' });
    if (accepted === 0) {
      throw new BadFile({ expected: 'at least one valid row', found: read > 0 ? `${read} bad${reason}` : 'none' });
    }
    if (quarantined / read > maxRejectedShare) {
      throw new BadFile({
        expected: `at most ${percent(maxRejectedShare)} bad rows`,
        found: `${quarantined} bad of ${read} (${percent(quarantined / read)})${reason}`,
      });
    }
  }

  /** Waits until the compressor has caught up with bad rows. */
  drained = (): Promise<void> => this.#quarantine.drained();

  closeQuarantine = (): Promise<Buffer | undefined> => this.#quarantine.close();
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
