import { useQuery } from '@tanstack/react-query';
import { lazy, useState } from 'react';
import { Link, useParams } from 'wouter';
import { call, mlflow, path } from '../app/api';
import { bytes, figure, millis, moment } from '../app/format';
import { getRun, nameOf, tookMillis, type Pair, type Run as RunOf } from '../app/runs';
import { Empty, Facts, Head, Section, Shown, State } from '../ui/states';
import { Tabs } from '../ui/tabs';

const StepCharts = lazy(async () => ({ default: (await import('../ui/compare')).StepCharts }));
const Graph = lazy(() => import('../ui/graph'));

interface File { path: string; is_dir: boolean; file_size?: number }

function Artifacts({ run }: { run: string }) {
  const [folder, setFolder] = useState('');
  const found = useQuery({
    queryKey: ['artifacts', run, folder],
    queryFn: () => call<{ files?: File[] }>(mlflow('artifacts/list', { run_id: run, path: folder })),
  });
  return (
    <Section title={folder ? `Artifacts in ${folder}` : 'Artifacts'} actions={folder ? <button type="button" className="button tiny" onClick={() => setFolder(folder.split('/').slice(0, -1).join('/'))}>Up</button> : null}>
      <Shown of={found} what="artifacts">
        {({ files = [] }) => files.length === 0 ? <Empty title="This run left no files." /> : (
          <ul className="list">
            {files.map((file) => (
              <li key={file.path}>
                {file.is_dir ? (
                  <button type="button" className="button tiny" onClick={() => setFolder(file.path)}>{file.path}/</button>
                ) : (
                  <a href={path(['get-artifact'], { run_uuid: run, path: file.path })} download={file.path.split('/').pop()}>{file.path}</a>
                )}
                <span className="small end">{file.is_dir ? 'folder' : bytes(file.file_size)}</span>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Section>
  );
}

function Pairs({ title, of }: { title: string; of: Pair[] }) {
  return (
    <Section title={title}>
      {of.length === 0 ? <p className="small">None.</p> : (
        <ul className="list">{of.map((one) => <li key={one.key}><span>{one.key}</span><span className="mono end" style={{ overflowWrap: 'anywhere' }}>{one.value}</span></li>)}</ul>
      )}
    </Section>
  );
}

function Overview({ run }: { run: RunOf }) {
  return (
    <>
      <Section title="Run">
        <Facts of={[['State', <State key="s" of={run.info.status} />], ['By', run.info.user_id ?? '–'], ['Started', moment(run.info.start_time)], ['Took', millis(tookMillis(run))], ['Id', <code key="i">{run.info.run_id}</code>], ['Experiment', <Link key="e" href={`/experiments/${run.info.experiment_id}`}>{run.info.experiment_id}</Link>]]} />
      </Section>
      <StepCharts runs={[run]} />
      <div className="grid">
        <Pairs title="Metrics" of={(run.data.metrics ?? []).map((one) => ({ key: one.key, value: figure(one.value) }))} />
        <Pairs title="Parameters" of={run.data.params ?? []} />
        <Pairs title="Tags" of={(run.data.tags ?? []).filter((tag) => tag.value.length < 400)} />
        <Pairs title="Data it read" of={(run.inputs?.dataset_inputs ?? []).map(({ dataset }) => ({ key: dataset.name, value: dataset.digest }))} />
      </div>
    </>
  );
}

export default function Run() {
  const { id } = useParams<{ id: string }>();
  const found = useQuery({ queryKey: ['run', id], queryFn: () => getRun(id) });
  return (
    <Shown of={found} what="the run">
      {(run) => (
        <>
          <Head title={nameOf(run)} kind="run" crumbs={[['/experiments', 'Experiments'], [`/experiments/${run.info.experiment_id}`, `Experiment ${run.info.experiment_id}`]]} />
          <Tabs label="Run" tabs={[
            { id: 'overview', name: 'Overview', content: () => <Overview run={run} /> },
            { id: 'artifacts', name: 'Artifacts', content: () => <Artifacts run={id} /> },
            { id: 'lineage', name: 'Lineage', content: () => <Graph kind="RUN" name={id} /> },
          ]} />
        </>
      )}
    </Shown>
  );
}
