import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { lazy, useMemo, useState } from 'react';
import { call, callText, own, path } from '../app/api';
import { ago, count, millis, moment, shown } from '../app/format';
import { Badge, Empty, Facts, Failure, Head, Section, Shown, State } from '../ui/states';
import { DataTable } from '../ui/table';
import { Tabs } from '../ui/tabs';

const Configuration = lazy(() => import('../ui/configuration'));
const Handbook = lazy(() => import('../ui/handbook'));

interface Task { run_id: string; kind: string; state: string; attempt: number; submitter: string; parameters?: Record<string, unknown>; progress?: { done: number; total: number; phase?: string }; result?: Record<string, unknown>; error?: unknown; created_at: number; started_at?: number; ended_at?: number }
interface Endpoint { method: string; path: string; operation_id: string; permission: string }

function Health() {
  const health = useQuery({ queryKey: ['health'], queryFn: () => callText('/health') });
  const ready = useQuery({ queryKey: ['ready'], queryFn: () => callText('/readyz') });
  const warehouses = useQuery({ queryKey: ['warehouses'], queryFn: () => call<{ warehouses?: { id: string; name: string; state: string; cluster_size?: string; num_active_sessions?: number }[] }>(path(['api/2.0/sql/warehouses'])) });
  return (
    <>
      <Section title="Health">
        <Facts of={[['Server', health.data ? <Badge key="h" tone="good">{health.data.slice(0, 80)}</Badge> : '…'], ['Ready', ready.data !== undefined ? <Badge key="r" tone="good">{ready.data.slice(0, 80) || 'yes'}</Badge> : ready.error ? <Badge key="r" tone="bad">no</Badge> : '…'], ['Address', location.origin]]} />
      </Section>
      <Section title="Warehouses">
        <Shown of={warehouses} what="warehouses">
          {({ warehouses: found = [] }) => found.length === 0 ? <p className="small">None that you may use.</p> : (
            <ul className="list">{found.map((one) => <li key={one.id}><State of={one.state} /><strong>{one.name}</strong><span className="small end">{one.cluster_size}</span></li>)}</ul>
          )}
        </Shown>
      </Section>
    </>
  );
}

function Bars({ tasks }: { tasks: Task[] }) {
  const from = Math.min(...tasks.map((task) => task.created_at));
  const until = Math.max(...tasks.map((task) => task.ended_at ?? Date.now()));
  const span = Math.max(1, until - from);
  const share = (at: number): number => ((at - from) / span) * 100;
  return (
    <svg viewBox={`0 0 100 ${tasks.length * 3}`} preserveAspectRatio="none" width="100%" height={tasks.length * 14} role="img" aria-label={`When the runs waited and worked, from ${moment(from)} to ${moment(until)}`}>
      {tasks.map((task, row) => {
        const start = task.started_at ?? task.created_at;
        const end = task.ended_at ?? Date.now();
        return (
          <g key={task.run_id}>
            <title>{`${task.kind} ${task.state}`}</title>
            <rect x={share(task.created_at)} y={row * 3 + 1} width={Math.max(0.3, share(start) - share(task.created_at))} height="1.2" fill="var(--line)" />
            <rect x={share(start)} y={row * 3 + 0.6} width={Math.max(0.6, share(end) - share(start))} height="2" fill={task.state === 'SUCCEEDED' ? 'var(--good)' : task.state === 'FAILED' ? 'var(--bad)' : 'var(--busy)'} />
          </g>
        );
      })}
    </svg>
  );
}

function Tasks() {
  const queries = useQueryClient();
  const found = useQuery({ queryKey: ['tasks', 100], queryFn: () => call<{ runs: Task[] }>(own(['runs'], { max_results: 100 })), refetchInterval: 4000 });
  const stop = useMutation({ mutationFn: (id: string) => call(own(['runs', id, 'cancel']), { method: 'POST', body: {} }), onSuccess: () => queries.invalidateQueries({ queryKey: ['tasks'] }) });
  return (
    <Shown of={found} what="runs">
      {({ runs }) => runs.length === 0 ? <Empty title="Nothing has run in the background.">Training and publishing features run here; each leaves a line.</Empty> : (
        <>
          <Section title="When"><Bars tasks={runs} /></Section>
          <Section title="Runs">
            {stop.error ? <Failure error={stop.error} /> : null}
            <ul className="list">
              {runs.map((task) => (
                <li key={task.run_id}>
                  <State of={task.state} /><strong>{task.kind}</strong>
                  <span className="text small">{Object.entries(task.parameters ?? {}).map(([key, value]) => `${key}: ${shown(value)}`).join(', ')}</span>
                  <span className="small" title={moment(task.created_at)}>{ago(task.created_at)} by {task.submitter}{task.ended_at && task.started_at ? `, ${millis(task.ended_at - task.started_at)}` : ''}</span>
                  {task.progress && task.progress.total > 0 && !task.ended_at ? <span className="small">{count(task.progress.done)} of {count(task.progress.total)}</span> : null}
                  {task.ended_at ? null : <button type="button" className="button tiny" aria-label={`Cancel ${task.kind} ${task.run_id}`} onClick={() => stop.mutate(task.run_id)}>Cancel</button>}
                  {task.error ? <span className="small" style={{ flexBasis: '100%' }}>{shown(task.error)}</span> : null}
                </li>
              ))}
            </ul>
          </Section>
        </>
      )}
    </Shown>
  );
}

function Reference() {
  const [words, setWords] = useState('');
  const found = useQuery({ queryKey: ['api'], queryFn: () => call<{ endpoints: Endpoint[] }>(own(['endpoints'])), staleTime: Infinity });
  const columns = useMemo<ColumnDef<Endpoint, unknown>[]>(() => [
    { header: 'Method', accessorKey: 'method' },
    { header: 'Path', accessorKey: 'path', cell: ({ row }) => <code>{row.original.path}</code> },
    { header: 'Operation', accessorKey: 'operation_id' },
    { header: 'Needs', accessorKey: 'permission' },
  ], []);
  return (
    <>
      <div className="bar"><label className="field grow"><span>Search operations</span><input className="input" value={words} onChange={(event) => setWords(event.target.value)} /></label></div>
      <Shown of={found} what="the API">
        {({ endpoints }) => {
          const fitting = endpoints.filter((one) => `${one.method} ${one.path} ${one.operation_id} ${one.permission}`.toLowerCase().includes(words.trim().toLowerCase()));
          return <><p className="small" role="status">{count(fitting.length)} operations</p><DataTable label="Operations" columns={columns} rows={fitting} tall /></>;
        }}
      </Shown>
    </>
  );
}

export default function System() {
  return (
    <>
      <Head title="System" />
      <Tabs label="System" tabs={[
        { id: 'health', name: 'Health', content: () => <Health /> },
        { id: 'runs', name: 'Background runs', content: () => <Tasks /> },
        { id: 'configuration', name: 'Configuration', content: () => <Configuration /> },
        { id: 'api', name: 'API reference', content: () => <Reference /> },
        { id: 'handbook', name: 'Handbook', content: () => <Handbook /> },
      ]} />
    </>
  );
}
