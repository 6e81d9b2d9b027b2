import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, useState, type FormEvent } from 'react';
import { Link, useParams } from 'wouter';
import { all, call, uc } from '../app/api';
import { moment } from '../app/format';
import { Badge, Empty, Facts, Failure, Head, Section, Shown, Snippet, State } from '../ui/states';
import { Deploy, DeployRights } from '../ui/deploy';
import { Permitted } from '../ui/permitted';
import { Tabs } from '../ui/tabs';
import { CompareVersions, type Version as VersionOf } from '../ui/versions';
import { NamesList, type Named } from './catalog';
import { Permissions } from './permissions';

const Graph = lazy(() => import('../ui/graph'));

interface Alias { alias_name: string; version_num: number }
interface Model extends Named { full_name: string; catalog_name: string; schema_name: string; aliases?: Alias[] }
interface Version extends VersionOf { aliases?: Alias[] }

function List() {
  const found = useQuery({
    queryKey: ['models'],
    queryFn: () => all<{ registered_models?: Model[]; next_page_token?: string }, Model>((token) => uc(['models'], { page_token: token }), (page) => page.registered_models),
  });
  return (
    <>
      <Head title="Models" note="Registered models, their versions and aliases." />
      <Section title="Models">
        <Shown of={found} what="models">
          {(models) => (
            <NamesList
              of={models.map((model) => ({ ...model, name: model.full_name }))}
              prefix=""
              page="MODEL"
              none={<Empty title="No model that you may use.">Log a model in a run and register it: <code>mlflow.register_model(&quot;runs:/…/model&quot;, &quot;main.default.mine&quot;)</code>.</Empty>}
            />
          )}
        </Shown>
      </Section>
    </>
  );
}

function SetAlias({ name, versions }: { name: string; versions: Version[] }) {
  const queries = useQueryClient();
  const [alias, setAlias] = useState('champion');
  const [version, setVersion] = useState(versions[0]?.version ?? 1);
  const change = useMutation({
    mutationFn: () => call(uc(['models', name, 'aliases', alias]), { method: 'PUT', body: { version_num: version } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['model', name] }),
  });
  const submit = (event: FormEvent): void => { event.preventDefault(); change.mutate(); };
  return (
    <form className="bar" onSubmit={submit}>
      <label className="field"><span>Alias</span><input className="input" required value={alias} onChange={(event) => setAlias(event.target.value)} /></label>
      <label className="field"><span>Version</span>
        <select value={version} onChange={(event) => setVersion(Number(event.target.value))}>{versions.map((one) => <option key={one.version}>{one.version}</option>)}</select>
      </label>
      <button type="submit" className="button" disabled={change.isPending}>Set</button>
      {change.error ? <Failure error={change.error} /> : null}
    </form>
  );
}

function Versions({ name, aliases }: { name: string; aliases: Alias[] }) {
  const found = useQuery({
    queryKey: ['model', name, 'versions'],
    queryFn: () => all<{ model_versions?: Version[]; next_page_token?: string }, Version>((token) => uc(['models', name, 'versions'], { page_token: token }), (page) => page.model_versions),
  });
  return (
    <Shown of={found} what="versions">
      {(listed) => {
        const versions = [...listed].sort((a, b) => b.version - a.version);
        return versions.length === 0 ? <Empty title="No version yet.">Register one from a run’s artifacts.</Empty> : (
          <>
            {versions.some((version) => version.status === 'READY') ? <DeployRights model={name} /> : null}
            {versions.map((version) => (
              <Section key={version.version} title={`Version ${version.version}`} actions={
                <span>{[...aliases, ...(version.aliases ?? [])].filter((alias, index, every) => alias.version_num === version.version && every.findIndex((other) => other.alias_name === alias.alias_name) === index).map((alias) => <Badge key={alias.alias_name} tone="good">@{alias.alias_name}</Badge>)} <State of={version.status} /> {version.status === 'READY' ? <Deploy model={name} version={version.version} /> : null}</span>
              }>
                <Facts of={[['Made', `${moment(version.created_at)} by ${version.created_by}`], ['Run', version.run_id ? <Link key="r" href={`/runs/${version.run_id}`}>{version.run_id.slice(0, 12)}…</Link> : '–'], ['Source', version.source ?? '–'], ['Comment', version.comment ?? '–']]} />
              </Section>
            ))}
            {versions.length > 1 ? <CompareVersions model={name} versions={versions} /> : null}
            <Section title="Name a version">
              <Permitted type="registered_model" name={name} privilege="MODIFY"><SetAlias name={name} versions={versions} /></Permitted>
            </Section>
          </>
        );
      }}
    </Shown>
  );
}

function One({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['model', name], queryFn: () => call<Model>(uc(['models', name], { include_aliases: true })) });
  return (
    <Shown of={found} what="the model">
      {(model) => (
        <>
          <Head title={name} kind="model" crumbs={[['/models', 'Models']]} note={model.comment} />
          <Tabs label="Model" tabs={[
            { id: 'versions', name: 'Versions', content: () => <Versions name={name} aliases={model.aliases ?? []} /> },
            { id: 'lineage', name: 'Lineage', content: () => <Graph kind="MODEL_VERSION" name={name} /> },
            { id: 'permissions', name: 'Permissions', content: () => <Permissions type="registered_model" name={name} /> },
            {
              id: 'use', name: 'Use it', content: () => (
                <Section title="Load or deploy it">
                  <Snippet title="MLflow" text={`mlflow.set_tracking_uri("${location.origin}")\nmlflow.set_registry_uri("${location.origin}")\nmodel = mlflow.pyfunc.load_model("models:/${name}/1")`} />
                  <Snippet title="Shell" text={`deploy/boathouse deploy --help`} />
                </Section>
              ),
            },
          ]} />
        </>
      )}
    </Shown>
  );
}

export default function Models() {
  const { name } = useParams<{ name?: string }>();
  return name ? <One key={name} name={decodeURIComponent(name)} /> : <List />;
}
