import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call, own } from '../app/api';
import { useMe } from '../app/session';
import { quoted } from '../app/sql';
import { Shown, Snippet } from './states';

const SAID = { catalog: 'catalog', schema: 'schema', table: 'table', registered_model: 'model' } as const;

interface Explanation { allowed: boolean; explanation: string[] }

/** What needs a privilege, or, for who has it not, why not and what to ask the owner for. */
export function Permitted({ type, name, privilege, children }: { type: keyof typeof SAID; name: string; privilege: string; children: ReactNode }) {
  const me = useMe();
  const found = useQuery({
    queryKey: ['explain', type, name, privilege],
    queryFn: () => call<Explanation>(own(['permissions', type, name, 'explanation'], { privilege: privilege.replaceAll(' ', '_') })),
  });
  return (
    <Shown of={found} what="your rights">
      {(said) => said.allowed ? children : (
        <div className="state failure denied">
          <strong>This needs {privilege}, which you have not</strong>
          {said.explanation.map((line) => <p key={line}>{line}</p>)}
          <p>Ask the owner of the {SAID[type]}, or an administrator, to run:</p>
          <Snippet title="Grant to ask for" text={`GRANT ${privilege} ON ${SAID[type].toUpperCase()} ${quoted(name)} TO \`${me.userName.replaceAll('`', '``')}\``} />
        </div>
      )}
    </Shown>
  );
}
