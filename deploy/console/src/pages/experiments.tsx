import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { lazy, useEffect, useMemo, useState, type FormEvent } from 'react';
import { Link, useParams, useSearchParams } from 'wouter';
import { call, mlflow } from '../app/api';
import { ago, count, figure, millis, moment } from '../app/format';
import { keysOf, metric, MOST_RUNS, nameOf, param, searchRuns, tookMillis, type Run } from '../app/runs';
import { Empty, Head, Section, Shown, State } from '../ui/states';
import { DataTable } from '../ui/table';

const Compare = lazy(() => import('../ui/compare'));

interface Experiment { experiment_id: string; name: string; creation_time: number; last_update_time: number; artifact_location: string }

function List() {
  const found = useQuery({
    queryKey: ['experiments'],
    queryFn: () => call<{ experiments?: Experiment[] }>(mlflow('experiments/search'), { body: { max_results: 1000, order_by: ['last_update_time DESC'] } }),
  });
  return (
    <>
      <Head title="Experiments" note="Runs of training, with their parameters, metrics and artifacts." />
      <Section title="Experiments">
        <Shown of={found} what="experiments">
          {({ experiments = [] }) =>
            experiments.length === 0 ? (
              <Empty title="No experiment that you may read.">
                <code>mlflow.set_tracking_uri(&quot;{location.origin}&quot;)</code>, then log a run; or train with <code>deploy/boathouse train</code>.
              </Empty>
            ) : (
              <ul className="list">
                {experiments.map((one) => (
                  <li key={one.experiment_id}>
                    <Link className="text" href={`/experiments/${one.experiment_id}`}>{one.name}</Link>
                    <span className="small end" title={moment(one.last_update_time)}>changed {ago(one.last_update_time)}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </Section>
    </>
  );
}

function Runs({ runs, picked, pick }: { runs: Run[]; picked: string[]; pick: (id: string) => void }) {
  const metrics = useMemo(() => keysOf(runs, 'metrics'), [runs]);
  const params = useMemo(() => keysOf(runs, 'params'), [runs]);
  const [shown, setShown] = useState<string[] | null>(null);
  const chosen = useMemo(
    () => shown ?? [...metrics.slice(0, 4).map((key) => `m ${key}`), ...params.slice(0, 3).map((key) => `p ${key}`)],
    [shown, metrics, params],
  );
  const columns = useMemo<ColumnDef<Run, unknown>[]>(
    () => [
      {
        id: 'pick', header: () => <span className="hidden">Compare</span>, enableSorting: false,
        cell: ({ row }) => (
          <input type="checkbox" aria-label={`Compare ${nameOf(row.original)}`} checked={picked.includes(row.original.info.run_id)} onChange={() => pick(row.original.info.run_id)} />
        ),
      },
      { id: 'name', header: 'Run', accessorFn: nameOf, cell: ({ row }) => <Link href={`/runs/${row.original.info.run_id}`}>{nameOf(row.original)}</Link> },
      { id: 'status', header: 'State', accessorFn: (run) => run.info.status, cell: ({ row }) => <State of={row.original.info.status} /> },
      { id: 'start', header: 'Started', accessorFn: (run) => run.info.start_time, cell: ({ row }) => <span title={moment(row.original.info.start_time)}>{ago(row.original.info.start_time)}</span> },
      { id: 'took', header: 'Took', accessorFn: (run) => tookMillis(run) ?? -1, cell: ({ row }) => millis(tookMillis(row.original)) },
      ...chosen.map((one): ColumnDef<Run, unknown> => {
        const key = one.slice(2);
        return one.startsWith('m ')
          ? { id: one, header: key, accessorFn: (run) => metric(run, key), sortUndefined: 'last', cell: ({ row }) => <div className="number">{figure(metric(row.original, key))}</div> }
          : { id: one, header: key, accessorFn: (run) => param(run, key) ?? '', cell: ({ row }) => param(row.original, key) ?? '–' };
      }),
    ],
    [chosen, picked, pick],
  );
  const toggle = (one: string): void => setShown(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
  return (
    <>
      <details className="small">
        <summary>Columns ({chosen.length} of {metrics.length + params.length})</summary>
        <div className="bar">
          {[...metrics.map((key) => `m ${key}`), ...params.map((key) => `p ${key}`)].map((one) => (
            <label key={one}><input type="checkbox" checked={chosen.includes(one)} onChange={() => toggle(one)} /> {one.slice(2)}</label>
          ))}
        </div>
      </details>
      <DataTable label="Runs" columns={columns} rows={runs} tall />
    </>
  );
}

function One({ id }: { id: string }) {
  const [search, setSearch] = useSearchParams();
  const filter = search.get('filter') ?? '';
  const picked = useMemo(() => (search.get('compare') ?? '').split(',').filter(Boolean), [search]);
  const [words, setWords] = useState(filter);
  const experiment = useQuery({
    queryKey: ['experiment', id],
    queryFn: async () =>
      (await call<{ experiment: Experiment }>(/^\d+$/.test(id) ? mlflow('experiments/get', { experiment_id: id }) : mlflow('experiments/get-by-name', { experiment_name: id }))).experiment,
  });
  const number = experiment.data?.experiment_id;
  // The first page is shown while the others come, up to what a browser holds with ease.
  const pages = useInfiniteQuery({
    queryKey: ['runs', number, filter],
    queryFn: ({ pageParam }) => searchRuns(number ?? '', filter, pageParam),
    initialPageParam: '',
    getNextPageParam: (last, every) => (every.length * 1000 < MOST_RUNS ? last.next_page_token || undefined : undefined),
    enabled: number !== undefined,
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) {
      void fetchNextPage();
    }
  }, [data, hasNextPage, isFetching, isError, fetchNextPage]);
  const found = useMemo(() => data?.pages.flatMap((page) => page.runs ?? []), [data]);
  const runs = { data: found, error: pages.error, refetch: pages.refetch };
  const more = hasNextPage || (data?.pages.at(-1)?.next_page_token ?? '') !== '';
  const change = (key: string, value: string): void =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      if (value) { after.set(key, value); } else { after.delete(key); }
      return after;
    }, { replace: true });
  const pick = useMemo(
    () => (run: string): void => change('compare', (picked.includes(run) ? picked.filter((one) => one !== run) : [...picked, run]).slice(-10).join(',')),
    [picked],
  );
  const submit = (event: FormEvent): void => { event.preventDefault(); change('filter', words.trim()); };
  const compared = (runs.data ?? []).filter((run) => picked.includes(run.info.run_id));
  return (
    <Shown of={experiment} what="the experiment">
      {(one) => (
        <>
          <Head title={one.name} kind="experiment" crumbs={[['/experiments', 'Experiments']]} note={`Made ${moment(one.creation_time)}`} />
          <form className="bar" onSubmit={submit}>
            <label className="field grow">
              <span>Filter, in MLflow’s words</span>
              <input className="input mono" placeholder={'metrics.auc > 0.7 and params.depth = "6"'} value={words} onChange={(event) => setWords(event.target.value)} />
            </label>
            <button type="submit" className="button first">Search</button>
            {picked.length > 0 ? <button type="button" className="button" onClick={() => change('compare', '')}>Compare none</button> : null}
          </form>
          {compared.length > 0 ? <Compare runs={compared} /> : null}
          <Shown of={runs} what="runs">
            {(found) => found.length === 0 ? (
              <Empty title={filter ? 'No run fits this filter.' : 'No run yet.'}>{filter ? 'Metrics compare with numbers, parameters and tags with quoted text.' : 'Log one with any MLflow client.'}</Empty>
            ) : (
              <>
                <p className="small" role="status">{more ? (hasNextPage ? `${count(found.length)} runs so far…` : `The newest ${count(found.length)} runs. Filter to see others.`) : `${count(found.length)} runs. Tick runs to compare them.`}</p>
                <Runs runs={found} picked={picked} pick={pick} />
              </>
            )}
          </Shown>
        </>
      )}
    </Shown>
  );
}

export default function Experiments() {
  const { id } = useParams<{ id?: string }>();
  return id ? <One key={id} id={decodeURIComponent(id)} /> : <List />;
}
