import { UserManager } from 'oidc-client-ts';
import type { Scope } from '../../lambdas/contracts/routes.ts';
import { scopesOf } from '../../lambdas/contracts/scopes.ts';
import { UserStore } from './user-store.ts';

/** Where everything is: put beside the page when it is deployed, or by the local runner. */
type Settings = { api: string; issuer: string; clientId: string; scopes: string[] };

const OPERATIONS: (typeof Scope)['operations'] = 'closing-bell/operations';

/** Who is signed in, and how to call the API as them. */
export type Session = {
  address: string;
  isOperator: boolean;
  call(path: string, request?: RequestInit): Promise<Response>;
  signOut(): Promise<void>;
};

type Entrance = {
  session: Session | undefined;
  /** True where somebody was signed in until a while ago. */
  hasEnded: boolean;
  signIn(): void;
};

/** Finds out who is signed in; ends a sign-in that is under way. */
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
  const signIn = () => void manager.signinRedirect({ prompt: 'login', state: location.pathname });
  const query = new URLSearchParams(location.search);
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    // Reloading the page with a used code would fail: then it is as if nobody had tried.
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
  /** A new token, where the issuer has given the means; false where not. */
  const renew = async (): Promise<boolean> => {
    const renewed = refreshToken ? await manager.signinSilent().catch(() => null) : null;
    token = renewed?.access_token ?? token;
    refreshToken = renewed?.refresh_token ?? refreshToken;
    return renewed !== null;
  };
  const leave = (to: string) => void manager.removeUser().then(() => location.assign(to));
  /** A refresh token that somebody has copied is of no use from now on; where this tab has none, there is none to revoke. */
  const revoke = async (): Promise<void> => {
    if (refreshToken) await manager.revokeTokens(['refresh_token']).catch(() => undefined);
  };
  const signOut = async () => {
    await revoke();
    leave('/');
  };
  // Whoever signs out, or erases themselves, in one tab is out in all.
  addEventListener('storage', ({ key, newValue }) => {
    if (!key?.startsWith('user:') || newValue !== null) return;
    // The record is gone, but this tab may have a refresh token of its own.
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
      isOperator: scopesOf(claims).includes(OPERATIONS),
      signOut,
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

/** Revokes a refresh token whose user is no longer kept. */
async function revokeOwn({ issuer, clientId }: Settings, token: string | undefined): Promise<void> {
  if (!token) return;
  const discovery = `${issuer}/.well-known/openid-configuration`;
  const { revocation_endpoint: endpoint } = await (await fetch(discovery)).json().catch(() => ({}));
  if (typeof endpoint !== 'string') return;
  await fetch(endpoint, { method: 'POST', body: new URLSearchParams({ token, client_id: clientId }) }).catch(
    () => undefined,
  );
}

/** What a token says, without checking it: the API does that. */
function claimsOf(token: string): Record<string, unknown> {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0))));
  } catch {
    return {};
  }
}
