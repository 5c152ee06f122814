import type { ChartModel, Point } from './chart-model.ts';

/** What a mail says in words above and below the picture of a chart. */
export type ChartCaption = {
  /** The last close that is not suspect. */
  priceText: string;
  /** Empty if there is no change to tell. */
  changeText: string;
  direction: ChartModel['direction'];
  rangeText: string;
  /** Why the last close is not used; empty if it is good. */
  warning: string;
  /** Largest volume of the chart; empty without volumes. */
  volumeText: string;
  hasSma20: boolean;
  hasSma50: boolean;
  /** One sentence instead of the picture. */
  alt: string;
};

export const captionOf = (model: ChartModel): ChartCaption => ({
  priceText: model.trustedText,
  changeText: model.changeText,
  direction: model.direction,
  rangeText: model.rangeText,
  warning: model.lastIsSuspect
    ? `The close of ${model.dateText}, ${model.lastText}, is suspect. The price above is of ${model.trustedDateText}.`
    : '',
  volumeText: model.volumes.length > 0 ? model.volumeText : '',
  hasSma20: hasValues(model.sma20),
  hasSma50: hasValues(model.sma50),
  alt: model.description,
});

/** True if an average is long enough to be drawn. */
export const hasValues = (points: readonly Point[]): boolean => points.some(({ y }) => !Number.isNaN(y));
