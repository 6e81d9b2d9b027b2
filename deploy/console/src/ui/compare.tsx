import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { figure } from '../app/format';
import { keysOf, metric, metricHistory, nameOf, param, type Run } from '../app/runs';
import Chart, { type Series } from './chart';
import { Relations } from './relations';
import { Section, Shown } from './states';

const MOST_CHARTS = 6;

function StepChart({ runs, of }: { runs: Run[]; of: string }) {
  const found = useQuery({
    queryKey: ['metric', of, runs.map((run) => run.info.run_id)],
    queryFn: () =>
      Promise.all(runs.map(async (run): Promise<Series> => ({
        name: nameOf(run),
        points: (await metricHistory(run.info.run_id, of)).map((one): [number, number] => [one.step, one.value]),
      }))),
  });
  return (
    <div>
      <h3>{of}</h3>
      <Shown of={found} what={of}>{(series) => <Chart series={series} x="step" />}</Shown>
    </div>
  );
}

/** Charts of the metrics that have more than one step. */
export function StepCharts({ runs }: { runs: Run[] }) {
  const keys = useMemo(
    () => keysOf(runs, 'metrics').filter((key) => runs.some((run) => (run.data.metrics ?? []).some((one) => one.key === key && one.step > 0))),
    [runs],
  );
  if (keys.length === 0) {
    return null;
  }
  return (
    <Section title="Metrics by step">
      <div className="charts">{keys.slice(0, MOST_CHARTS).map((key) => <StepChart key={key} runs={runs} of={key} />)}</div>
    </Section>
  );
}

export default function Compare({ runs }: { runs: Run[] }) {
  const metrics = keysOf(runs, 'metrics');
  const params = keysOf(runs, 'params');
  const differs = (key: string): boolean => new Set(runs.map((run) => param(run, key))).size > 1;
  return (
    <>
      <Section title={`Comparing ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`}>
        <div className="table-box" tabIndex={0} role="region" aria-label="Comparison">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">What</th>
                {runs.map((run) => <th key={run.info.run_id} scope="col"><Link href={`/runs/${run.info.run_id}`}>{nameOf(run)}</Link></th>)}
              </tr>
            </thead>
            <tbody>
              {metrics.map((key) => {
                const values = runs.map((run) => metric(run, key));
                const best = Math.max(...values.filter((value) => value !== undefined));
                return (
                  <tr key={`m ${key}`}>
                    <td>{key}</td>
                    {values.map((value, index) => <td key={index} >{value === best && runs.length > 1 ? <strong>{figure(value)}</strong> : figure(value)}</td>)}
                  </tr>
                );
              })}
              {params.map((key) => (
                <tr key={`p ${key}`}>
                  <td>{key} {runs.length > 1 && differs(key) ? <span className="badge warn">differs</span> : null}</td>
                  {runs.map((run) => <td key={run.info.run_id}>{param(run, key) ?? '–'}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      <StepCharts runs={runs} />
      <Relations runs={runs} />
    </>
  );
}
