import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Condition } from '../../lambdas/contracts/alert.ts';
import type { AlertView } from '../../lambdas/contracts/api/alerts.ts';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { AddAlert } from './add-alert.tsx';
import { choicesOf } from './alert-choices.ts';
import { AlertList } from './alert-list.tsx';
import { firstCondition } from './alert-presets.ts';
import { conditionFault } from './condition-fault.ts';
import type { Range } from './draw-chart.ts';
import { Failure } from './parts.tsx';
import { type Compared, PriceChart } from './price-chart.tsx';
import { priceText } from './price-text.ts';
import { ThresholdHandle } from './threshold-handle.tsx';
import { useApi, useDelayed, useLoaded } from './use.ts';
import type { AlertLine } from './use-alert-lines.ts';

type Props = {
  ticker: string;
  observations: readonly ApiObservation[];
  range: Range;
  compared: Compared | undefined;
  /** False for a chart of the past. */
  canAlert: boolean;
};

/** An alert that is made or edited. */
type Draft = { condition: Condition; edits?: AlertView };

/** The chart of a ticker with its alerts: a new one is a line that is dragged or typed. */
export function TickerChart({ ticker, observations, range, compared, canAlert }: Props) {
  const api = useApi();
  const alerts = useLoaded(async () => (canAlert ? api.alerts(ticker) : []), [ticker, canAlert]);
  const own = alerts.data ?? NONE;
  const [draft, setDraft] = useState<Draft>();
  const [said, setSaid] = useState('');
  const status = useRef<HTMLParagraphElement>(null);
  const last = Number(observations.findLast(({ suspect }) => !suspect)?.close ?? observations.at(-1)?.close ?? 1);
  const condition = draft?.condition;
  const asked = useDelayed(condition && !conditionFault(condition) ? condition : undefined);
  const preview = useLoaded(
    async () => (asked ? api.previewAlert({ ticker, condition: asked }) : undefined),
    [ticker, asked],
  );
  const threshold = condition?.kind === 'price' && !conditionFault(condition) ? Number(condition.threshold) : undefined;
  const lines = useMemo((): AlertLine[] => {
    const known = own.flatMap(({ id, threshold: price, state }) =>
      price && state !== 'expired' && id !== draft?.edits?.id ? [{ price: Number(price) }] : [],
    );
    return threshold ? [...known, { price: threshold, isDraft: true }] : known;
  }, [own, threshold, draft?.edits?.id]);
  const previewed = condition && preview.data;
  const fires = useMemo(
    () => (previewed ? previewed.fires.map(({ date }) => date) : own.flatMap((alert) => alert.fires)),
    [previewed, own],
  );
  const drag = useCallback(
    (next: number) => setDraft((before) => before && { ...before, condition: dragged(before.condition, next, last) }),
    [last],
  );
  const edit = useCallback((alert: AlertView) => {
    setSaid('');
    setDraft({ condition: alert.condition, edits: alert });
  }, []);
  useEditLink(own, edit);
  const done = (text: string) => {
    setDraft(undefined);
    setSaid(text);
    // The form with the focus is gone.
    status.current?.focus();
  };
  return (
    <>
      <PriceChart
        ticker={ticker}
        observations={observations}
        range={range}
        compared={compared}
        lines={compared ? NO_LINES : lines}
        fires={fires}
      >
        {threshold ? (drawn) => <ThresholdHandle drawn={drawn} threshold={threshold} onChange={drag} /> : undefined}
      </PriceChart>
      {canAlert && !draft && (
        <p className="actions">
          <button
            type="button"
            onClick={() => {
              setSaid('');
              setDraft({ condition: firstCondition('price', last) });
            }}
          >
            Add alert
          </button>
        </p>
      )}
      {draft && (
        <AddAlert
          key={draft.edits?.id ?? 'new'}
          ticker={ticker}
          last={last}
          condition={draft.condition}
          manner={draft.edits}
          onChange={(changed) => setDraft({ ...draft, condition: changed })}
          preview={preview}
          save={async (manner) => {
            const body = { ticker: draft.edits?.ticker ?? ticker, condition: draft.condition, ...manner };
            const saved = draft.edits
              ? await api.putAlert(draft.edits.id, { ...choicesOf(draft.edits), note: undefined, ...body })
              : await api.addAlert(body);
            alerts.reload();
            done(
              `Saved: you get a mail when ${ticker} ${saved.text}${saved.state === 'waiting' ? '. It is true now, so it must be false first' : ''}.`,
            );
          }}
          onCancel={() => done('')}
        />
      )}
      <p role="status" tabIndex={-1} ref={status}>
        {said}
      </p>
      <Failure error={alerts.error} />
      {own.length > 0 && (
        <AlertList alerts={own} onChange={alerts.reload} onEdit={edit} title={`Alerts on ${ticker}`} />
      )}
    </>
  );
}

const NONE: readonly AlertView[] = [];
/** Thresholds are prices, and a comparison is in percent. */
const NO_LINES: readonly AlertLine[] = [];

/** A line that is dragged over the last close is an alert in the other direction. */
function dragged(condition: Condition, price: number, last: number): Condition {
  if (condition.kind !== 'price') return condition;
  return { ...condition, threshold: priceText(price), direction: price >= last ? 'above' : 'below' };
}

/** Opens the alert that the address names: `#edit-{id}`. */
function useEditLink(alerts: readonly AlertView[], edit: (alert: AlertView) => void): void {
  useEffect(() => {
    const named = alerts.find(({ id }) => location.hash === `#edit-${id}`);
    if (!named) return;
    history.replaceState(history.state, '', location.pathname);
    edit(named);
  }, [alerts, edit]);
}
