import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { useSyncExternalStore } from 'react';
import { onCall, recentCalls, type Asked } from '../app/api';
import { Copy, Empty } from './states';

/** What this page asked, as a command that asks the same. */
function curl(asked: Asked): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = [`curl -s -X ${asked.method} ${quote(location.origin + asked.path)} -H "Authorization: Bearer $TOKEN"`];
  if (asked.body !== undefined) {
    parts.push(`-H 'Content-Type: application/json' -d ${quote(JSON.stringify(asked.body))}`);
  }
  return parts.join(' ');
}

export function Calls({ open, setOpen }: { open: boolean; setOpen: (open: boolean) => void }) {
  const calls = useSyncExternalStore(onCall, recentCalls);
  return (
    <Dialog open={open} onClose={() => setOpen(false)} className="dialog side" backdrop={<div className="backdrop" />}>
      <div className="section-head">
        <DialogHeading className="dialog-title">API calls of this page</DialogHeading>
        <DialogDismiss className="button">Close</DialogDismiss>
      </div>
      <p className="note">Newest first. A command asks the same with a token of your own in TOKEN.</p>
      {calls.length === 0 ? <Empty title="Nothing was asked yet." /> : null}
      <ol className="calls">
        {calls.filter((asked) => !asked.path.includes('/session')).map((asked, index) => (
          <li key={index}>
            <code>
              {asked.method} {asked.path}
            </code>
            <span className="small">
              {asked.status} · {asked.millis} ms
            </span>
            <Copy text={curl(asked)} what={`${asked.method} ${asked.path} as a command`} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
