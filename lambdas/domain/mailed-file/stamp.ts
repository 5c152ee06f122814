/** What SES found out about a mail when it received it. */
export type Stamp = {
  /** Domain of the server's envelope sender; undefined for a mail without one, like a bounce. */
  envelopeDomain: string | undefined;
  /** `pass` if the server may send for that domain. */
  spf: string;
  /** Domains whose signatures are right. */
  signers: string[];
  /** `fail` if SES found a virus. */
  virus: string;
};

/** SES closes its headers with this one. What a sender wrote stands below it. */
const END = /^X-SES-RECEIPT:/i;
const RESULTS = /^Authentication-Results: amazonses\.com;/i;

/**
 * Reads the headers that SES writes above a mail. Each result stands on a line of its own: parts of them are chosen by the sender, who
 * cannot begin a line.
 * @param header of the mail
 * @returns undefined if SES did not write them
 */
export function readStamp(header: string): Stamp | undefined {
  const lines = header.split(/\r?\n/);
  const end = lines.findIndex((line) => END.test(line));
  if (end < 0) return undefined;
  const own = lines.slice(0, end);
  const start = own.findIndex((line) => RESULTS.test(line));
  if (start < 0) return undefined;
  const after = own.slice(start + 1);
  const next = after.findIndex((line) => !/^\s/.test(line));
  const results = next < 0 ? after : after.slice(0, next);
  return {
    envelopeDomain: firstMatch(own, /^Return-Path: *<.*@([^@>\s]+)>\s*$/i),
    spf: firstMatch(results, /^\s+spf=(\w+)/i) ?? 'none',
    signers: results.flatMap((line) => firstMatch([line], /^\s+dkim=pass header\.i=[^@\s;]*@([^@\s;]+);?\s*$/i) ?? []),
    virus: firstMatch(own, /^X-SES-Virus-Verdict: *(\w+)/i) ?? 'none',
  };
}

/** Domains and verdicts may have any case. */
const firstMatch = (lines: readonly string[], pattern: RegExp): string | undefined => {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found.toLowerCase();
  }
  return undefined;
};
