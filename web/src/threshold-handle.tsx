import { type KeyboardEvent, type PointerEvent, useEffect, useState } from 'react';
import type { Drawn } from './draw-chart.ts';
import { priceText } from './price-text.ts';

/** Share of the price that an arrow key moves. */
const STEP = 0.005;

type Props = { drawn: Drawn; threshold: number; onChange: (price: number) => void };

/** A handle on the line of a new alert: dragged with pointer or finger, moved with arrow keys. */
export function ThresholdHandle({ drawn, threshold, onChange }: Props) {
  const y = useCoordinate(drawn, threshold);
  const move = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    const price = box && drawn.area.coordinateToPrice(event.clientY - box.top);
    if (price && price > 0) onChange(price);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    onChange(threshold * (1 + direction * STEP));
  };
  if (y === undefined) return null;
  return (
    <div
      className="threshold"
      style={{ top: y }}
      role="slider"
      tabIndex={0}
      aria-label="Threshold of the new alert"
      aria-orientation="vertical"
      aria-valuenow={threshold}
      aria-valuetext={priceText(threshold)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && move(event)}
    >
      <span aria-hidden="true">⋮⋮ drag</span>
    </div>
  );
}

/** Where a price is on the chart, in pixels from its top. The scale changes when the chart paints, so each frame is looked at. */
function useCoordinate({ area }: Drawn, price: number): number | undefined {
  const [y, setY] = useState<number>();
  useEffect(() => {
    let frame = 0;
    const measure = () => {
      setY(area.priceToCoordinate(price) ?? undefined);
      frame = requestAnimationFrame(measure);
    };
    measure();
    return () => cancelAnimationFrame(frame);
  }, [area, price]);
  return y;
}
