import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { call, callText, path } from '../app/api';
import { count, figure, moment } from '../app/format';
import { Badge, Empty, Facts, Head, Section, Shown, Snippet, State } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { TryEndpoint } from '../ui/try-endpoint';

interface Entity { name: string; entity_name: string; entity_version: string; state?: { deployment: string; deployment_state_message?: string } }
interface Endpoint {
  id: string; name: string; creator: string; creation_timestamp: number; last_updated_timestamp: number;
  state: { ready: string; config_update: string };
  config?: { config_version: number; served_entities?: Entity[]; traffic_config?: { routes: { served_entity_name?: string; served_model_name?: string; traffic_percentage: number }[] }; auto_capture_config?: { catalog_name: string; schema_name: string; table_name_prefix: string; state?: { payload_table?: { name: string } } } };
}

const EP = 'api/2.0/serving-endpoints';

function List() {
  const found = useQuery({ queryKey: ['endpoints'], queryFn: () => call<{ endpoints: Endpoint[] }>(path([EP])) });
  return (
    <>
      <Head title="Endpoints" note="Models behind an address that answers." />
      <Section title="Endpoints">
        <Shown of={found} what="endpoints">
          {({ endpoints }) => endpoints.length === 0 ? <Empty title="Nothing is served that you may query."><code>deploy/boathouse deploy</code> puts a model version behind an endpoint.</Empty> : (
            <ul className="list">
              {endpoints.map((one) => (
                <li key={one.id}>
                  <State of={one.state.ready} />
                  <Link className="text" href={`/endpoints/${encodeURIComponent(one.name)}`}>{one.name}</Link>
                  <span className="small end">{one.creator} · changed {moment(one.last_updated_timestamp)}</span>
                </li>
              ))}
            </ul>
          )}
        </Shown>
      </Section>
    </>
  );
}

interface Sample { name: string; phase: string; limit: number; value: number }

function samples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line);
    const labels = match?.[2] ?? '';
    const limit = /le="([^"]*)"/.exec(labels)?.[1] ?? '';
    return match
      ? [{ name: match[1] ?? '', phase: /phase="([^"]*)"/.exec(labels)?.[1] ?? '', limit: limit === '+Inf' ? Infinity : Number(limit), value: Number(match[3]) }]
      : [];
  });
}

/** The least bucket's limit that this share of the requests fits under. */
function percentile(buckets: Sample[], share: number): string {
  const sorted = [...buckets].sort((a, b) => a.limit - b.limit);
  const total = sorted[sorted.length - 1]?.value ?? 0;
  const found = sorted.find((bucket) => bucket.value >= total * share);
  const most = sorted.filter((bucket) => Number.isFinite(bucket.limit)).pop();
  return total === 0 || !found ? '–' : Number.isFinite(found.limit) ? `≤ ${figure(found.limit)} ms` : `> ${figure(most?.limit)} ms`;
}

