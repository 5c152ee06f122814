/**
 * The scopes that the claims of a token allow: `scope` as a text, or `scp` as a list, which API Gateway hands on as the text
 * `[a b]`.
 */
export const scopesOf = ({ scope, scp }: { scope?: unknown; scp?: unknown }): string[] =>
  [scope, scp].flat().flatMap((text) =>
    String(text ?? '')
      .replace(/^\[|\]$/g, '')
      .split(/[\s,]+/)
      .filter(Boolean),
  );
