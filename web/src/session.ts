import { UserManager } from 'oidc-client-ts';
import { Scope, scopesOf } from '../../lambdas/contracts/scopes.ts';
import { UserStore } from './user-store.ts';

/** config.json: addresses of API and issuer, written by the deployment or the local stack. */
type Settings = { api: string; issuer: string; clientId: string; scopes: string[] };

/** The signed-in person, and calls to the API as that person. */
export type Session = {
  address: string;
  isOperator: boolean;
  /** Address of the API. */
  api: string;
  /** The current access token. */
  token(): string;
  call(path: string, request?: RequestInit): Promise<Response>;
  signOut(): Promise<void>;
};

type Entrance = {
  session: Session | undefined;
  /** True if a session has expired. */
  hasEnded: boolean;
  signIn(): void;
};

/** Reads the current session, and completes a sign-in in progress. */
export async function enter(): Promise<Entrance> {
  const settings: Settings = await (await fetch('/config.json')).json();
  const manager = new UserManager({
    authority: settings.issuer,
    client_id: settings.clientId,
    redirect_uri: `${location.origin}/`,
    scope: settings.scopes.join(' '),
    automaticSilentRenew: false,
    userStore: new UserStore(),
  });
  const signIn = () =>
    void manager.signinRedirect({ prompt: 'login', state: `${location.pathname}${location.search}${location.hash}` });
  const query = new URLSearchParams(location.search);
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    // Reloading the page with a used code fails: treat it as no sign-in.
    const back = await manager.signinRedirectCallback().then(
      ({ state }) => String(state ?? '/'),
      () => '/',
    );
    history.replaceState(undefined, '', back);
  }
  const kept = await manager.getUser();
  const user = kept?.expired && kept.refresh_token ? await manager.signinSilent().catch(() => null) : kept;
  if (!user || user.expired) return { session: undefined, hasEnded: user?.expired ?? query.has('ended'), signIn };

  let token = user.access_token;
  let refreshToken = user.refresh_token;
  /** Renews the token. @returns false if the issuer gave no refresh token, or refused */
  const renew = async (): Promise<boolean> => {
    const renewed = refreshToken ? await manager.signinSilent().catch(() => null) : null;
    token = renewed?.access_token ?? token;
    refreshToken = renewed?.refresh_token ?? refreshToken;
    return renewed !== null;
  };
  const leave = (to: string) => void manager.removeUser().then(() => location.assign(to));
  /** Revokes the refresh token of this tab, so that a copy is useless. */
  const revoke = async (): Promise<void> => {
    if (refreshToken) await manager.revokeTokens(['refresh_token']).catch(() => undefined);
  };
  const signOut = async () => {
    await revoke();
    leave('/');
  };
  // Signing out in one tab signs out all tabs.
  addEventListener('storage', ({ key, newValue }) => {
    if (!key?.startsWith('user:') || newValue !== null) return;
    // This tab may have its own refresh token.
    void revokeOwn(settings, refreshToken).then(() => {
      sessionStorage.removeItem(key);
      location.assign('/');
    });
  });
  const claims = claimsOf(user.access_token);
  return {
    signIn,
    hasEnded: false,
    session: {
      address: String(claims['email'] ?? user.profile.email ?? ''),
      isOperator: scopesOf(claims).includes(Scope.operations),
      signOut,
      api: settings.api,
      token: () => token,
      async call(path, request = {}) {
        const ask = () =>
          fetch(`${settings.api}${path}`, {
            ...request,
            headers: { ...request.headers, authorization: `Bearer ${token}` },
          });
        const response = await ask();
        if (response.status !== 401) return response;
        if (await renew()) return ask();
        leave('/?ended');
        return response;
      },
    },
  };
}

/** Revokes a refresh token after the user record was removed. */
async function revokeOwn({ issuer, clientId }: Settings, token: string | undefined): Promise<void> {
  if (!token) return;
  const discovery = `${issuer}/.well-known/openid-configuration`;
  const { revocation_endpoint: endpoint } = await (await fetch(discovery)).json().catch(() => ({}));
  if (typeof endpoint !== 'string') return;
  await fetch(endpoint, { method: 'POST', body: new URLSearchParams({ token, client_id: clientId }) }).catch(
    () => undefined,
  );
}

/** The claims of a token. Not verified: the API does that. */
function claimsOf(token: string): Record<string, unknown> {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0))));
  } catch {
    return {};
  }
}