function Latencies({ of }: { of: Sample[] }) {
  const phases = [...new Set(of.filter((sample) => sample.name.includes('latency_ms')).map((sample) => sample.phase))];
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label="Latency by phase">
      <table className="table">
        <thead><tr>{['Phase', 'Requests', 'Mean', '50 %', '95 %', '99 %'].map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>
          {phases.map((phase) => {
            const own = of.filter((sample) => sample.phase === phase && sample.name.includes('latency_ms'));
            const sum = own.find((sample) => sample.name.endsWith('_sum'))?.value ?? 0;
            const requests = own.find((sample) => sample.name.endsWith('_count'))?.value ?? 0;
            const buckets = own.filter((sample) => sample.name.endsWith('_bucket'));
            return (
              <tr key={phase}>
                <td>{phase || 'all of it'}</td><td>{count(requests)}</td><td>{requests === 0 ? '–' : `${figure(sum / requests)} ms`}</td>
                {[0.5, 0.95, 0.99].map((share) => <td key={share}>{percentile(buckets, share)}</td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Metrics({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['endpoint-metrics', name], queryFn: () => callText(path([EP, name, 'metrics'])), refetchInterval: 5000 });
  return (
    <Section title="Since the server started">
      <Shown of={found} what="metrics">
        {(text) => {
          const read = samples(text);
          const single = read.filter((sample) => !sample.name.includes('latency_ms'));
          return read.length === 0 ? <Empty title="It has answered nothing yet." /> : (
            <>
              <Facts of={single.map((sample): [string, string] => [sample.name.replace(/_total$/, '').replaceAll('_', ' '), figure(sample.value)])} />
              <h3 className="spaced">Latency by phase</h3>
              <Latencies of={read} />
            </>
          );
        }}
      </Shown>
    </Section>
  );
}

function Overview({ endpoint }: { endpoint: Endpoint }) {
  const routes = endpoint.config?.traffic_config?.routes ?? [];
  const capture = endpoint.config?.auto_capture_config;
  const table = capture ? `${capture.catalog_name}.${capture.schema_name}.${capture.state?.payload_table?.name ?? `${capture.table_name_prefix}_payload`}` : '';
  return (
    <>
      <Section title="What it serves">
        <ul className="list">
          {(endpoint.config?.served_entities ?? []).map((entity) => {
            const share = routes.find((route) => (route.served_entity_name ?? route.served_model_name) === entity.name)?.traffic_percentage ?? 0;
            return (
              <li key={entity.name}>
                <strong>{entity.name}</strong>
                <Link href={`/models/${encodeURIComponent(entity.entity_name)}`}>{entity.entity_name} version {entity.entity_version}</Link>
                {entity.state ? <State of={entity.state.deployment} /> : null}
                <span className="small">{entity.state?.deployment_state_message}</span>
                <span className="end small"><span className="meter" aria-hidden="true"><span style={{ width: `${share}%` }} /></span>{share} % of requests</span>
              </li>
            );
          })}
        </ul>
      </Section>
      {table ? (
        <Section title="Inference table">
          <p>Requests and answers are kept in <Link href={`/catalog/${encodeURIComponent(table)}`}>{table}</Link>. Each has an id; its page says why it came out as it did.</p>
        </Section>
      ) : null}
      <Metrics name={endpoint.name} />
    </>
  );
}

function One({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['endpoint', name], queryFn: () => call<Endpoint>(path([EP, name])), refetchInterval: ({ state }) => state.data && state.data.state.ready !== 'READY' ? 1000 : false });
  return (
    <Shown of={found} what="the endpoint">
      {(endpoint) => (
        <>
          <Head title={name} kind="endpoint" crumbs={[['/endpoints', 'Endpoints']]} note={<>Made {moment(endpoint.creation_timestamp)} by {endpoint.creator}</>}>
            <State of={endpoint.state.ready} />
            {endpoint.state.config_update === 'NOT_UPDATING' ? null : <Badge tone="busy">{endpoint.state.config_update}</Badge>}
            <Link className="button" href={`/lineage?kind=ENDPOINT&name=${encodeURIComponent(name)}`}>Lineage</Link>
          </Head>
          <Tabs label="Endpoint" tabs={[
            { id: 'overview', name: 'Overview', content: () => <Overview endpoint={endpoint} /> },
            { id: 'try', name: 'Try it', content: () => <TryEndpoint name={name} /> },
            {
              id: 'use', name: 'Call it', content: () => (
                <Section title="Call it">
                  <Snippet title="HTTP" text={`curl -s ${location.origin}/serving-endpoints/${name}/invocations -H "Authorization: Bearer $TOKEN" \\\n  -H 'Content-Type: application/json' -d '{"dataframe_records": [{}]}'`} />
                  <Snippet title="MLflow" text={`client = mlflow.deployments.get_deploy_client("databricks")\nclient.predict(endpoint="${name}", inputs={"dataframe_records": [{}]})`} />
                </Section>
              ),
            },
          ]} />
        </>
      )}
    </Shown>
  );
}

export default function Endpoints() {
  const { name } = useParams<{ name?: string }>();
  return name ? <One key={name} name={decodeURIComponent(name)} /> : <List />;
}
