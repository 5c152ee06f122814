import { DEFAULT_MAIL_THEME, DEFAULT_WINDOW } from '../contracts/chart-options.ts';
import type { Subscriber } from '../contracts/subscriber.ts';
import type { Caller } from '../runtime/http/caller.ts';
import { Problem } from '../runtime/http/problem.ts';
import type { ApiPorts } from './ports.ts';

/** Longer than any token is valid. */
const TOKEN_LIFE_SECONDS = 86_400;

type RecordPorts = Pick<ApiPorts, 'subscribers' | 'limits' | 'now'>;

/** The caller's record; undefined if there is none. Signing in by a mailed code confirms a pending mailbox. */
export async function readOwn(ports: RecordPorts, caller: Caller): Promise<Subscriber | undefined> {
  const found = await ports.subscribers.get(caller.subscriber);
  return found && confirmed(ports, caller, found);
}

/** The caller's record, created if there is none. @throws Problem for a token from before its owner was erased */
export async function ensureOwn(ports: RecordPorts, caller: Caller): Promise<Subscriber> {
  const found = await readOwn(ports, caller);
  if (found) return found;
  if (await wasErased(ports, caller))
    throw new Problem(403, 'Erased', 'You were erased, perhaps in another tab. Sign in again to start anew.');
  const created: Subscriber = {
    subscriber: caller.subscriber,
    address: caller.address,
    state: 'active',
    tickers: {},
    preferences: { theme: DEFAULT_MAIL_THEME },
    resumedAt: new Date(ports.now()).toISOString(),
  };
  await ports.subscribers.add(created);
  return created;
}

/** Erases the caller: the account last, so that its owner can sign in and try again if an earlier step fails. */
export async function eraseOwn(
  ports: RecordPorts & Pick<ApiPorts, 'ledger' | 'accounts'>,
  caller: Caller,
): Promise<void> {
  await ports.limits.note(erasedKey(caller), ports.now(), TOKEN_LIFE_SECONDS);
  await ports.subscribers.erase(caller.subscriber);
  await ports.ledger.eraseAll(caller.subscriber);
  await ports.accounts?.erase(caller.account);
}

/** The answer of /me. */
export const meOf = ({ address }: Caller, subscriber: Subscriber | undefined) => ({
  address,
  state: subscriber?.state ?? ('new' as const),
  theme: subscriber?.preferences.theme ?? DEFAULT_MAIL_THEME,
  window: subscriber?.preferences.window ?? DEFAULT_WINDOW,
  mails: subscriber?.preferences.mails ?? ('every' as const),
  groups: subscriber?.preferences.groups ?? [],
  pausedUntil: subscriber?.pausedUntil ?? null,
  undeliverable: subscriber?.undeliverable ?? null,
  tickers: Object.keys(subscriber?.tickers ?? {}).length,
  alerts: Object.keys(subscriber?.alerts ?? {}).length,
});

const erasedKey = ({ subscriber }: Caller): string => `erased/${subscriber}`;

async function confirmed(ports: RecordPorts, caller: Caller, found: Subscriber): Promise<Subscriber> {
  const { subscribers, now } = ports;
  if (found.state !== 'pending' || (await wasErased(ports, caller))) return found;
  await subscribers.confirm(found.subscriber, new Date(now()).toISOString());
  return (await subscribers.get(found.subscriber)) ?? found;
}

/** True for a token that was issued before its owner was erased. */
async function wasErased({ limits }: Pick<ApiPorts, 'limits'>, caller: Caller): Promise<boolean> {
  const erasedAt = await limits.noted(erasedKey(caller));
  return erasedAt !== undefined && caller.issuedAt <= erasedAt;
}
