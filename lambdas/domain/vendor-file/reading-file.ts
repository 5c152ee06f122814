import { type DeliveryId, isDeclared } from '../../contracts/delivery-id.ts';
import { limitsOf, type Profile } from '../../contracts/profile.ts';
import { ACCEPTED_HEADER, acceptedLine } from '../delivery/accepted-rows.ts';
import { BadFile } from './bad-file.ts';
import { checkRows } from './check-rows.ts';
import { CompressedText } from './compressed-text.ts';
import { DECLARATION_COLUMNS, DeclarationReader } from './declaration-reader.ts';
import { type FileFormat, settleFormat } from './file-format.ts';
import { countRequiredColumns, headerOf, notUnderstood, usedColumns } from './header.ts';
import { quarantineLine } from './quarantine.ts';
import { QuarantineFile } from './quarantine-file.ts';
import { emptyResult, type ReadDelivery } from './read-result.ts';
import { RowReader } from './read-row.ts';
import type { LineReader, Skipped } from './row.ts';
import { type Line, type Lines, splitLines } from './split-lines.ts';

/** Most entries of each list in a report. The quarantine file has more rows, up to its size limit. */
const MAX_LISTED = 20;
/** A profile with its version in the feed; 0 if the feed has none. */
export type VersionedProfile = { version: number; profile: Profile };
export const NO_PROFILE: VersionedProfile = { version: 0, profile: {} };

export type ReadSettings = {
  /** Share of bad rows (0 to 1) above which a file is rejected, unless the profile has a limit. */
  maxRejectedShare: number;
  /** Bytes of unpacked text above which a file is rejected. */
  maxFileBytes: number;
  /** The profile of the feed. */
  profile?: VersionedProfile;
};

/** One file while it is read. */
export class ReadingFile {
  readonly result: ReadDelivery;
  readonly #delivery: DeliveryId;
  readonly #profile: Profile;
  readonly #accepted = new CompressedText(1);
  readonly #quarantine = new QuarantineFile();
  #format: FileFormat | undefined;
  #headerLine = 0;
  #rows: LineReader | undefined;

  constructor(delivery: DeliveryId, { profile: versioned = NO_PROFILE, maxRejectedShare }: ReadSettings) {
    const { version, profile } = versioned;
    this.#delivery = delivery;
    this.#profile = profile;
    this.result = emptyResult(version, limitsOf(profile, maxRejectedShare));
  }

  get delimiter() {
    return this.#format?.delimiter ?? ',';
  }

  /** @throws BadFile with the question that settles what is ambiguous */
  settle(sample: string, isWhole: boolean): void {
    if (isDeclared(this.#delivery)) {
      this.#settleDeclarations(sample);
      return;
    }
    const format = settleFormat(sample, this.#delivery, this.#profile, isWhole);
    const { columns, delimiter, dateFormat, priceMark } = format;
    this.#format = format;
    this.#headerLine = columns.line;
    this.#rows = new RowReader(format, this.#delivery, this.#profile);
    Object.assign(this.result.reading, {
      delimiter,
      dateFormat,
      ...(priceMark && { decimalMark: priceMark }),
      columns: usedColumns(columns),
      notUnderstood: notUnderstood(columns, format.filterColumn),
    });
  }

  /** A file of declarations has one form. */
  #settleDeclarations(sample: string): void {
    this.#rows = new DeclarationReader(splitLines(sample, ',', 1).lines[0], this.#delivery);
    this.#headerLine = 1;
    const columns = Object.fromEntries(DECLARATION_COLUMNS.slice(0, 3).map((name) => [name, name]));
    Object.assign(this.result.reading, { delimiter: ',', dateFormat: 'yyyy-mm-dd', columns });
  }

  add(line: Line, { textOf }: Lines): void {
    if (!this.#rows || line.number <= this.#headerLine) return;
    const { rows, packer, problems } = this.result;
    const row = this.#rows.read(line);
    if ('action' in row) {
      rows.read++;
      if (rows.accepted++ === 0) this.#accepted.add(ACCEPTED_HEADER);
      if (row.action === 'set' && !row.isUpdate) this.result.inserts++;
      this.#accepted.add(acceptedLine(row, line.number));
      packer.add(row, line.number);
    } else if ('expected' in row) {
      this.#refuseSecondHeader(line);
      rows.read++;
      rows.quarantined++;
      if (problems.length < MAX_LISTED) problems.push(row);
      this.#quarantine.add(quarantineLine(row, textOf(line)));
    } else this.#skip(line, row.skipped);
  }

  /** @throws BadFile if the rest of the file has other columns: its closes may be others */
  #refuseSecondHeader({ fields, number }: Line): void {
    const isHeader = countRequiredColumns(headerOf(fields, number), this.#profile) === 3;
    if (!isHeader && !this.#repeatsNames(fields)) return;
    throw new BadFile({
      line: number,
      expected: 'one header',
      found: 'a second one with other columns',
      advice: 'Send one table in a file.',
    });
  }

  /** True if required columns have their own names as values: the header of another table. */
  #repeatsNames(fields: readonly string[]): boolean {
    if (!this.#format) return false;
    const { ticker, date, close, names } = this.#format.columns;
    const repeated = [ticker, date, close].filter(
      (at) => (fields[at] ?? '').trim().toLowerCase() === names[at]?.toLowerCase(),
    );
    return repeated.length >= 2;
  }

  #skip({ number: line }: Line, what: Skipped['skipped']): void {
    const { rows, reading } = this.result;
    if (what === 'no close') {
      rows.read++;
      rows.withoutClose++;
      return;
    }
    rows.withoutContent++;
    const isListed = what !== 'filtered out' && reading.contentless.length < MAX_LISTED;
    if (isListed) reading.contentless.push({ line, what });
  }

  /** @throws BadFile if no row is valid, or too many are bad or contradict each other */
  check(): void {
    const { result } = this;
    // All declarations of a day may be taken back.
    if (isDeclared(this.#delivery) && result.rows.read === 0) return;
    const differing = [...result.packer.differingCloses()];
    result.differingCloses = differing.slice(0, MAX_LISTED);
    checkRows({
      rows: result.rows,
      problems: result.problems,
      differing,
      overwritten: result.packer.differingCount,
      tickers: result.packer.tickerCount,
      ranges: this.#rows?.ranges ?? { compared: 0, outside: 0 },
      close: result.reading.columns.close ?? 'close',
      limits: result.reading.limits,
      unused: result.reading.notUnderstood,
    });
  }

  reject({ problem, answers }: BadFile): void {
    Object.assign(this.result, { rejection: problem, answers });
  }

  /** Waits until the compressors have caught up. */
  async drained(): Promise<void> {
    await this.#accepted.drained();
    await this.#quarantine.drained();
  }

  async close(): Promise<ReadDelivery> {
    const unreadable = Object.fromEntries(this.#rows?.unreadable ?? []);
    this.result.reading.unreadable = unreadable;
    const accepted = await this.#accepted.close();
    return { ...this.result, accepted, quarantine: await this.#quarantine.close() };
  }
}
