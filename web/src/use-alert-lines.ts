import { type AutoscaleInfoProvider, LineStyle } from 'lightweight-charts';
import { useEffect } from 'react';
import { coloursNow, type Drawn } from './draw-chart.ts';

/** A horizontal line at the threshold of an alert. */
export type AlertLine = { price: number; isDraft?: boolean };

/** Draws the lines of alerts; the scale includes them. */
export function useAlertLines(drawn: Drawn | undefined, lines: readonly AlertLine[]): void {
  const key = JSON.stringify(lines);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` represents the lines.
  useEffect(() => {
    if (!drawn || drawn.isRemoved) return;
    const { link } = coloursNow();
    const made = lines.map(({ price, isDraft }) =>
      drawn.area.createPriceLine({
        price,
        color: link,
        lineWidth: isDraft ? 2 : 1,
        lineStyle: LineStyle.Dashed,
        title: isDraft ? 'new alert' : 'alert',
      }),
    );
    drawn.area.applyOptions({ autoscaleInfoProvider: withPrices(lines.map(({ price }) => price)) });
    return () => {
      if (drawn.isRemoved) return;
      for (const line of made) drawn.area.removePriceLine(line);
    };
  }, [drawn, key]);
}

/** A price further away than the range of the closes would flatten their line. */
const withPrices = (prices: readonly number[]): AutoscaleInfoProvider => {
  return (original) => {
    const info = original();
    if (!info?.priceRange) return info;
    const { minValue, maxValue } = info.priceRange;
    const reach = maxValue - minValue || maxValue * 0.1;
    const near = prices.filter((price) => price >= minValue - reach && price <= maxValue + reach);
    return { ...info, priceRange: { minValue: Math.min(minValue, ...near), maxValue: Math.max(maxValue, ...near) } };
  };
};
