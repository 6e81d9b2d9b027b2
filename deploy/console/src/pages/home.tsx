import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link } from 'wouter';
import { call, callText, held, mlflow, own, path } from '../app/api';
import { ago, millis, moment } from '../app/format';
import { useMe } from '../app/session';
import type { Entry } from '../app/history';
import { Empty, Head, Loading, Section, Shown, State } from '../ui/states';

const Markdown = lazy(() => import('../ui/markdown').then((found) => ({ default: found.Markdown })));

interface Task { run_id: string; kind: string; state: string; created_at: number; parameters?: Record<string, unknown> }
interface Served { name: string; state: { ready: string; config_update: string } }
interface Experiment { experiment_id: string; name: string; last_update_time: number }

function Line({ children, state, at }: { children: ReactNode; state?: string; at?: number }) {
  return (
    <li>
      {state ? <State of={state} /> : null}
      <span className="text">{children}</span>
      {at ? <span className="small end" title={moment(at)}>{ago(at)}</span> : null}
    </li>
  );
}

const VOLUME = 'main.flights.quickstart';
const FILES = 'api/2.0/fs';

/** The newest report that the caller may read; the quickstart leaves it in a volume. */
async function lastReport(): Promise<{ text: string; at: number } | null> {
  const readable = await held('volume', 'READ_VOLUME');
  if (!readable.includes(VOLUME)) {
    return null;
  }
  const folder = ['Volumes', ...VOLUME.split('.')];
  const { contents } = await call<{ contents: { name: string; last_modified?: number; file_size?: number }[] }>(path([FILES, 'directories', ...folder]));
  const file = contents.find((one) => one.name === 'report.md');
  return file ? { text: await callText(path([FILES, 'files', ...folder, file.name])), at: file.last_modified ?? 0 } : null;
}

function Report() {
  const found = useQuery({ queryKey: ['quickstart-report'], queryFn: lastReport, staleTime: 60_000 });
  return (
    <Shown of={found} what="the quickstart’s report">
      {(report) => report === null ? (
        <p className="small">The quickstart, <code>deploy/boathouse quickstart</code>, makes tables, features, a model, an endpoint and a tool to look at, and leaves its report here.</p>
      ) : (
        <Section title="The last quickstart" actions={<span className="small" title={moment(report.at)}>{ago(report.at)}</span>}><Markdown text={report.text} level={2} /></Section>
      )}
    </Shown>
  );
}

export default function Home() {
  const me = useMe();
  const queries = useQuery({
    queryKey: ['history', 8],
    queryFn: () => call<{ res?: Entry[] }>(path(['api/2.0/sql/history/queries'], { max_results: 8 })),
  });
  const endpoints = useQuery({
    queryKey: ['endpoints'],
    queryFn: () => call<{ endpoints: Served[] }>(path(['api/2.0/serving-endpoints'])),
  });
  const tasks = useQuery({ queryKey: ['tasks', 8], queryFn: () => call<{ runs: Task[] }>(own(['runs'], { max_results: 8 })) });
  const experiments = useQuery({
    queryKey: ['experiments', 6],
    queryFn: () =>
      call<{ experiments?: Experiment[] }>(mlflow('experiments/search'), {
        body: { max_results: 6, order_by: ['last_update_time DESC'] },
      }),
  });
  return (
    <>
      <Head title="Home" note={`Signed in as ${me.userName}. What you see everywhere is what your rights let you see.`} />
      <div className="grid">
        <Section title="Recent statements" actions={<Link href="/sql">SQL editor</Link>}>
          <Shown of={queries} what="statements">
            {(found) =>
              (found.res ?? []).length === 0 ? (
                <Empty title="You have run nothing yet.">
                  Open the <Link href="/sql">SQL editor</Link> and try <code>SELECT 1</code>.
                </Empty>
              ) : (
                <ul className="list">
                  {(found.res ?? []).map((entry) => (
                    <Line key={entry.query_id} state={entry.status} at={entry.query_start_time_ms}>
                      <Link href={`/sql/history/${entry.query_id}`} className="mono">{entry.query_text}</Link>{' '}
                      <span className="small">{millis(entry.duration)}</span>
                    </Line>
                  ))}
                </ul>
              )
            }
          </Shown>
        </Section>
        <Section title="Endpoints" actions={<Link href="/endpoints">All endpoints</Link>}>
          <Shown of={endpoints} what="endpoints">
            {(found) =>
              found.endpoints.length === 0 ? (
                <Empty title="Nothing is served that you may query.">
                  Deploy a model: <code>deploy/boathouse deploy --help</code>.
                </Empty>
              ) : (
                <ul className="list">
                  {found.endpoints.slice(0, 8).map((endpoint) => (
                    <Line key={endpoint.name} state={endpoint.state.ready}>
                      <Link href={`/endpoints/${encodeURIComponent(endpoint.name)}`}>{endpoint.name}</Link>
                    </Line>
                  ))}
                </ul>
              )
            }
          </Shown>
        </Section>
        <Section title="Background runs" actions={<Link href="/system?tab=runs">All runs</Link>}>
          <Shown of={tasks} what="runs">
            {(found) =>
              found.runs.length === 0 ? (
                <Empty title="No training or publishing has run.">Train a model or publish features, and its run appears here.</Empty>
              ) : (
                <ul className="list">
                  {found.runs.map((task) => (
                    <Line key={task.run_id} state={task.state} at={task.created_at}>
                      {task.kind} {String(Object.values(task.parameters ?? {})[0] ?? '')}
                    </Line>
                  ))}
                </ul>
              )
            }
          </Shown>
        </Section>
        <Section title="Experiments" actions={<Link href="/experiments">All experiments</Link>}>
          <Shown of={experiments} what="experiments">
            {(found) =>
              (found.experiments ?? []).length === 0 ? (
                <Empty title="No experiment that you may read.">
                  Point an MLflow client at <code>{location.origin}</code> and log a run.
                </Empty>
              ) : (
                <ul className="list">
                  {(found.experiments ?? []).map((experiment) => (
                    <Line key={experiment.experiment_id} at={experiment.last_update_time}>
                      <Link href={`/experiments/${experiment.experiment_id}`}>{experiment.name}</Link>
                    </Line>
                  ))}
                </ul>
              )
            }
          </Shown>
        </Section>
      </div>
      <Suspense fallback={<Loading what="the quickstart’s report" />}><Report /></Suspense>
    </>
  );
}
