import { COLUMN_ROLES, type ColumnRole, type Profile } from '../../contracts/profile.ts';
import { BadFile, quote } from './bad-file.ts';
import { ALIASES, OTHER_CLOSES, plainName } from './column-names.ts';

export type Extra = 'open' | 'high' | 'low' | 'volume' | 'split';
export const EXTRAS: readonly Extra[] = ['open', 'high', 'low', 'volume', 'split'];

/** The header line of a file. */
export type Header = {
  /** Line number, for messages. */
  line: number;
  /** Column names as the file spells them, without empty ones at the end. */
  names: string[];
  /** The names in plain form, see plainName. */
  plain: string[];
  /** Number of fields, empty ones included. */
  width: number;
};

/** Indexes of the columns. */
export type Columns = Header & {
  ticker: number;
  close: number;
  date: number;
  action: number | undefined;
  name: number | undefined;
  extras: [Extra, number][];
};

export function headerOf(fields: readonly string[], line: number): Header {
  const names = fields.map((name) => name.trim());
  while (names.at(-1) === '') names.pop();
  return { line, names, plain: names.map(plainName), width: fields.length };
}

/** Number of required columns that a header names. Used to choose the delimiter. */
export function countRequiredColumns({ names, plain }: Header, { columns = {} }: Profile): number {
  const required = ['ticker', 'close', 'date'] as const;
  return required.filter((role) => {
    const given = columns[role];
    return given ? names.some((name) => sameName(name, given)) : ALIASES[role].some((alias) => plain.includes(alias));
  }).length;
}

/** Finds the columns of one file. The first candidate of each role is used; the caller may choose another date. */
export class ColumnFinder {
  readonly #header: Header;
  readonly #given: NonNullable<Profile['columns']>;

  constructor(header: Header, { columns = {} }: Profile) {
    this.#header = header;
    this.#given = columns;
  }

  /**
   * Indexes of the columns that may have a role, the preferred ones first.
   * @throws BadFile if two columns have the same preferred name, or the profile's column is missing
   */
  candidates(role: ColumnRole): number[] {
    const { names, line } = this.#header;
    const given = this.#given[role];
    if (given !== undefined) {
      const found = indexes(names, (name) => sameName(name, given));
      if (found.length === 1) return found;
      throw new BadFile({
        line,
        column: role,
        expected: `one column ${quote(given)}, which the profile of the feed names`,
        found: found.length === 0 ? quote(names.join(',')) : String(found.length),
      });
    }
    const byAlias = this.#byAlias(role);
    const [best = []] = byAlias.filter((found) => found.length > 0);
    if (best.length > 1) throw this.#twice(role, best);
    return byAlias.flat();
  }

  /** The preferred column of a role. @throws BadFile with the question that settles it if there is none */
  required(role: 'ticker' | 'close' | 'date'): number {
    const [first] = this.candidates(role);
    if (first !== undefined) return first;
    throw this.#missing(role);
  }

  /** The preferred column of an optional role; undefined if there is none, or the choice is not clear: it never costs the file. */
  optional(role: ColumnRole): number | undefined {
    const candidates = this.#given[role] === undefined ? this.#byAlias(role) : [this.candidates(role)];
    const [best = []] = candidates.filter((found) => found.length > 0);
    return best.length === 1 ? best[0] : undefined;
  }

  #byAlias(role: ColumnRole): number[][] {
    const { names, plain } = this.#header;
    const taken = new Set(Object.values(this.#given).map((name) => name.toLowerCase()));
    return ALIASES[role].map((alias) =>
      indexes(plain, (name, i) => name === alias && !taken.has((names[i] ?? '').toLowerCase())),
    );
  }

  #twice(role: ColumnRole, found: number[]): BadFile {
    const { names, line } = this.#header;
    const shown = found.slice(0, 3).map((i) => quote(names[i] ?? ''));
    const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
    return new BadFile({
      line,
      column: role,
      expected: `one column for ${role}`,
      found: `${shown.join(' and ')}${more}`,
      advice: 'Rename or remove the others.',
    });
  }

  #missing(role: 'ticker' | 'close' | 'date'): BadFile {
    const { names, plain, line } = this.#header;
    const unsure = names.filter((_, i) => isUnsure(role, plain[i] ?? ''));
    const known = ALIASES[role]
      .slice(0, 3)
      .map((alias) => `"${alias}"`)
      .join(' or ');
    const column = role === 'close' ? 'closes' : `${role}s`;
    if (unsure.length > 0) {
      const advice = `Is ${unsure.map(quote).join(' or ')} the column of ${column}? If so, rename it, or name it in the profile of the feed.`;
      const expected = `a header with a column of ${column}, such as ${known}`;
      const answers = unsure.map((name) => ({
        answer: `${quote(name)} is the column of ${column}`,
        profile: { columns: { [role]: name } },
      }));
      return new BadFile({ line, column: role, expected, found: quote(names.join(',')), advice }, answers);
    }
    return new BadFile({
      line,
      column: role,
      expected: `a header with a column of ${column}, such as ${known}, separated by commas, semicolons, tabs or |`,
      found: quote(names.join(', ')),
      advice: 'Rename the column, or name it in the profile of the feed.',
    });
  }
}

/** Columns that neither a role nor the filter uses, as the file spells them. */
export function notUnderstood(columns: Columns, filterColumn: number | undefined): string[] {
  const { ticker, close, date, action, name, extras, names } = columns;
  const used = new Set([ticker, close, date, action, name, filterColumn, ...extras.map(([, at]) => at)]);
  return names.filter((one, i) => one !== '' && !used.has(i));
}

/** Role → column name, for the report. */
export function usedColumns(columns: Columns): Partial<Record<ColumnRole, string>> {
  const extras = new Map<ColumnRole, number>(columns.extras);
  const found = COLUMN_ROLES.flatMap((role): [ColumnRole, string][] => {
    const at = extras.get(role) ?? (role in columns ? columns[role as 'ticker'] : undefined);
    return at === undefined ? [] : [[role, columns.names[at] ?? '']];
  });
  return Object.fromEntries(found);
}

const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

const isUnsure = (role: ColumnRole, plain: string): boolean =>
  hasWordOf(role, plain) ||
  (role === 'ticker' ? ALIASES.name.includes(plain) : role === 'close' && OTHER_CLOSES.test(plain));

/** `Close (GBX)`, `PX_LAST` and `DATE1` have a name of a role in them. */
const hasWordOf = (role: ColumnRole, plain: string): boolean =>
  ALIASES[role].some((alias) => ` ${plain.replace(/\d+$/, '')} `.includes(` ${alias} `));

const indexes = (names: readonly string[], test: (name: string, i: number) => boolean): number[] =>
  names.flatMap((name, i) => (test(name, i) ? [i] : []));
