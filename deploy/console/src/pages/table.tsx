import { useQuery } from '@tanstack/react-query';
import { lazy, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { call, own, uc } from '../app/api';
import { bytes, count, moment, shown } from '../app/format';
import { quoted, run } from '../app/sql';
import { Difference } from '../ui/difference';
import { Distribution } from '../ui/distribution';
import { Loader } from '../ui/loader';
import { Permitted } from '../ui/permitted';
import { Results } from '../ui/cells';
import { Badge, Empty, Facts, Head, Section, Shown, Snippet } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { Permissions } from './permissions';

const Graph = lazy(() => import('../ui/graph'));

interface Column { name: string; type_text: string; comment?: string; nullable?: boolean; mask?: { function_name: string } }
interface Table { name: string; full_name: string; table_type: string; data_source_format?: string; comment?: string; owner: string; created_at: number; created_by: string; updated_at: number; columns?: Column[]; properties?: Record<string, string>; storage_location?: string; view_definition?: string; row_filter?: unknown }
interface Tag { tag_key: string; tag_value?: string }
interface Statistics { version: number; rows?: number; files: number; bytes: number; columns: Record<string, { type: string; min?: unknown; max?: unknown; nulls?: number }> }
interface Version { version: number; at: string; operation: string; by?: string; principal?: string; parameters?: Record<string, string>; rows?: number; files?: number; bytes?: number }
interface Policy { id: string; name: string; policy_type: string; on_securable_type: string; on_securable_fullname: string; to_principals?: string[]; except_principals?: string[]; column_mask?: { function_name: string; on_column: string }; row_filter?: { function_name: string } }

const tagsOf = (type: string, name: string): Promise<{ tag_assignments?: Tag[] }> => call(uc(['entity-tag-assignments', type, name, 'tags']));

function Tags({ of }: { of: Tag[] }) {
  return (
    <>
      {of.map((tag) => (
        <Badge key={tag.tag_key} tone="busy">{tag.tag_value ? `${tag.tag_key}: ${tag.tag_value}` : tag.tag_key}</Badge>
      ))}
    </>
  );
}

function ColumnTags({ table, column }: { table: string; column: string }) {
  const found = useQuery({ queryKey: ['tags', table, column], queryFn: () => tagsOf('columns', `${table}.${column}`), staleTime: 60_000 });
  return <Tags of={found.data?.tag_assignments ?? []} />;
}

function Columns({ table }: { table: Table }) {
  const view = table.table_type.includes('VIEW');
  const statistics = useQuery({ queryKey: ['statistics', table.full_name], queryFn: () => call<Statistics>(own(['tables', table.full_name, 'statistics'])), enabled: !view });
  const [looked, setLooked] = useState<Column | null>(null);
  const columns = table.columns ?? [];
  const rows = statistics.data?.rows;
  return (
    <>
    <div className="table-box tall" tabIndex={0} role="region" aria-label="Columns">
      <table className="table">
        <thead>
          <tr>{['Column', 'Type', 'Comment', 'Tags', 'Range', 'Nulls', 'Values'].map((name) => <th key={name} scope="col">{name}</th>)}</tr>
        </thead>
        <tbody>
          {columns.map((column) => {
            const facts = statistics.data?.columns[column.name];
            const nulls = facts?.nulls !== undefined && rows ? facts.nulls / rows : undefined;
            return (
              <tr key={column.name}>
                <td><strong>{column.name}</strong>{column.nullable === false ? <span className="small"> not null</span> : null}</td>
                <td className="mono">{column.type_text}</td>
                <td>{column.comment ?? ''}</td>
                <td>{columns.length <= 40 ? <ColumnTags table={table.full_name} column={column.name} /> : null}</td>
                <td className="small">{facts?.min !== undefined ? `${shown(facts.min)} … ${shown(facts.max)}` : ''}</td>
                <td className="small">
                  {nulls === undefined ? '' : (
                    <>
                      {`${(nulls * 100).toFixed(nulls > 0 && nulls < 0.01 ? 2 : 0)} %`}
                      <span className="meter" aria-hidden="true"><span style={{ width: `${nulls * 100}%` }} /></span>
                    </>
                  )}
                </td>
                <td><button type="button" className="button tiny" aria-pressed={looked === column} aria-label={`Distribution of ${column.name}`} onClick={() => setLooked(looked === column ? null : column)}>Distribution</button></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
    {looked ? <Section title={`Values of ${looked.name}, as you see them`}><Distribution table={table.full_name} column={looked.name} type={looked.type_text} /></Section> : null}
    {statistics.error ? <p className="small">Ranges and nulls are not shown: {statistics.error.message}</p> : null}
    </>
  );
}

function Sample({ name }: { name: string }) {
  const sample = useQuery({ queryKey: ['sample', name], queryFn: () => run(`SELECT * FROM ${quoted(name)} LIMIT 100`) });
  return (
    <Section title="Sample rows, as you see them">
      <p className="note">Row filters and column masks are applied to you here as in any query.</p>
      <Shown of={sample} what="rows">
        {(found) => found.rows.length === 0 ? <Empty title="No row that you may see.">The table is empty, or a row filter hides its rows from you.</Empty> : <Results of={found} label={`Sample rows of ${name}`} tall />}
      </Shown>
    </Section>
  );
}

function History({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['table-history', name], queryFn: () => call<{ versions: Version[] }>(own(['tables', name, 'history'])) });
  const [looked, setLooked] = useState(0);
  return (
    <Shown of={found} what="the history">
      {({ versions }) => (
        <>
        <div className="table-box tall" tabIndex={0} role="region" aria-label="Versions">
          <table className="table">
            <thead>
              <tr>{['Version', 'When', 'Operation', 'Rows', 'Change', 'Files', 'Size', 'Details', 'Rows changed'].map((head) => <th key={head} scope="col">{head}</th>)}</tr>
            </thead>
            <tbody>
              {versions.map((version, index) => {
                const before = versions[index + 1];
                const change = version.rows !== undefined && before?.rows !== undefined ? version.rows - before.rows : undefined;
                return (
                  <tr key={version.version}>
                    <td>{version.version}</td>
                    <td>{moment(version.at)}</td>
                    <td>{version.operation}</td>
                    <td>{count(version.rows)}</td>
                    <td>{change === undefined ? '' : change > 0 ? `+${count(change)}` : count(change)}</td>
                    <td>{count(version.files)}</td>
                    <td>{bytes(version.bytes)}</td>
                    <td className="small">{Object.entries(version.parameters ?? {}).map(([key, value]) => `${key}: ${value}`).join(', ')}</td>
                    <td>{version.version > 0 ? <button type="button" className="button tiny" aria-pressed={looked === version.version} aria-label={`Show what version ${version.version} changed`} onClick={() => setLooked(looked === version.version ? 0 : version.version)}>Show</button> : null}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        {looked > 0 ? <Difference table={name} version={looked} /> : null}
        </>
      )}
    </Shown>
  );
}

function Policies({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['policies', name], queryFn: () => call<{ policies?: Policy[] }>(uc(['policies', 'table', name], { include_inherited: true })) });
  return (
    <Shown of={found} what="policies">
      {({ policies = [] }) =>
        policies.length === 0 ? (
          <Empty title="No policy is bound here or above.">
            A row filter or column mask hides rows and values from all but those it excepts. <code>ALTER TABLE … SET ROW FILTER</code> and <code>… ALTER COLUMN … SET MASK</code> bind one to this table.
          </Empty>
        ) : (
          <ul className="list">
            {policies.map((policy) => (
              <li key={policy.id}>
                <strong>{policy.name}</strong>
                <Badge tone="warn">{policy.policy_type.includes('MASK') ? 'column mask' : 'row filter'}</Badge>
                <span className="text small">
                  {policy.column_mask ? `${policy.column_mask.function_name} on ${policy.column_mask.on_column}` : (policy.row_filter?.function_name ?? '')}, for{' '}
                  {(policy.to_principals ?? []).join(', ')}
                  {(policy.except_principals ?? []).length > 0 ? ` except ${(policy.except_principals ?? []).join(', ')}` : ''}
                </span>
                <span className="small">on the {policy.on_securable_type.toLowerCase()} {policy.on_securable_fullname}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Shown>
  );
}

function Snippets({ name }: { name: string }) {
  const origin = location.origin;
  return (
    <Section title="Read it from elsewhere">
      <Snippet title="SQL" text={`SELECT * FROM ${quoted(name)} LIMIT 100`} />
      <Snippet title="Shell" text={`deploy/boathouse sql "SELECT * FROM ${name} LIMIT 100"`} />
      <Snippet title="HTTP" text={`curl -s ${origin}/api/2.0/sql/statements -H "Authorization: Bearer $TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify({ warehouse_id: 'default', wait_timeout: '50s', statement: `SELECT * FROM ${name} LIMIT 100` })}'`} />
      <Snippet title="Spark" text={`spark = (SparkSession.builder\n  .config("spark.sql.catalog.${name.split('.')[0] ?? ''}", "io.unitycatalog.spark.UCSingleCatalog")\n  .config("spark.sql.catalog.${name.split('.')[0] ?? ''}.uri", "${origin}")\n  .config("spark.sql.catalog.${name.split('.')[0] ?? ''}.token", token)\n  .getOrCreate())\nspark.table("${name}").show()`} />
      <Snippet title="MLflow: log it as a run's input" text={`mlflow.set_tracking_uri("${origin}")\ndataset = mlflow.data.from_pandas(frame, source="${name}", name="${name}")\nmlflow.log_input(dataset, context="training")`} />
    </Section>
  );
}

export default function TablePage({ name }: { name: string }) {
  const [, navigate] = useLocation();
  const found = useQuery({ queryKey: ['table', name], queryFn: () => call<Table>(uc(['tables', name])) });
  const tags = useQuery({ queryKey: ['tags', name], queryFn: () => tagsOf('tables', name), retry: false });
  const [catalog = '', schema = ''] = name.split('.');
  const crumbs: [string, string][] = [['/catalog', 'Catalog'], [`/catalog/${encodeURIComponent(catalog)}`, catalog], [`/catalog/${encodeURIComponent(`${catalog}.${schema}`)}`, schema]];
  return (
    <Shown of={found} what="the table">
      {(table) => {
        const view = table.table_type.includes('VIEW');
        return (
          <>
            <Head title={name} kind={view ? 'view' : 'table'} crumbs={crumbs} note={table.comment}>
              <button type="button" className="button first" onClick={() => navigate(`/sql?statement=${encodeURIComponent(`SELECT * FROM ${quoted(name)} LIMIT 100`)}`)}>Query</button>
              <Link href={`/lineage?kind=TABLE&name=${encodeURIComponent(name)}`} className="button">Lineage</Link>
            </Head>
            <Tags of={tags.data?.tag_assignments ?? []} />
            <Tabs
              label="Table"
              tabs={[
                { id: 'columns', name: 'Columns', content: () => <Columns table={table} /> },
                { id: 'sample', name: 'Sample', content: () => <Sample name={name} /> },
                ...(view ? [] : [{ id: 'history', name: 'History', content: () => <History name={name} /> }]),
                { id: 'permissions', name: 'Permissions', content: () => <Permissions type="table" name={name} /> },
                { id: 'policies', name: 'Policies', content: () => <Policies name={name} /> },
                { id: 'lineage', name: 'Lineage', content: () => <Graph kind="TABLE" name={name} /> },
                {
                  id: 'about', name: 'About', content: () => (
                    <>
                      <Section title="About">
                        <Facts of={[['Owner', table.owner], ['Type', table.table_type], ['Format', table.data_source_format ?? '–'], ['Made', `${moment(table.created_at)} by ${table.created_by}`], ['Changed', moment(table.updated_at)], ['Location', table.storage_location ?? '–'], ...Object.entries(table.properties ?? {}).map(([key, value]): [string, string] => [key, value])]} />
                      </Section>
                      {table.view_definition ? <Snippet title="Definition" text={table.view_definition} /> : null}
                    </>
                  ),
                },
                { id: 'read', name: 'Read it', content: () => <Snippets name={name} /> },
                ...(view ? [] : [{ id: 'load', name: 'Load', content: () => <Permitted type="table" name={name} privilege="MODIFY"><Section title="Load a file into this table"><Loader table={name} /></Section></Permitted> }]),
              ]}
            />
          </>
        );
      }}
    </Shown>
  );
}
