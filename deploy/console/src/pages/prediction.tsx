import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { call, own } from '../app/api';
import { moment, shown } from '../app/format';
import { pageOf } from '../ui/names';
import { Facts, Head, Section, Shown, Snippet } from '../ui/states';

interface Step { type: string; name: string; version?: number; how?: string; at?: string; by?: string; detail?: Record<string, unknown> }
interface Why {
  prediction: { prediction_id: string; request_time: string; status_code: string; execution_duration_ms: unknown; endpoint: string; model: string; model_version: string; run_id?: string; requester: string; features?: { columns: string[]; data: unknown[][] }; request?: unknown; response?: unknown };
  steps: Step[];
  complete: boolean;
}

const LINKED = /^(ENDPOINT|MODEL_VERSION|RUN|TABLE|FEATURE_TABLE)$/;

export default function Prediction() {
  const { id } = useParams<{ id: string }>();
  const found = useQuery({ queryKey: ['why', id], queryFn: () => call<Why>(own(['predictions', id, 'why'])), retry: 3, retryDelay: 1500 });
  return (
    <>
      <Head title="Why this prediction" kind="prediction" crumbs={[['/endpoints', 'Endpoints']]} note={<code>{id}</code>} />
      <Shown of={found} what="the trail; a fresh prediction takes some seconds to be kept">
        {({ prediction, steps, complete }) => (
          <>
            <Section title="What was asked and answered">
              <Facts of={[['When', moment(prediction.request_time)], ['By', prediction.requester], ['Endpoint', <Link key="e" href={`/endpoints/${encodeURIComponent(prediction.endpoint)}`}>{prediction.endpoint}</Link>], ['Model', `${prediction.model} version ${prediction.model_version}`], ['Took', `${shown(prediction.execution_duration_ms)} ms`], ['Status', prediction.status_code]]} />
            </Section>
            <div className="grid">
              <Section title="Request"><Snippet title="Request" text={JSON.stringify(prediction.request, null, 2) ?? '–'} /></Section>
              <Section title="Answer"><Snippet title="Answer" text={JSON.stringify(prediction.response, null, 2) ?? '–'} /></Section>
            </div>
              {prediction.features ? (
                <Section title="Features it saw">
                  <ul className="list columns">{prediction.features.columns.map((column, index) => <li key={column}><span>{column}</span><span className="mono end">{shown(prediction.features?.data[0]?.[index])}</span></li>)}</ul>
                </Section>
              ) : null}
            <Section title="Where it comes from">
              <ol className="trail">
                {steps.map((step, index) => (
                  <li key={index}>
                    <strong>{step.type.toLowerCase().replaceAll('_', ' ')}</strong>{' '}
                    {LINKED.test(step.type) ? <Link href={pageOf(step.type, step.name)}>{step.name}</Link> : <span className="mono" style={{ overflowWrap: 'anywhere' }}>{step.name}</span>}
                    {step.version === undefined ? null : ` version ${step.version}`}
                    <div className="small">{[step.how?.toLowerCase(), step.by ? `by ${step.by}` : '', step.at ? moment(step.at) : ''].filter(Boolean).join(', ')}</div>
                    <div className="small">{Object.entries(step.detail ?? {}).map(([key, value]) => `${key}: ${shown(value)}`).join(', ')}</div>
                  </li>
                ))}
              </ol>
              {complete ? null : <p className="small">There is more that you may not see, or too much to show.</p>}
            </Section>
          </>
        )}
      </Shown>
    </>
  );
}
