import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { path } from '../app/api';
import { figure, moment } from '../app/format';
import { getRun, keysOf, metric, param, type Run } from '../app/runs';
import { Badge, Section, Shown } from './states';

export interface Version { version: number; status: string; run_id?: string; source?: string; comment?: string; created_at: number; created_by: string }

interface Side { version: Version; run: Run | null; signature: string }

/** The signature as the file of the model has it; empty where it cannot be read. */
async function signatureOf(version: Version): Promise<string> {
  const folder = version.source?.split('/artifacts/')[1];
  if (!version.run_id || folder === undefined) {
    return '';
  }
  const text = await fetch(path(['get-artifact'], { run_uuid: version.run_id, path: `${folder}/MLmodel` })).then((reply) => (reply.ok ? reply.text() : ''));
  return (/^signature:\n((?: .*\n?)*)/m.exec(text)?.[1] ?? '').trim();
}

async function side(version: Version): Promise<Side> {
  const run = version.run_id ? await getRun(version.run_id).catch(() => null) : null;
  return { version, run, signature: await signatureOf(version) };
}

function Row({ name, values }: { name: string; values: [string, string] }) {
  return (
    <tr>
      <td>{name} {values[0] === values[1] ? null : <Badge tone="warn">differs</Badge>}</td>
      {values.map((value, index) => <td key={index} className="kept">{value || '–'}</td>)}
    </tr>
  );
}

function Sides({ of: [left, right] }: { of: [Side, Side] }) {
  const runs = [left.run, right.run].filter((run) => run !== null);
  const both = (value: (side: Side) => string | undefined): [string, string] => [value(left) ?? '', value(right) ?? ''];
  return (
    <div className="table-box tall" tabIndex={0} role="region" aria-label="Versions compared">
      <table className="table">
        <thead><tr><th scope="col">What</th><th scope="col">Version {left.version.version}</th><th scope="col">Version {right.version.version}</th></tr></thead>
        <tbody>
          <Row name="State" values={both((one) => one.version.status)} />
          <Row name="Made" values={both((one) => `${moment(one.version.created_at)} by ${one.version.created_by}`)} />
          <Row name="Run" values={both((one) => one.version.run_id)} />
          <Row name="Data it read" values={both((one) => (one.run?.inputs?.dataset_inputs ?? []).map(({ dataset }) => `${dataset.name} ${dataset.digest}`).join(', '))} />
          <Row name="Signature" values={both((one) => one.signature)} />
          {keysOf(runs, 'metrics').map((key) => <Row key={`m ${key}`} name={key} values={both((one) => one.run ? figure(metric(one.run, key)) : '')} />)}
          {keysOf(runs, 'params').map((key) => <Row key={`p ${key}`} name={key} values={both((one) => one.run ? param(one.run, key) : '')} />)}
        </tbody>
      </table>
    </div>
  );
}

/** Two versions side by side: what they were trained on, how well they did, what they take. */
export function CompareVersions({ model, versions }: { model: string; versions: Version[] }) {
  const [left, setLeft] = useState(versions[1]?.version ?? 0);
  const [right, setRight] = useState(versions[0]?.version ?? 0);
  const pair = [left, right].map((number) => versions.find((one) => one.version === number)).filter((one) => one !== undefined);
  const found = useQuery({
    queryKey: ['compare', model, left, right],
    queryFn: async (): Promise<[Side, Side]> => { const [a, b] = pair as [Version, Version]; return Promise.all([side(a), side(b)]); },
  });
  return (
    <Section title="Compare versions">
      <div className="bar">
        {([['Version', left, setLeft], ['With version', right, setRight]] as const).map(([label, value, set]) => (
          <label key={label} className="field"><span>{label}</span>
            <select value={value} onChange={(event) => set(Number(event.target.value))}>{versions.map((one) => <option key={one.version}>{one.version}</option>)}</select>
          </label>
        ))}
      </div>
      <Shown of={found} what="both versions">{(sides) => <Sides of={sides} />}</Shown>
    </Section>
  );
}
