import type { Alert, AlertRule } from '../../contracts/alert.ts';
import { addDays } from '../../contracts/dates.ts';
import type { ToldFire } from '../../contracts/told-alerts.ts';
import { type FireLine, fireLine } from '../../domain/alerts/alert-lines.ts';
import { candidates, isFresh, isHistory } from '../../domain/alerts/episodes.ts';
import type { AlertInputs } from '../../domain/alerts/inputs.ts';
import { type Fire, isSameEpisode } from '../../domain/alerts/replay.ts';
import { ruleOf } from '../../domain/alerts/rule.ts';
import type { KnownPrices } from '../../pricing/known-prices.ts';
import { type Asking, dateOf, type Fate } from './own-alerts.ts';

/** A fire that no mail told is announced later, if it is not older. */
const RECENT_DAYS = 30;

export type AddedFire = {
  entry: ToldFire;
  /** Its line, for the id of the alert. */
  line: (alert: string) => FireLine;
  /** Entries of mails that were never sent. */
  replaces: readonly ToldFire[];
};

/**
 * The fires that this mail may announce, and no other mail told. @param known what the ledger knows of this alert
 * @returns `isOpen`: another mail that tells one of them is not sent yet
 */
export async function addedFires(
  asking: Asking,
  alert: Alert,
  known: readonly ToldFire[],
): Promise<{ added: AddedFire[]; isOpen: boolean }> {
  const none = { added: [], isOpen: false };
  if (!asking.mayHaveChanged(alert.ticker)) return none;
  const rule = ruleOf(alert, asking.subscriber);
  const recent = addDays(dateOf(asking.digest), -RECENT_DAYS);
  const read = async () => (await asking.read(alert.ticker)).known;
  const found = ({ folds }: KnownPrices) => (folds ? candidates(rule, alert.expires, folds, recent) : []);
  // Most alerts did not fire of late, and many subscribers have the same.
  const question = `fires ${alert.ticker} ${alert.expires} ${JSON.stringify(rule)}`;
  if (!(await asking.verdict(question, async () => found(await read()).length > 0))) return none;
  const prices = await read();
  const { folds } = prices;
  const added: AddedFire[] = [];
  let isOpen = false;
  for (const fire of folds ? found(prices) : []) {
    const same = await sameFires(asking, alert, prices, known, fire);
    if (!folds || same.some(({ fate }) => fate === 'told') || !isFresh(rule, fire, folds, recent)) continue;
    if (same.some(({ fate }) => fate === 'open')) isOpen = true;
    else
      added.push({
        entry: entryOf(asking, alert, rule, fire, folds.now),
        line: (id) => fireLine({ id, note: alert.note }, rule, fire, folds.now),
        replaces: same.map(({ entry }) => entry),
      });
  }
  return { added, isOpen };
}

/** The entries of the same episode. An alert that fires once has fired, if any of its fires is still true. */
async function sameFires(
  asking: Asking,
  { version, repeat }: Alert,
  prices: KnownPrices,
  known: readonly ToldFire[],
  fire: Fire,
) {
  const same: { entry: ToldFire; fate: Fate }[] = [];
  for (const entry of known.filter((one) => one.version === version)) {
    const episode = prices.episode(entry);
    if (!episode || !(repeat === 'once' || isSameEpisode(episode, fire))) continue;
    same.push({ entry, fate: await fateOfEntry(asking, entry) });
  }
  return same;
}

/** A withdrawn fire may be told again. */
async function fateOfEntry({ fateOf }: Asking, { told, by, withdrawnBy }: ToldFire): Promise<Fate> {
  const withdrawal = withdrawnBy === undefined ? 'untold' : await fateOf(withdrawnBy);
  if (withdrawal !== 'untold') return withdrawal === 'told' ? 'untold' : 'open';
  return told === 'announced' ? fateOf(by) : 'told';
}

function entryOf({ digest }: Asking, alert: Alert, rule: AlertRule, fire: Fire, now: AlertInputs): ToldFire {
  const isMuted = alert.mutedUntil !== undefined && fire.date <= alert.mutedUntil;
  return {
    version: alert.version,
    ticker: alert.ticker,
    rule,
    date: fire.date,
    until: fire.until,
    side: fire.side,
    close: now.series.observations.find(({ date }) => date === fire.date)?.close ?? '',
    told: isMuted ? 'muted' : isHistory(rule, fire, now) ? 'late' : 'announced',
    by: digest,
    on: dateOf(digest),
  };
}
