import { readAllManifests } from '../adapters/manifests.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { Report } from '../contracts/report.ts';
import { acceptedRow } from '../domain/delivery/accepted-rows.ts';
import { DeliveryRows } from '../domain/lake/delivery-rows.ts';
import { reasonOf } from '../domain/lake/quarantine-row.ts';
import { type Touched, touchedBy } from '../domain/lake/touched-months.ts';
import { keptLines } from './kept-lines.ts';
import type { LakePorts } from './ports.ts';

/** A revision was applied before accepted rows were kept: the lake cannot have it. */
export class NoKeptRows extends Error {}

/** What ingest kept of a revision. */
export class KeptFiles {
  readonly #records: LakePorts['records'];
  readonly #report: Report;
  #quarantine: Promise<Uint8Array | undefined> | undefined;
  #rows: Promise<DeliveryRows> | undefined;
  #touched: Promise<Touched> | undefined;

  constructor({ records }: Pick<LakePorts, 'records'>, report: Report) {
    this.#records = records;
    this.#report = report;
  }

  /** `rows.csv.gz`; undefined if no row was accepted. Read again each time: of a long history it is large. @throws NoKeptRows */
  async accepted(): Promise<Uint8Array | undefined> {
    const { delivery, revision, rows } = this.#report;
    const bytes = await this.#records.get(recordKeys(delivery, revision).rows);
    if (bytes || rows.accepted === 0) return bytes;
    throw new NoKeptRows(
      `${delivery} was applied before accepted rows were kept. Bring it into the lake with: npm run replay -- --aws ${delivery}`,
    );
  }

  /** `rows.jsonl.gz` of records; undefined if none was accepted. */
  records(): Promise<Uint8Array | undefined> {
    const { delivery, revision } = this.#report;
    return this.#records.get(recordKeys(delivery, revision).rows);
  }

  /** The quarantine file; undefined if no row was quarantined. */
  quarantine(): Promise<Uint8Array | undefined> {
    const { quarantine } = this.#report;
    this.#quarantine ??= quarantine === undefined ? Promise.resolve(undefined) : this.#records.get(quarantine);
    return this.#quarantine;
  }

  /** The accepted rows by month. */
  rows(): Promise<DeliveryRows> {
    this.#rows ??= this.#readRows();
    return this.#rows;
  }

  async #readRows(): Promise<DeliveryRows> {
    const rows = new DeliveryRows();
    const file = await this.accepted();
    if (!file) return rows;
    for await (const { lines, textOf } of keptLines(file))
      rows.add(lines.map((line) => ({ row: acceptedRow(line.fields), text: textOf(line) })));
    return rows;
  }

  /** What all revisions of the delivery have touched. */
  touched(): Promise<Touched> {
    this.#touched ??= readAllManifests(this.#records, this.#report.delivery).then(touchedBy);
    return this.#touched;
  }

  /** Reasons of quarantined rows and how often each occurs, as the text of a JSON object; null if there are none. */
  async reasons(): Promise<string | null> {
    const file = await this.quarantine();
    if (!file) return null;
    const counts = new Map<string, number>();
    for await (const { lines } of keptLines(file)) {
      for (const { fields } of lines) {
        const reason = reasonOf(fields);
        if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
    }
    return JSON.stringify(Object.fromEntries([...counts].sort()));
  }
}
