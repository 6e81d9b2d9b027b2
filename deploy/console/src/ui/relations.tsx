import { useState } from 'react';
import { figure } from '../app/format';
import { keysOf, metric, nameOf, param, type Run } from '../app/runs';
import { Section } from './states';

const WIDTH = 720;
const HEIGHT = 240;
const EDGE = 40;

interface Axis { key: string; of: (run: Run) => number | undefined }

/** What all compared runs have a number for: metrics, and parameters that are numbers. */
function axesOf(runs: Run[]): Axis[] {
  const metrics = keysOf(runs, 'metrics').map((key): Axis => ({ key, of: (run) => metric(run, key) }));
  const params = keysOf(runs, 'params').map((key): Axis => ({
    key,
    of: (run) => { const value = param(run, key); return value === undefined || value.trim() === '' || Number.isNaN(Number(value)) ? undefined : Number(value); },
  }));
  return [...params, ...metrics].filter((axis) => runs.every((run) => axis.of(run) !== undefined));
}

/** Where a value lies between the least and the most of its axis, from 0 to 1. */
function scale(axis: Axis, runs: Run[]): { least: number; most: number; at: (run: Run) => number } {
  const values = runs.map((run) => axis.of(run) ?? 0);
  const least = Math.min(...values);
  const most = Math.max(...values);
  return { least, most, at: (run) => (most === least ? 0.5 : ((axis.of(run) ?? 0) - least) / (most - least)) };
}

function Parallel({ runs, axes }: { runs: Run[]; axes: Axis[] }) {
  const scales = axes.map((axis) => scale(axis, runs));
  const x = (index: number): number => EDGE + 20 + (index * (WIDTH - 2 * EDGE - 40)) / Math.max(1, axes.length - 1);
  const y = (share: number): number => HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="relations" role="img" aria-label={`Parallel coordinates of ${axes.map((axis) => axis.key).join(', ')}`}>
      {axes.map((axis, index) => (
        <g key={axis.key}>
          <line x1={x(index)} x2={x(index)} y1={y(0)} y2={y(1)} />
          <text x={x(index)} y={14}>{axis.key}</text>
          <text x={x(index)} y={30}>{figure(scales[index]?.most)}</text>
          <text x={x(index)} y={HEIGHT - EDGE + 16}>{figure(scales[index]?.least)}</text>
        </g>
      ))}
      {runs.map((run, number) => (
        <polyline key={run.info.run_id} className={`run-${number % 8}`} points={scales.map((one, index) => `${x(index)},${y(one.at(run))}`).join(' ')}>
          <title>{nameOf(run)}</title>
        </polyline>
      ))}
    </svg>
  );
}

function Scatter({ runs, across, up }: { runs: Run[]; across: Axis; up: Axis }) {
  const [horizontal, vertical] = [scale(across, runs), scale(up, runs)];
  const x = (share: number): number => EDGE + 40 + share * (WIDTH - 2 * EDGE - 80);
  const y = (share: number): number => HEIGHT - EDGE - 8 - share * (HEIGHT - 2 * EDGE - 16);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="relations" role="img" aria-label={`${up.key} by ${across.key}`}>
      <line x1={EDGE} x2={WIDTH - EDGE} y1={HEIGHT - EDGE} y2={HEIGHT - EDGE} />
      <line x1={EDGE} x2={EDGE} y1={EDGE - 10} y2={HEIGHT - EDGE} />
      <text x={EDGE + 40} y={HEIGHT - EDGE + 16}>{figure(horizontal.least)}</text>
      <text x={WIDTH / 2} y={HEIGHT - 6}>{across.key}</text>
      <text x={WIDTH - EDGE - 40} y={HEIGHT - EDGE + 16}>{figure(horizontal.most)}</text>
      <text x={EDGE + 30} y={16}>{`${up.key}, ${figure(vertical.least)} to ${figure(vertical.most)}`}</text>
      {runs.map((run, number) => (
        <circle key={run.info.run_id} className={`run-${number % 8}`} cx={x(horizontal.at(run))} cy={y(vertical.at(run))} r={5}>
          <title>{`${nameOf(run)}: ${figure(across.of(run))}, ${figure(up.of(run))}`}</title>
        </circle>
      ))}
    </svg>
  );
}

/** How parameters and metrics of the compared runs go together. */
export function Relations({ runs }: { runs: Run[] }) {
  const axes = axesOf(runs);
  const [across, setAcross] = useState('');
  const [up, setUp] = useState('');
  const horizontal = axes.find((axis) => axis.key === across) ?? axes[0];
  const vertical = axes.find((axis) => axis.key === up) ?? axes[axes.length - 1];
  if (runs.length < 2 || axes.length < 2 || !horizontal || !vertical) {
    return null;
  }
  return (
    <>
      <Section title="Parallel coordinates"><Parallel runs={runs} axes={axes.slice(0, 8)} /></Section>
      <Section title="Scatter">
        <div className="bar">
          {([['Across', horizontal, setAcross], ['Up', vertical, setUp]] as const).map(([label, axis, set]) => (
            <label key={label} className="field"><span>{label}</span>
              <select value={axis.key} onChange={(event) => set(event.target.value)}>{axes.map((one) => <option key={one.key}>{one.key}</option>)}</select>
            </label>
          ))}
        </div>
        <Scatter runs={runs} across={horizontal} up={vertical} />
      </Section>
    </>
  );
}
