import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useSearchParams } from 'wouter';
import { ApiError, call, own, path } from '../app/api';
import { ago, moment } from '../app/format';
import { Fields, valuesOf, type Schema } from '../ui/fields';
import { Empty, Failure, Head, Section, Shown, Snippet, State } from '../ui/states';

interface Tool { name: string; title?: string; description?: string; inputSchema: Schema }
interface Reply<T> { result?: T; error?: { code: number; message: string } }
interface Outcome { content?: { type: string; text?: string }[]; structuredContent?: unknown; isError?: boolean }

async function rpc<T>(method: string, params: Record<string, unknown>): Promise<T> {
  const reply = await call<Reply<T>>(path(['mcp']), { body: { jsonrpc: '2.0', id: 1, method, params } });
  if (reply.error || !reply.result) {
    throw new ApiError({ status: 400, reason: `MCP ${reply.error?.code ?? ''}`, message: reply.error?.message ?? 'The server gave no result.', requestId: '' });
  }
  return reply.result;
}

async function tools(): Promise<Tool[]> {
  const found: Tool[] = [];
  let cursor: string | undefined;
  do {
    const page: { tools: Tool[]; nextCursor?: string } = await rpc('tools/list', cursor ? { cursor } : {});
    found.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor && found.length < 500);
  return found;
}

function One({ tool }: { tool: Tool }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const queries = useQueryClient();
  const asked = useMutation({
    mutationFn: () => rpc<Outcome>('tools/call', { name: tool.name, arguments: valuesOf(tool.inputSchema, values) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tool-calls'] }),
  });
  const submit = (event: FormEvent): void => { event.preventDefault(); asked.mutate(); };
  const answer = asked.data;
  return (
    <Section title={tool.name}>
      <p style={{ marginBottom: 12 }}>{tool.description}</p>
      <form className="form" onSubmit={submit}>
        <Fields schema={tool.inputSchema} values={values} onChange={setValues} />
        <div><button type="submit" className="button first" disabled={asked.isPending}>Call as me</button></div>
      </form>
      <div role="status" style={{ marginTop: 12 }}>
        {answer ? <Snippet title={answer.isError ? 'Refused' : 'Result'} text={answer.structuredContent ? JSON.stringify(answer.structuredContent, null, 2) : (answer.content ?? []).map((part) => part.text ?? '').join('\n')} /> : null}
      </div>
      {asked.error ? <Failure error={asked.error} /> : null}
      <details className="small"><summary>Schema</summary><Snippet title="Input schema" text={JSON.stringify(tool.inputSchema, null, 2)} /></details>
    </Section>
  );
}

interface Called { id: number; at: string; principal: string; decision: string; reason?: string; request_id: string; securable_name?: string; parameters?: Record<string, string> }

/** Who called which tool, and what was decided; others' calls are shown to administrators. */
function History() {
  const found = useQuery({ queryKey: ['tool-calls'], queryFn: () => call<{ records: Called[] }>(own(['audit'], { action: 'CALL_TOOL', max_results: 30 })) });
  return (
    <Section title="Calls">
      <Shown of={found} what="calls">
        {({ records }) => records.length === 0 ? <Empty title="No tool was called yet.">Each call leaves a line here, allowed or denied and why.</Empty> : (
          <ul className="list">
            {records.map((one) => (
              <li key={one.id}>
                <State of={one.decision} />
                <strong>{one.parameters?.['tool'] ?? one.securable_name ?? one.parameters?.['what'] ?? ''}</strong>
                <span className="small text">{one.reason}</span>
                <span className="small" title={moment(one.at)}>{ago(one.at)} by {one.principal}</span>
                <span className="small">request <code>{one.request_id.slice(0, 8)}</code></span>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Section>
  );
}

export default function Tools() {
  const [search, setSearch] = useSearchParams();
  const found = useQuery({ queryKey: ['tools'], queryFn: tools });
  return (
    <>
      <Head title="Agent tools" note="What an agent may call with your rights, and no other." />
      <Shown of={found} what="tools">
        {(listed) => {
          const chosen = listed.find((tool) => tool.name === search.get('tool')) ?? listed[0];
          return listed.length === 0 || !chosen ? <Empty title="There is no tool that you may call.">Functions you may execute and endpoints you may query become tools.</Empty> : (
            <div className="split">
              <nav className="tree" aria-label="Tools">
                <ul>
                  {listed.map((tool) => (
                    <li key={tool.name}>
                      <div className="row">
                        <a href={`?tool=${encodeURIComponent(tool.name)}`} aria-current={tool === chosen ? 'page' : undefined} onClick={(event) => { event.preventDefault(); setSearch({ tool: tool.name }); }}>{tool.name}</a>
                      </div>
                    </li>
                  ))}
                </ul>
              </nav>
              <div>
                <One key={chosen.name} tool={chosen} />
                <History />
                <Section title="Give them to an agent">
                  <Snippet title="MCP configuration" text={JSON.stringify({ mcpServers: { boathouse: { type: 'http', url: `${location.origin}/mcp`, headers: { Authorization: 'Bearer YOUR_TOKEN' } } } }, null, 2)} />
                </Section>
              </div>
            </div>
          );
        }}
      </Shown>
    </>
  );
}
