import type { StateStore } from 'oidc-client-ts';

/**
 * Keeps who is signed in for all tabs, since each mail opens one, but for the refresh token: that stays with the tab, and
 * goes with it.
 */
export class UserStore implements StateStore {
  async set(key: string, value: string): Promise<void> {
    const { refresh_token: refreshToken, ...user } = JSON.parse(value);
    if (typeof refreshToken === 'string') sessionStorage.setItem(key, refreshToken);
    else sessionStorage.removeItem(key);
    localStorage.setItem(key, JSON.stringify(user));
  }

  async get(key: string): Promise<string | null> {
    const user = localStorage.getItem(key);
    const refreshToken = sessionStorage.getItem(key);
    if (user === null || refreshToken === null) return user;
    return JSON.stringify({ ...JSON.parse(user), refresh_token: refreshToken });
  }

  async remove(key: string): Promise<string | null> {
    const user = await this.get(key);
    sessionStorage.removeItem(key);
    localStorage.removeItem(key);
    return user;
  }

  getAllKeys = async (): Promise<string[]> => Object.keys(localStorage);
}
