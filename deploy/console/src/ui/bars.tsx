import { count, figure } from '../app/format';

const WIDTH = 600;
const HEIGHT = 150;

/** Counts in equal steps from least to most; each bar says what it stands for. */
export function Histogram({ counts, least, most, label }: { counts: number[]; least: number; most: number; label: string }) {
  const highest = Math.max(1, ...counts);
  const step = (most - least) / Math.max(1, counts.length);
  const width = WIDTH / Math.max(1, counts.length);
  return (
    <figure>
      <svg className="histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${label}, from ${figure(least)} to ${figure(most)}; most rows in one step: ${count(highest)}`}>
        {counts.map((rows, index) => (
          <rect key={index} x={index * width + 1} width={Math.max(1, width - 2)} y={HEIGHT - (rows / highest) * HEIGHT} height={(rows / highest) * HEIGHT}>
            <title>{`${figure(least + index * step)} to ${figure(least + (index + 1) * step)}: ${count(rows)} rows`}</title>
          </rect>
        ))}
      </svg>
      <figcaption className="ends small"><span>{figure(least)}</span><span>{figure(most)}</span></figcaption>
    </figure>
  );
}

export interface Pair { label: string; from: number; to: number }

/** The share of rows in each bin, before and after, side by side. */
export function Shares({ pairs, from, to, label }: { pairs: Pair[]; from: string; to: string; label: string }) {
  const all = { from: Math.max(1, sum(pairs.map((pair) => pair.from))), to: Math.max(1, sum(pairs.map((pair) => pair.to))) };
  const highest = Math.max(0.0001, ...pairs.flatMap((pair) => [pair.from / all.from, pair.to / all.to]));
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label={label}>
      <table className="table">
        <thead><tr><th scope="col">Values</th><th scope="col">{from}</th><th scope="col">{to}</th></tr></thead>
        <tbody>
          {pairs.map((pair) => (
            <tr key={pair.label}>
              <td>{pair.label}</td>
              {(['from', 'to'] as const).map((side) => (
                <td key={side}>
                  <span className="meter" aria-hidden="true"><span className={side === 'from' ? 'before' : ''} style={{ width: `${(pair[side] / all[side] / highest) * 100}%` }} /></span>
                  <span className="small">{((pair[side] / all[side]) * 100).toFixed(1)} %, {count(pair[side])} rows</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
