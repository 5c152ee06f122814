import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Drawn } from './draw-chart.ts';
import { priceText } from './price-text.ts';

/** Shares of the price that arrow and page keys move. */
const STEP = 0.005;
const PAGE = 0.05;
/** Pixels at the edges of the chart that the handle keeps free. */
const EDGE = 16;
const TIME_AXIS = 30;

type Props = { drawn: Drawn; threshold: number; onChange: (price: number) => void };

/** A handle on the line of a new alert: dragged with pointer or finger, moved with arrow keys. At the edge if the line is out of sight. */
export function ThresholdHandle({ drawn, threshold, onChange }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const y = useCoordinate(drawn, threshold);
  /** Distance from the pointer to the line, as long as it is dragged. */
  const [grip, setGrip] = useState<number>();
  const scale = drawn.area.priceScale();
  const height = box.current?.parentElement?.clientHeight ?? 0;
  const bottom = Math.max(EDGE, height - TIME_AXIS - EDGE);
  const top = Math.min(bottom, Math.max(EDGE, y ?? EDGE));
  const direction = y === undefined || height === 0 || y === top ? '' : y < top ? '↑ ' : '↓ ';
  const pointerY = (event: PointerEvent) =>
    event.clientY - (box.current?.parentElement?.getBoundingClientRect().top ?? 0);
  const move = (event: PointerEvent) => {
    if (grip === undefined) return;
    const price = drawn.area.coordinateToPrice(Math.min(bottom, Math.max(EDGE, pointerY(event) - grip)));
    if (price && price > 0) onChange(price);
  };
  const end = () => {
    setGrip(undefined);
    scale.applyOptions({ autoScale: true });
  };
  return (
    <div
      ref={box}
      className="threshold"
      style={{ top }}
      role="slider"
      tabIndex={0}
      aria-label="Threshold of the new alert"
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={Number(priceText(threshold * 10))}
      aria-valuenow={threshold}
      aria-valuetext={priceText(threshold)}
      onKeyDown={(event) => {
        const share = keyShare(event);
        if (!share) return;
        event.preventDefault();
        onChange(threshold * (1 + share));
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setGrip(pointerY(event) - top);
        // The scale follows the line, unless it is dragged.
        scale.applyOptions({ autoScale: false });
      }}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <span aria-hidden="true">
        {direction}
        {direction ? priceText(threshold) : '⋮⋮ drag'}
      </span>
    </div>
  );
}

const KEYS: Record<string, number> = {
  ArrowUp: STEP,
  ArrowRight: STEP,
  ArrowDown: -STEP,
  ArrowLeft: -STEP,
  PageUp: PAGE,
  PageDown: -PAGE,
};
const keyShare = ({ key }: KeyboardEvent): number | undefined => KEYS[key];

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
