import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import { ApiError, call, path } from '../app/api';
import { Failure, Section, Shown, Snippet } from './states';
import { Fields, valuesOf, type Schema } from './fields';

interface OpenApi { paths?: Record<string, { post?: { requestBody?: { content?: Record<string, { schema?: { properties?: Record<string, { items?: Schema }> } }> } } }> }
interface Answer { body: unknown; id: string; millis: number }

function schemaOf(document: OpenApi): Schema {
  const post = Object.values(document.paths ?? {})[0]?.post;
  const body = post?.requestBody?.content?.['application/json']?.schema;
  return body?.properties?.['dataframe_records']?.items ?? { type: 'object', properties: {} };
}

async function predict(name: string, record: Record<string, unknown>): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(path(['serving-endpoints', name, 'invocations']), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Boathouse-Session': '1' },
    body: JSON.stringify({ dataframe_records: [record] }),
  });
  const id = response.headers.get('databricks-request-id') ?? response.headers.get('x-request-id') ?? '';
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (!response.ok) {
    throw new ApiError({ status: response.status, reason: String(body['error_code'] ?? response.status), message: String(body['message'] ?? 'The endpoint refused.'), requestId: id });
  }
  return { body, id, millis: Math.round(performance.now() - began) };
}

/** A form made from the model's signature. */
export function TryEndpoint({ name }: { name: string }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const schema = useQuery({ queryKey: ['endpoint-openapi', name], queryFn: async () => schemaOf(await call<OpenApi>(path(['api/2.0/serving-endpoints', name, 'openapi']))) });
  const asked = useMutation({ mutationFn: (record: Record<string, unknown>) => predict(name, record) });
  return (
    <Shown of={schema} what="the signature">
      {(found) => {
        const submit = (event: FormEvent): void => { event.preventDefault(); asked.mutate(valuesOf(found, values)); };
        return (
          <Section title="Ask it">
            <form className="form" onSubmit={submit}>
              <Fields schema={found} values={values} onChange={setValues} />
              <div><button type="submit" className="button first" disabled={asked.isPending}>Predict</button></div>
            </form>
            <div role="status" style={{ marginTop: 14 }}>
              {asked.data ? (
                <>
                  <Snippet title={`Answer in ${asked.data.millis} ms`} text={JSON.stringify(asked.data.body, null, 2)} />
                  {asked.data.id ? <Link className="button" href={`/predictions/${encodeURIComponent(asked.data.id)}`}>Why?</Link> : null}
                </>
              ) : null}
            </div>
            {asked.error ? <Failure error={asked.error} /> : null}
          </Section>
        );
      }}
    </Shown>
  );
}
