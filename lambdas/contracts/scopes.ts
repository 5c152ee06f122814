/** Scopes that routes require. The resource server's name is part of a scope, as Cognito demands. */
export const Scope = {
  /** One's own data. */
  subscriptions: 'closing-bell/subscriptions',
  /** Deliveries, and inviting mailboxes. */
  operations: 'closing-bell/operations',
} as const;

/** Group of the user pool whose members are operators. */
export const OPERATORS_GROUP = 'operators';

/**
 * The scopes in the claims of a token: `scope` is a text, `scp` a list, which API Gateway passes on as the text `[a b]`.
 */
export const scopesOf = ({ scope, scp }: { scope?: unknown; scp?: unknown }): string[] =>
  [scope, scp].flat().flatMap((text) =>
    String(text ?? '')
      .replace(/^\[|\]$/g, '')
      .split(/[\s,]+/)
      .filter(Boolean),
  );
