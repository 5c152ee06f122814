import type { AlertHistory as History } from '../../lambdas/contracts/api/alerts.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { formatPrice } from '../../lambdas/contracts/format.ts';
import { Failure, Loading } from './parts.tsx';
import { useApi, useLoaded } from './use.ts';

const TOLD: Record<History['fires'][number]['told'], string> = {
  announced: 'mailed',
  muted: 'muted, not mailed',
  late: 'found late, no longer true, not mailed',
  none: 'not mailed',
};

/** What an alert did, the latest first. */
export function AlertHistory({ id }: { id: string }) {
  const api = useApi();
  const { data, error } = useLoaded(() => api.alertHistory(id), [id]);
  if (error) return <Failure error={error} />;
  if (!data) return <Loading />;
  if (data.length === 0) return <p className="history muted">It has not fired yet.</p>;
  return (
    <ul className="plain history">
      {data.map(({ date, close, told, mail, isWithdrawn }) => (
        <li key={`${date} ${mail?.at ?? told}`}>
          {longDate(date)} at {formatPrice(close)}: {TOLD[told]}
          {mail && ` on ${longDate(mail.at.slice(0, 10))}`}
          {isWithdrawn && ', withdrawn'}
        </li>
      ))}
    </ul>
  );
}
