import type { DeliverySummary } from '../../lambdas/contracts/api/deliveries.ts';

const SHOWN = 40;
const [BAR, GAP, HEIGHT] = [7, 3, 44];
/** A delivery without rows can still be seen. */
const MIN_HEIGHT = 3;

/** Rows of the shown deliveries as bars in the colour of their state, the latest on the right. */
export function DeliveryTrend({ deliveries }: { deliveries: readonly DeliverySummary[] }) {
  if (deliveries.length < 2) return null;
  const shown = deliveries.slice(0, SHOWN).toReversed();
  const most = Math.max(1, ...shown.map(({ counts }) => counts?.accepted ?? 0));
  const width = shown.length * (BAR + GAP);
  return (
    <svg
      className="trend"
      role="img"
      aria-label={`Rows of the last ${shown.length} deliveries, at most ${most.toLocaleString('en-US')}`}
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
    >
      {shown.map(({ delivery, state, counts }, i) => {
        // Files of a day are small beside a history: the logarithm keeps both visible.
        const height = Math.max(MIN_HEIGHT, (Math.log1p(counts?.accepted ?? 0) / Math.log1p(most)) * HEIGHT);
        return (
          <rect
            key={delivery}
            className={`bar-${state}`}
            x={i * (BAR + GAP)}
            y={HEIGHT - height}
            width={BAR}
            height={height}
            rx={2}
          >
            <title>{`${delivery}: ${state}, ${(counts?.accepted ?? 0).toLocaleString('en-US')} rows`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
