import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError, call, own, uc } from '../app/api';
import { Empty, Failure, Section, Shown } from '../ui/states';

interface Effective { principal: string; privileges: { privilege: string; inherited_from_type?: string; inherited_from_name?: string }[] }
interface Direct { principal: string; privileges: string[] }

const GRANTABLE: Record<string, string[]> = {
  catalog: ['USE CATALOG', 'USE SCHEMA', 'SELECT', 'MODIFY', 'CREATE SCHEMA', 'CREATE TABLE', 'BROWSE', 'MANAGE', 'ALL PRIVILEGES'],
  schema: ['USE SCHEMA', 'SELECT', 'MODIFY', 'CREATE TABLE', 'CREATE FUNCTION', 'CREATE MODEL', 'EXECUTE', 'MANAGE', 'ALL PRIVILEGES'],
  table: ['SELECT', 'MODIFY', 'APPLY TAG', 'BROWSE', 'MANAGE', 'ALL PRIVILEGES'],
  registered_model: ['EXECUTE', 'APPLY TAG', 'MANAGE', 'ALL PRIVILEGES'],
};

export function Explained({ type, name, privilege, principal }: { type: string; name: string; privilege: string; principal?: string }) {
  const found = useQuery({
    queryKey: ['explain', type, name, privilege, principal],
    queryFn: () =>
      call<{ allowed: boolean; explanation: string[]; missing: unknown[] }>(
        own(['permissions', type, name, 'explanation'], { privilege: privilege.replaceAll(' ', '_'), principal }),
      ),
  });
  return (
    <Shown of={found} what="the explanation">
      {(said) => (
        <div className={said.allowed ? 'state' : 'state failure denied'}>
          <strong>{said.allowed ? 'Yes' : 'No'}</strong>
          {said.explanation.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
    </Shown>
  );
}

function Grant({ type, name }: { type: string; name: string }) {
  const queries = useQueryClient();
  const choices = GRANTABLE[type] ?? ['ALL PRIVILEGES'];
  const [principal, setPrincipal] = useState('');
  const [privilege, setPrivilege] = useState(choices[0] ?? '');
  const change = useMutation({
    mutationFn: (what: 'add' | 'remove') =>
      call(uc(['permissions', type, name]), {
        method: 'PATCH',
        body: { changes: [{ principal, [what]: [privilege] }] },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['permissions', type, name] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate('add');
  };
  return (
    <form className="bar" onSubmit={submit}>
      <label className="field grow">
        <span>To</span>
        <input className="input" required placeholder="user or group" value={principal} onChange={(event) => setPrincipal(event.target.value)} />
      </label>
      <label className="field">
        <span>Privilege</span>
        <select value={privilege} onChange={(event) => setPrivilege(event.target.value)}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      </label>
      <button type="submit" className="button first" disabled={change.isPending || principal === ''}>Grant</button>
      <button type="button" className="button" disabled={change.isPending || principal === ''} onClick={() => change.mutate('remove')}>Revoke</button>
      {change.error ? <Failure error={change.error} /> : null}
    </form>
  );
}

/** Who has been granted what here, what follows from above, and why. */
export function Permissions({ type, name }: { type: string; name: string }) {
  const direct = useQuery({
    queryKey: ['permissions', type, name],
    queryFn: () => call<{ privilege_assignments?: Direct[] }>(uc(['permissions', type, name])),
  });
  const effective = useQuery({
    queryKey: ['permissions', type, name, 'effective'],
    queryFn: () => call<{ privilege_assignments?: Effective[] }>(uc(['effective-permissions', type, name])),
  });
  const refused = direct.error instanceof ApiError && direct.error.problem.status === 403;
  return (
    <>
      {refused ? null : (
        <Section title="Granted here">
          <Grant type={type} name={name} />
          <Shown of={direct} what="grants">
            {(found) =>
              (found.privilege_assignments ?? []).length === 0 ? (
                <Empty title="Nothing is granted here directly.">Owners and administrators have their rights without a grant.</Empty>
              ) : (
                <ul className="list">
                  {(found.privilege_assignments ?? []).map((one) => (
                    <li key={one.principal}>
                      <strong>{one.principal}</strong>
                      {one.privileges.map((privilege) => (
                        <span key={privilege} className="badge plain">{privilege}</span>
                      ))}
                    </li>
                  ))}
                </ul>
              )
            }
          </Shown>
        </Section>
      )}
      <Section title="Effective access">
        <Shown of={effective} what="effective access">
          {(found) =>
            (found.privilege_assignments ?? []).length === 0 ? (
              <p className="small">No grant, here or above, gives anybody access.</p>
            ) : (
              <ul className="list">
                {(found.privilege_assignments ?? []).flatMap((one) =>
                  one.privileges.map((privilege) => (
                    <li key={`${one.principal} ${privilege.privilege} ${privilege.inherited_from_name ?? ''}`}>
                      <strong>{one.principal}</strong>
                      <span className="badge plain">{privilege.privilege}</span>
                      <span className="small">
                        {privilege.inherited_from_name
                          ? `from the ${(privilege.inherited_from_type ?? '').toLowerCase()} ${privilege.inherited_from_name}`
                          : 'granted here'}
                      </span>
                    </li>
                  )),
                )}
              </ul>
            )
          }
        </Shown>
      </Section>
      {type === 'table' ? (
        <Section title="May I read it, and why?">
          <Explained type={type} name={name} privilege="SELECT" />
        </Section>
      ) : null}
    </>
  );
}
