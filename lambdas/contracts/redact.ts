const DOMAIN = String.raw`(?:(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}|localhost)(?![\p{L}\p{N}-])`;
const SECRET_NAME =
  'token|secret|password|passwd|pwd|api[-_]?key|access[-_]?key|private[-_]?key|signature|credential|authorization';

/**
 * Patterns that must not be logged or stored, and their replacements. Every repetition is bounded. A domain has a dot, so that ids
 * like `prices@reuters/2020-01-10.incremental` are kept.
 */
const SECRETS: [RegExp, string][] = [
  [new RegExp(String.raw`"[^"\n]{1,64}"@${DOMAIN}`, 'gu'), '[address]'],
  [new RegExp(String.raw`[^\s@<>()[\],;:"\\]{1,128}(?:@|%40)${DOMAIN}`, 'giu'), '[address]'],
  [/(?<![\w-])eyJ[\w-]{1,4096}\.[\w-]{1,4096}(?:\.[\w-]{0,4096})?/g, '[token]'],
  [/\b(bearer|basic)\s{1,8}(?=[^\s]{0,200}[\d.=])[\w.~+/=-]{8,4096}/gi, '$1 [token]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,124}\b/g, '[key]'],
  [
    new RegExp(
      String.raw`((?:${SECRET_NAME})[\w-]{0,20}\\?["']?\s{0,4}(?:[=:]|%3D)\s{0,4}(?:\\?["'])?)(?!\[|bearer|basic)(?:(?<=")[^"\\]{1,4096}|(?<=')[^']{1,4096}|[^\s"'&,;})\]\\]{1,4096})`,
      'gi',
    ),
    '$1[redacted]',
  ],
];

/** Removes mail addresses, tokens and keys from foreign text, for a log or a record. */
export const redact = (text: string): string =>
  SECRETS.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
