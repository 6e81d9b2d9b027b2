import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { onTheme } from '../app/theme';
import 'uplot/dist/uPlot.min.css';

export interface Series { name: string; points: [number, number][] }

const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumSignificantDigits: 4 });
const COLOURS = ['#0f8a80', '#d97706', '#4f6bd8', '#c2417c', '#5d8a1c', '#8a5cd6', '#b4532a', '#2a8fb4'];

/** Lines over a common x; gaps where a series has no value. */
export default function Chart({ series, x, time }: { series: Series[]; x: string; time?: boolean }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) {
      return undefined;
    }
    const xs = [...new Set(series.flatMap((one) => one.points.map(([at]) => at)))].sort((a, b) => a - b);
    const place = new Map(xs.map((at, index) => [at, index]));
    const ys = series.map((one) => {
      const row: (number | null)[] = xs.map(() => null);
      one.points.forEach(([at, value]) => { row[place.get(at) ?? 0] = value; });
      return row;
    });
    // Asked anew whenever it draws: the theme may have changed.
    const ink = (): string => getComputedStyle(element).color;
    const axis = { stroke: ink, grid: { stroke: 'rgba(128,140,150,0.25)' }, ticks: { stroke: 'rgba(128,140,150,0.4)' } };
    const draw = (): uPlot =>
      new uPlot(
        {
          width: Math.max(240, element.clientWidth), height: 230,
          scales: { x: { time: time ?? false } },
          axes: [{ ...axis, label: x }, { ...axis, size: 74, values: (_: uPlot, marks: number[]) => marks.map((mark) => short.format(mark)) }],
          series: [{ label: x }, ...series.map((one, index) => ({ label: one.name, stroke: COLOURS[index % COLOURS.length] ?? 'currentcolor', width: 2, spanGaps: true, points: { show: xs.length < 40 } }))],
        },
        [xs, ...ys] as uPlot.AlignedData,
        element,
      );
    const plot = draw();
    const watch = new ResizeObserver(() => plot.setSize({ width: Math.max(240, element.clientWidth), height: 230 }));
    watch.observe(element);
    const forget = onTheme(() => plot.redraw(false));
    return () => { forget(); watch.disconnect(); plot.destroy(); };
  }, [series, x, time]);
  return <div ref={host} className="chart" role="img" aria-label={`Chart of ${series.map((one) => one.name).join(', ')} by ${x}`} />;
}
