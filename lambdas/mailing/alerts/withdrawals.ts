import { parseDeliveryId } from '../../contracts/delivery-id.ts';
import { deliveryIn, type RevisionKey } from '../../contracts/revision.ts';
import type { ToldFire } from '../../contracts/told-alerts.ts';
import type { WithdrawnLine } from '../../domain/alerts/alert-lines.ts';
import { withdrawalText } from '../../domain/alerts/withdrawal-text.ts';
import { type Asking, mayBeWithdrawn } from './own-alerts.ts';

/**
 * Withdraws what was announced and is no longer true.
 * @returns all entries, the withdrawn ones with their line; `isOpen`: the mail that announced one is not sent yet
 */
export async function withdrawals(asking: Asking, known: readonly ToldFire[]) {
  const found: { entry: ToldFire; line?: WithdrawnLine; isOpen?: boolean }[] = [];
  for (const entry of known) {
    const fate = await fateOfWithdrawal(asking, entry);
    if (fate !== 'due') {
      found.push({ entry, isOpen: fate === 'open' && asking.mayHaveChanged(entry.ticker) });
      continue;
    }
    const { name, known: prices } = await asking.read(entry.ticker);
    found.push({
      entry: { ...entry, withdrawnBy: asking.digest },
      line: { ticker: name, text: withdrawalText(name, entry, prices.now) },
    });
  }
  return found;
}

/** `due`: the fire was told, and no mail withdrew it. */
async function fateOfWithdrawal(asking: Asking, entry: ToldFire): Promise<'due' | 'open' | undefined> {
  const { verdict, fateOf, digest } = asking;
  if (!mayBeWithdrawn(entry, digest)) return undefined;
  const withdrawal = entry.withdrawnBy === undefined ? 'untold' : await fateOf(entry.withdrawnBy);
  if (withdrawal === 'told') return undefined;
  const { rule, date, until, by, ticker } = entry;
  const question = `gone ${ticker} ${date} ${until} ${by} ${JSON.stringify(rule)}`;
  // The verdict may be older than the prices of this mail.
  if (!(await verdict(question, () => isGone(asking, entry))) || !(await isGone(asking, entry))) return undefined;
  const announcement = withdrawal === 'open' ? 'open' : await fateOf(by);
  return announcement === 'told' ? 'due' : announcement === 'open' ? 'open' : undefined;
}

async function isGone({ read }: Asking, entry: ToldFire): Promise<boolean> {
  const { known: prices, retiredOn } = await read(entry.ticker);
  // A retired ticker has no corrected closes, unless the file that told the fire has listed it anew.
  const { fileDate } = parseDeliveryId(deliveryIn(entry.by as RevisionKey));
  const wasRetired = retiredOn.some((date) => date >= entry.date && date > fileDate);
  return !wasRetired && prices.episode(entry) === undefined;
}
