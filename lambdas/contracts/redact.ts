/** What must not be logged or stored, and what is written instead. Every repetition is bounded: foreign text may be long. */
const SECRETS: [RegExp, string][] = [
  [/[^\s@<>()[\]"',;:=]{1,64}@[^\s@<>()[\]"',;:]{1,255}/gu, '[address]'],
  [/\beyJ[\w-]{1,4096}\.[\w-]{1,4096}(?:\.[\w-]{0,4096})?/g, '[token]'],
  [/\b(bearer|basic)\s{1,8}[\w.~+/=-]{1,4096}/gi, '$1 [token]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,124}\b/g, '[key]'],
  [
    /([?&;\s"'{,]|^)([\w-]{0,32}(?:token|secret|password|api[-_]?key|signature|credential)"?\s{0,4}[=:]\s{0,4}"?)[^\s"'&;,}]{1,4096}/gi,
    '$1$2[redacted]',
  ],
];

/** Foreign text for a log or a record: mail addresses, tokens and keys are left out. */
export const redact = (text: string): string =>
  SECRETS.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
