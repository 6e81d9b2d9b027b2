import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { call, own, path } from '../app/api';
import { ago, moment } from '../app/format';
import { isAdministrator, useMe } from '../app/session';
import { Badge, Copy, Empty, Failure, Head, Section, Shown } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { Explained } from './permissions';

interface Principal { id: string; userName?: string; displayName?: string; applicationId?: string; active?: boolean; groups?: { display: string }[]; members?: { display: string; value: string }[] }
interface Token { token_id: string; creation_time: number; expiry_time: number; comment?: string; last_used_time?: number; owner_username?: string }
interface Session { id: string; comment: string; created_at: string; last_used_at?: string; expires_at?: string; current: boolean }
interface Holder { principal: string; active: boolean; allowed: boolean; explanation: string[] }

const SCIM = 'api/2.0/preview/scim/v2';
const list = (kind: string): Promise<{ Resources?: Principal[] }> => call(path([SCIM, kind], { count: 500 }));

function People({ kind, title }: { kind: string; title: string }) {
  const found = useQuery({ queryKey: ['scim', kind], queryFn: () => list(kind) });
  return (
    <Section title={title}>
      <Shown of={found} what={title.toLowerCase()}>
        {({ Resources = [] }) => Resources.length === 0 ? <p className="small">None that you may see.</p> : (
          <ul className="list">
            {Resources.map((one) => (
              <li key={one.id}>
                <strong>{one.userName ?? one.displayName ?? one.applicationId}</strong>
                {one.active === false ? <Badge tone="bad">inactive</Badge> : null}
                <span className="small text">{(one.groups ?? one.members ?? []).map((other) => other.display).join(', ')}</span>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Section>
  );
}

const PRIVILEGES: Record<string, string[]> = {
  table: ['SELECT', 'MODIFY', 'MANAGE'],
  schema: ['USE_SCHEMA', 'CREATE_TABLE', 'MANAGE'],
  catalog: ['USE_CATALOG', 'CREATE_SCHEMA', 'MANAGE'],
  function: ['EXECUTE'],
  registered_model: ['EXECUTE', 'MANAGE'],
  serving_endpoint: ['CAN_QUERY', 'CAN_MANAGE'],
};

function Ask() {
  const me = useMe();
  const [type, setType] = useState('table');
  const [privilege, setPrivilege] = useState('SELECT');
  const [name, setName] = useState('');
  const [principal, setPrincipal] = useState('');
  const [asked, setAsked] = useState<{ type: string; privilege: string; name: string; principal: string } | null>(null);
  const submit = (event: FormEvent): void => { event.preventDefault(); setAsked({ type, privilege, name: name.trim(), principal: principal.trim() }); };
  return (
    <>
      <Section title="Ask about rights">
        <form className="bar" onSubmit={submit}>
          <label className="field"><span>Kind</span>
            <select value={type} onChange={(event) => { setType(event.target.value); setPrivilege(PRIVILEGES[event.target.value]?.[0] ?? ''); }}>
              {Object.keys(PRIVILEGES).map((one) => <option key={one} value={one}>{one.replaceAll('_', ' ')}</option>)}
            </select>
          </label>
          <label className="field grow"><span>Full name</span><input className="input" required value={name} placeholder="catalog.schema.table" onChange={(event) => setName(event.target.value)} /></label>
          <label className="field"><span>Privilege</span>
            <select value={privilege} onChange={(event) => setPrivilege(event.target.value)}>{(PRIVILEGES[type] ?? []).map((one) => <option key={one}>{one}</option>)}</select>
          </label>
          <label className="field"><span>Who (empty: me)</span><input className="input" placeholder={me.userName} value={principal} onChange={(event) => setPrincipal(event.target.value)} /></label>
          <button type="submit" className="button first">Explain</button>
        </form>
        {asked ? <Explained type={asked.type} name={asked.name} privilege={asked.privilege} {...(asked.principal ? { principal: asked.principal } : {})} /> : <p className="small">Why may somebody, or why were they refused? Administrators and owners may ask for others.</p>}
      </Section>
      {asked ? <Holders key={JSON.stringify(asked)} {...asked} /> : null}
      {asked && asked.type === 'table' && asked.principal ? <SeenBy key={asked.name + asked.principal} name={asked.name} principal={asked.principal} /> : null}
    </>
  );
}

function Holders({ type, name, privilege }: { type: string; name: string; privilege: string }) {
  const found = useQuery({ queryKey: ['holders', type, name, privilege], queryFn: () => call<{ holders: Holder[] }>(own(['permissions', type, name, 'holders'], { privilege, max_results: 200 })) });
  return (
    <Section title={`Who has ${privilege} on ${name}`}>
      <Shown of={found} what="who may">
        {({ holders }) => {
          const people = holders.filter((holder) => !holder.principal.startsWith('system:'));
          return people.length === 0 ? <p className="small">Nobody.</p> : (
            <ul className="list">{people.map((holder) => <li key={holder.principal}><strong>{holder.principal}</strong><span className="small">{holder.explanation.slice(1).join(' ')}</span></li>)}</ul>
          );
        }}
      </Shown>
    </Section>
  );
}

function SeenBy({ name, principal }: { name: string; principal: string }) {
  const found = useQuery({ queryKey: ['preview-as', name, principal], queryFn: () => call<{ allowed: boolean; columns: (string | { name: string })[]; rows: unknown[][] }>(own(['tables', name, 'preview'], { principal, limit: 20 })) });
  return (
    <Section title={`What ${principal} sees`}>
      <Shown of={found} what="the preview">
        {(preview) => !preview.allowed ? <p>{principal} may not read this table.</p> : (
          <div className="table-box" tabIndex={0} role="region" aria-label={`Rows as ${principal} sees them`}>
            <table className="table">
              <thead><tr>{preview.columns.map((column) => { const title = typeof column === 'string' ? column : column.name; return <th key={title} scope="col">{title}</th>; })}</tr></thead>
              <tbody>{preview.rows.map((row, index) => <tr key={index}>{row.map((cell, place) => <td key={place}>{cell === null ? <span className="null">NULL</span> : String(cell)}</td>)}</tr>)}</tbody>
            </table>
          </div>
        )}
      </Shown>
    </Section>
  );
}

function Tokens() {
  const queries = useQueryClient();
  const [comment, setComment] = useState('');
  const [days, setDays] = useState('90');
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: () => call<{ token_infos?: Token[] }>(path(['api/2.0/token/list'])) });
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => call<{ sessions: Session[] }>(own(['sessions'])) });
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['tokens'] });
  const made = useMutation({
    mutationFn: () => call<{ token_value: string }>(path(['api/2.0/token/create']), { body: { comment, lifetime_seconds: Math.round(Number(days) * 86_400) } }),
    onSuccess: refresh,
  });
  const gone = useMutation({ mutationFn: (id: string) => call(path(['api/2.0/token/delete']), { body: { token_id: id } }), onSuccess: refresh });
  const out = useMutation({ mutationFn: (id: string) => call(own(['sessions', id]), { method: 'DELETE' }), onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }) });
  const submit = (event: FormEvent): void => { event.preventDefault(); made.mutate(); };
  return (
    <>
      <Section title="Make a token">
        <form className="bar" onSubmit={submit}>
          <label className="field grow"><span>What it is for</span><input className="input" required value={comment} onChange={(event) => setComment(event.target.value)} /></label>
          <label className="field"><span>Days</span><input className="input" type="number" min="1" max="730" required value={days} onChange={(event) => setDays(event.target.value)} /></label>
          <button type="submit" className="button first" disabled={made.isPending}>Make</button>
        </form>
        {made.data ? <p role="status">Shown this once: <code>{made.data.token_value}</code> <Copy text={made.data.token_value} what="token" /></p> : null}
        {made.error ? <Failure error={made.error} /> : null}
      </Section>
      <Section title="My tokens">
        <Shown of={tokens} what="tokens">
          {({ token_infos = [] }) => token_infos.length === 0 ? <Empty title="You have no token." /> : (
            <ul className="list">
              {token_infos.map((token) => (
                <li key={token.token_id}>
                  <span className="text">{token.comment || 'no comment'}</span>
                  <span className="small">used {ago(token.last_used_time)} · until {token.expiry_time > 0 ? moment(token.expiry_time) : 'revoked'}</span>
                  <button type="button" className="button tiny" disabled={gone.isPending} aria-label={`Revoke ${token.comment ?? token.token_id}`} onClick={() => gone.mutate(token.token_id)}>Revoke</button>
                </li>
              ))}
            </ul>
          )}
        </Shown>
      </Section>
      <Section title="Where I am signed in">
        <Shown of={sessions} what="sessions">
          {(found) => (
            <ul className="list">
              {found.sessions.map((session) => (
                <li key={session.id}>
                  <span className="text">{session.comment} {session.current ? <Badge tone="good">here</Badge> : null}</span>
                  <span className="small">since {moment(session.created_at)}</span>
                  {session.current ? null : <button type="button" className="button tiny" aria-label={`Sign out the session since ${moment(session.created_at)}`} onClick={() => out.mutate(session.id)}>Sign out</button>}
                </li>
              ))}
            </ul>
          )}
        </Shown>
      </Section>
    </>
  );
}

export default function Access() {
  const me = useMe();
  const administrator = isAdministrator(me);
  return (
    <>
      <Head title="Access" note={administrator ? 'You are an administrator.' : 'Administrators make users and groups; you see what you may.'} />
      <Tabs label="Access" tabs={[
        { id: 'ask', name: 'Who may, and why', content: () => <Ask /> },
        { id: 'people', name: 'Users and groups', content: () => <div className="grid"><People kind="Users" title="Users" /><People kind="Groups" title="Groups" /><People kind="ServicePrincipals" title="Service principals" /></div> },
        { id: 'tokens', name: 'My tokens', content: () => <Tokens /> },
      ]} />
    </>
  );
}
