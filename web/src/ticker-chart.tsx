import { useCallback, useMemo, useState } from 'react';
import type { Condition } from '../../lambdas/contracts/alert.ts';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { AddAlert } from './add-alert.tsx';
import type { AlertLine } from './alert-lines.ts';
import { AlertList } from './alert-list.tsx';
import { firstCondition } from './alert-presets.ts';
import { Failure } from './parts.tsx';
import { PriceChart } from './price-chart.tsx';
import { priceText } from './price-text.ts';
import { ThresholdHandle } from './threshold-handle.tsx';
import { useApi, useDelayed, useLoaded } from './use.ts';

type Props = {
  ticker: string;
  observations: readonly ApiObservation[];
  /** False for a chart of the past. */
  canAlert: boolean;
};

/** The chart of a ticker with its alerts: a new one is a line that is dragged or typed. */
export function TickerChart({ ticker, observations, canAlert }: Props) {
  const api = useApi();
  const alerts = useLoaded(async () => (canAlert ? api.alerts() : []), [ticker, canAlert]);
  const own = useMemo(() => (alerts.data ?? []).filter(({ name }) => name === ticker), [alerts.data, ticker]);
  const [draft, setDraft] = useState<Condition>();
  const [added, setAdded] = useState('');
  const last = Number(observations.findLast(({ suspect }) => !suspect)?.close ?? observations.at(-1)?.close ?? 1);
  const asked = useDelayed(isComplete(draft) ? draft : undefined);
  const preview = useLoaded(
    async () => (asked ? api.previewAlert({ ticker, condition: asked }) : undefined),
    [ticker, asked],
  );
  const threshold = draft?.kind === 'price' ? Number(draft.threshold) : undefined;
  const lines = useMemo((): AlertLine[] => {
    const known = own.flatMap((alert) => (alert.threshold ? [{ price: Number(alert.threshold) }] : []));
    return threshold ? [...known, { price: threshold, isDraft: true }] : known;
  }, [own, threshold]);
  const previewed = draft && preview.data;
  const fires = useMemo(
    () =>
      previewed
        ? previewed.fires.map(({ date }) => date)
        : own.flatMap(({ lastFire }) => (lastFire ? [lastFire.date] : [])),
    [previewed, own],
  );
  const drag = useCallback(
    (next: number) =>
      setDraft((before) => (before?.kind === 'price' ? { ...before, threshold: priceText(next) } : before)),
    [],
  );
  return (
    <>
      <PriceChart observations={observations} lines={lines} fires={fires}>
        {threshold ? (drawn) => <ThresholdHandle drawn={drawn} threshold={threshold} onChange={drag} /> : undefined}
      </PriceChart>
      {canAlert && !draft && (
        <p className="actions">
          <button
            type="button"
            onClick={() => {
              setAdded('');
              setDraft(firstCondition('price', last));
            }}
          >
            Add alert
          </button>
        </p>
      )}
      {draft && (
        <AddAlert
          ticker={ticker}
          last={last}
          condition={draft}
          onChange={setDraft}
          preview={preview}
          onAdded={({ text, state }) => {
            setDraft(undefined);
            setAdded(
              `Added: you get a mail when ${ticker} ${text}${state === 'waiting' ? ', once it was not true' : ''}.`,
            );
            alerts.reload();
          }}
          onCancel={() => setDraft(undefined)}
        />
      )}
      <p role="status">{added}</p>
      <Failure error={alerts.error} />
      {own.length > 0 && <AlertList alerts={own} onChange={alerts.reload} title={`Alerts on ${ticker}`} />}
    </>
  );
}

/** False while a threshold is being typed. */
const isComplete = (draft: Condition | undefined): boolean =>
  draft !== undefined &&
  (draft.kind !== 'price' || (/^\d{1,18}(\.\d{1,18})?$/.test(draft.threshold) && Number(draft.threshold) > 0));
