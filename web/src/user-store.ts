import type { StateStore } from 'oidc-client-ts';

/**
 * Keeps who is signed in for all tabs, since each mail opens one, but for the refresh token: that stays with the tab and
 * its sign-in, and goes with them.
 */
export class UserStore implements StateStore {
  async set(key: string, value: string): Promise<void> {
    const { refresh_token: refreshToken, ...user } = JSON.parse(value);
    if (typeof refreshToken === 'string')
      sessionStorage.setItem(key, JSON.stringify({ refreshToken, whose: ownerOf(user) }));
    else sessionStorage.removeItem(key);
    localStorage.setItem(key, JSON.stringify(user));
  }

  async get(key: string): Promise<string | null> {
    const user = localStorage.getItem(key);
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (user === null || kept === null) return user;
    const parsed = JSON.parse(user);
    // Somebody else may have signed in, in another tab.
    if (kept.whose !== ownerOf(parsed)) return user;
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

/** Whose sign-in it is. */
const ownerOf = (user: { profile?: { sub?: string; auth_time?: number; iat?: number } }): string =>
  `${user.profile?.sub} ${user.profile?.auth_time ?? ''}`;
