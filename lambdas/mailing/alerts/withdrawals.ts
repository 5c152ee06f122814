import type { RevisionKey } from '../../contracts/revision.ts';
import type { ToldFire } from '../../contracts/told-alerts.ts';
import type { WithdrawnLine } from '../../domain/alerts/alert-lines.ts';
import { episodeNow } from '../../domain/alerts/episodes.ts';
import { withdrawalText } from '../../domain/alerts/withdrawal-text.ts';
import { type Asking, mayBeWithdrawn } from './own-alerts.ts';

/** Withdraws what was announced and is no longer true. @returns all entries, the withdrawn ones with their line */
export async function withdrawals(asking: Asking, known: readonly ToldFire[]) {
  const found: { entry: ToldFire; line?: WithdrawnLine }[] = [];
  for (const entry of known) {
    if (!(await isOpenWithdrawal(asking, entry))) {
      found.push({ entry });
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

async function isOpenWithdrawal({ read, wasSent, digest }: Asking, entry: ToldFire): Promise<boolean> {
  if (!mayBeWithdrawn(entry, digest)) return false;
  const { known: prices, isRetired } = await read(entry.ticker);
  if (isRetired || episodeNow(entry, prices.now, () => prices.since(entry.by as RevisionKey))) return false;
  if (entry.withdrawnBy !== undefined && (await wasSent(entry.withdrawnBy))) return false;
  return wasSent(entry.by);
}
