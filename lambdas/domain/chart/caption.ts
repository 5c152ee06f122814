import type { ChartModel, Point } from './chart-model.ts';

/** What a mail says in words above and below the picture of a chart. */
export type ChartCaption = {
  /** The last close that is not suspect. */
  priceText: string;
  /** Empty if there is no change to tell. */
  changeText: string;
  direction: ChartModel['direction'];
  rangeText: string;
  /** `of 9 Jan 2020`: the date of the price. */
  dateText: string;
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
  priceText: model.trustedText || model.lastText,
  changeText: model.changeText,
  direction: model.direction,
  rangeText: model.rangeText,
  dateText: model.trustedDateText && `of ${model.trustedDateText}`,
  warning: model.lastIsSuspect ? suspectText(model) : '',
  volumeText: model.volumes.length > 0 ? model.volumeText : '',
  hasSma20: hasValues(model.sma20),
  hasSma50: hasValues(model.sma50),
  alt: model.description,
});

const suspectText = ({ dateText, lastText, trustedDateText }: ChartModel): string => {
  const of = trustedDateText && ` The price above is the last good one, of ${trustedDateText}.`;
  return `The close of ${dateText}, ${lastText}, is suspect: it is not used until a later close confirms it.${of}`;
};

/** True if an average is long enough to be drawn. */
export const hasValues = (points: readonly Point[]): boolean => points.some(({ y }) => !Number.isNaN(y));
