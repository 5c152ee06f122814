/** What an operator may ask for one delivery. */
export const COMMANDS = ['revoke', 'replay', 'release'] as const;
export type CommandName = (typeof COMMANDS)[number];

/**
 * Identifies one revision of a delivery. An upload is identified by its S3 sequencer, a command by the sequencer it targets, the
 * time it was given and its name: `0055AED6DCD90281E5` or `0055AED6DCD90281E5.20200113T100000123Z.revoke`.
 */
export type RevisionId = string;

/** A revision id in parts. `at` is in ms since 1970. */
type RevisionParts = { sequencer: string; command?: { at: number; name: CommandName } };

/** One revision of a delivery, and the time from which subscribers may know it (ISO instant with milliseconds). */
export type Revision = { delivery: string; revision: RevisionId; knownAt: string };

/** `{knownAt}#{delivery}#{revision}`: sorts all revisions of all deliveries by the time they became known. */
export type RevisionKey = `${string}#${string}#${string}`;

export const revisionKey = ({ knownAt, delivery, revision }: Revision): RevisionKey =>
  `${knownAt}#${delivery}#${revision}`;

/** The delivery of a RevisionKey. */
export const deliveryIn = (key: RevisionKey): string => key.slice(key.indexOf('#') + 1, key.lastIndexOf('#'));

/** The time (ISO instant) at which the revision of a key became known. */
export const knownAtOf = (key: RevisionKey): string => key.slice(0, key.indexOf('#'));

/** Placeholder that is older than every revision: used if no revision was applied before. */
export const BEFORE_ALL = { revision: '0', knownAt: new Date(0).toISOString() } as const;

/** The id of a command's revision. `at`: when the command was given (ISO instant with milliseconds). */
export const commandRevision = (sequencer: string, at: string, name: CommandName): RevisionId =>
  `${sequencer}.${at.replace(/[-:.]/g, '')}.${name}`;

/**
 * @throws Error if the text is not a revision id
 */
export function parseRevision(revision: RevisionId): RevisionParts {
  const [, sequencer, year, month, day, hour, minute, second, ms, command] = REVISION.exec(revision) ?? [];
  if (!sequencer) throw new Error(`Expected a revision like 0055AED6DCD90281E5, found "${revision}".`);
  const name = COMMANDS.find((one) => one === command);
  if (!name) return { sequencer };
  return { sequencer, command: { at: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`), name } };
}

const REVISION = new RegExp(
  String.raw`^([0-9A-Fa-f]+)(?:\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.(${COMMANDS.join('|')}))?$`,
);

/** Orders two revisions of one object key: negative if `a` is older. A command comes after the upload it targets. */
export function compareRevisionIds(a: RevisionId, b: RevisionId): number {
  const [x, y] = [parseRevision(a), parseRevision(b)];
  return (
    compareSequencers(x.sequencer, y.sequencer) ||
    (x.command?.at ?? 0) - (y.command?.at ?? 0) ||
    COMMANDS.indexOf(y.command?.name ?? 'replay') - COMMANDS.indexOf(x.command?.name ?? 'replay')
  );
}

/** Orders two S3 sequencers of one object key: negative if `a` is older. */
function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  // S3 documents that the shorter one is padded on the right. Hexadecimal case may differ.
  const [x, y] = [a, b].map((sequencer) => sequencer.toUpperCase().padEnd(length, '0')) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
}
