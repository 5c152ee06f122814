import type { StateStore } from 'oidc-client-ts';

/**
 * Stores the signed-in user for all tabs, since each link in a mail opens one. The refresh token is stored for one tab only, and removed
 * with it.
 */
export class UserStore implements StateStore {
  async set(key: string, value: string): Promise<void> {
    const { refresh_token: refreshToken, ...user } = JSON.parse(value);
    if (typeof refreshToken === 'string')
      sessionStorage.setItem(key, JSON.stringify({ refreshToken, owner: ownerOf(user) }));
    else sessionStorage.removeItem(key);
    localStorage.setItem(key, JSON.stringify(user));
  }

  async get(key: string): Promise<string | null> {
    const user = localStorage.getItem(key);
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (user === null || kept === null) return user;
    const parsed = JSON.parse(user);
    // Another person may have signed in, in another tab.
    if (kept.owner !== ownerOf(parsed)) return user;
    return JSON.stringify({ ...parsed, refresh_token: kept.refreshToken });
  }

  async remove(key: string): Promise<string | null> {
    const user = await this.get(key);
    sessionStorage.removeItem(key);
    localStorage.removeItem(key);
    return user;
  }

  getAllKeys = async (): Promise<string[]> => Object.keys(localStorage);
}

/** Identifies a sign-in. */
const ownerOf = (user: { profile?: { sub?: string; auth_time?: number; iat?: number } }): string =>
  `${user.profile?.sub} ${user.profile?.auth_time ?? ''}`;
