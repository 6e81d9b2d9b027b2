import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { call, own } from '../app/api';
import { isAdministrator, useMe } from '../app/session';
import { count } from '../app/format';
import { Badge, Shown } from './states';
import { DataTable } from './table';

interface Setting { key: string; value?: string; is_default: boolean; is_hidden: boolean }

function Settings() {
  const [words, setWords] = useState('');
  const [changed, setChanged] = useState(false);
  const found = useQuery({ queryKey: ['configuration'], queryFn: () => call<{ settings: Setting[] }>(own(['configuration'])), staleTime: Infinity });
  const columns = useMemo<ColumnDef<Setting, unknown>[]>(() => [
    { header: 'Setting', accessorKey: 'key', cell: ({ row }) => <code>{row.original.key}</code> },
    { header: 'Value', accessorKey: 'value', cell: ({ row: { original: one } }) => one.is_hidden ? <Badge tone="warn">set, hidden</Badge> : one.value === undefined ? <span className="null">not set</span> : <span className="mono">{one.value || '""'}</span> },
    { header: 'From', accessorKey: 'is_default', cell: ({ row }) => row.original.is_default ? 'default' : <Badge tone="busy">this server</Badge> },
  ], []);
  return (
    <>
      <div className="bar">
        <label className="field grow"><span>Search settings</span><input className="input" value={words} onChange={(event) => setWords(event.target.value)} /></label>
        <label><input type="checkbox" checked={changed} onChange={(event) => setChanged(event.target.checked)} /> Only what differs from the default</label>
      </div>
      <Shown of={found} what="the configuration">
        {({ settings }) => {
          const fitting = settings.filter((one) => one.key.includes(words.trim().toLowerCase()) && (!changed || !one.is_default));
          return (
            <>
              <p className="small" role="status">{count(fitting.length)} settings. What could be a secret is never sent: passwords, keys, addresses with credentials. Change them in the file that the server was started with.</p>
              <DataTable label="Settings" columns={columns} rows={fitting} tall />
            </>
          );
        }}
      </Shown>
    </>
  );
}

/** What the server was told, for administrators. */
export default function Configuration() {
  return isAdministrator(useMe()) ? <Settings /> : (
    <div className="state failure denied">
      <strong>Administrators see the configuration</strong>
      <p>Ask one of them, or ask one to make you a member of the group admins.</p>
    </div>
  );
}
