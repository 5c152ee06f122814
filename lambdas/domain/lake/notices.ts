import type { LakeRow } from '../../contracts/dataset.ts';
import type { AcceptedRow } from '../delivery/accepted-rows.ts';
import type { LakeDelivery } from './lake-delivery.ts';

const ownOf = ({ delivery, revision, precedence, validFrom }: LakeDelivery): LakeRow => ({
  delivery,
  revision,
  valid_from: validFrom,
  precedence,
});

/** The tickers that a delivery retires. */
export const retirementRows = (own: LakeDelivery, notices: readonly AcceptedRow[]): LakeRow[] => {
  const retired = new Set(notices.filter(({ action }) => action === 'D').map(({ ticker }) => ticker));
  return [...retired].map((ticker) => ({ ticker, ...ownOf(own) }));
};

/** The splits that a delivery declares: of two on one date the later line counts. */
export const splitRows = (own: LakeDelivery, notices: readonly AcceptedRow[]): LakeRow[] => {
  const last = new Map(
    notices.filter(({ action }) => action === 'S').map((row) => [`${row.ticker} ${row.date}`, row] as const),
  );
  return [...last.values()].map(({ ticker, date, split }) => ({ ticker, date, ratio: split, ...ownOf(own) }));
};

export const renameRows = (own: LakeDelivery, notices: readonly AcceptedRow[]): LakeRow[] =>
  notices
    .filter(({ action }) => action === 'R')
    .map(({ ticker, date, name }) => ({ ticker, old_ticker: name, date, ...ownOf(own) }));
