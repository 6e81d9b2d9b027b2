import { useQuery } from '@tanstack/react-query';
import { lazy, useState, type ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { all, call, uc } from '../app/api';
import { moment } from '../app/format';
import { Empty, Facts, Head, Section, Shown } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { pageOf } from '../ui/names';
import { MakeSchema, MakeTable } from './make';
import { Permissions } from './permissions';

const TablePage = lazy(() => import('./table'));

export interface Named { name: string; full_name?: string; comment?: string; owner?: string; created_at?: number; created_by?: string }
export interface Listed extends Named { table_type?: string }

export const catalogs = (): Promise<Named[]> =>
  all<{ catalogs?: Named[]; next_page_token?: string }, Named>((token) => uc(['catalogs'], { page_token: token }), (page) => page.catalogs);
export const schemas = (catalog: string): Promise<Named[]> =>
  all<{ schemas?: Named[]; next_page_token?: string }, Named>((token) => uc(['schemas'], { catalog_name: catalog, page_token: token }), (page) => page.schemas);

const inSchema = (kind: string, catalog: string, schema: string): Promise<Listed[]> =>
  all<Record<string, Listed[]> & { next_page_token?: string }, Listed>(
    (token) => uc([kind], { catalog_name: catalog, schema_name: schema, page_token: token }),
    (page) => page[kind === 'models' ? 'registered_models' : kind],
  );
export const tables = (catalog: string, schema: string): Promise<Listed[]> => inSchema('tables', catalog, schema);

function Node({ name, full, here, children }: { name: string; full: string; here: string; children?: (full: string) => ReactNode }) {
  const [open, setOpen] = useState(here === full || here.startsWith(full + '.'));
  return (
    <li>
      <div className="row">
        {children ? (
          <button type="button" className="fold" aria-expanded={open} aria-label={`${open ? 'Fold' : 'Unfold'} ${full}`} onClick={() => setOpen(!open)}>
            {open ? '▾' : '▸'}
          </button>
        ) : (
          <span className="leaf" />
        )}
        <Link href={`/catalog/${encodeURIComponent(full)}`} aria-current={here === full ? 'page' : undefined} title={full}>
          {name}
        </Link>
      </div>
      {open && children ? children(full) : null}
    </li>
  );
}

function TablesOf({ schema, here }: { schema: string; here: string }) {
  const [catalog = '', name = ''] = schema.split('.');
  const found = useQuery({ queryKey: ['tables', schema], queryFn: () => tables(catalog, name) });
  return (
    <Shown of={found} what="tables">
      {(listed) => (
        <ul>
          {listed.map((table) => (
            <Node key={table.name} name={table.name} full={`${schema}.${table.name}`} here={here} />
          ))}
          {listed.length === 0 ? <li className="small">no tables</li> : null}
        </ul>
      )}
    </Shown>
  );
}

function SchemasOf({ catalog, here }: { catalog: string; here: string }) {
  const found = useQuery({ queryKey: ['schemas', catalog], queryFn: () => schemas(catalog) });
  return (
    <Shown of={found} what="schemas">
      {(listed) => (
        <ul>
          {listed.map((schema) => (
            <Node key={schema.name} name={schema.name} full={`${catalog}.${schema.name}`} here={here}>
              {(full) => <TablesOf schema={full} here={here} />}
            </Node>
          ))}
          {listed.length === 0 ? <li className="small">no schemas</li> : null}
        </ul>
      )}
    </Shown>
  );
}

function Tree({ here }: { here: string }) {
  const found = useQuery({ queryKey: ['catalogs'], queryFn: catalogs });
  return (
    <nav className="tree" aria-label="Catalog tree">
      <Shown of={found} what="catalogs">
        {(listed) => (
          <ul>
            {listed.map((catalog) => (
              <Node key={catalog.name} name={catalog.name} full={catalog.name} here={here}>
                {(full) => <SchemasOf catalog={full} here={here} />}
              </Node>
            ))}
            {listed.length === 0 ? <li className="small">No catalog that you may use.</li> : null}
          </ul>
        )}
      </Shown>
    </nav>
  );
}

export function NamesList({ of, prefix, none, page }: { of: Listed[]; prefix: string; none: ReactNode; page?: string }) {
  if (of.length === 0) {
    return <>{none}</>;
  }
  return (
    <ul className="list">
      {of.map((one) => {
        const full = prefix ? `${prefix}.${one.name}` : one.name;
        return (
          <li key={one.name}>
            <Link href={page ? pageOf(page, full) : `/catalog/${encodeURIComponent(full)}`}>{one.name}</Link>
            {one.table_type ? <span className="badge plain">{one.table_type.toLowerCase()}</span> : null}
            <span className="small text">{one.comment}</span>
            <span className="small end">{one.owner}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Kind({ kind, title, schema, page }: { kind: string; title: string; schema: string; page?: string }) {
  const [catalog = '', name = ''] = schema.split('.');
  const found = useQuery({ queryKey: [kind, schema], queryFn: () => inSchema(kind, catalog, name) });
  return (
    <Section title={title}>
      <Shown of={found} what={title.toLowerCase()}>
        {(listed) => <NamesList of={listed} prefix={schema} none={<p className="small">None that you may see.</p>} {...(page ? { page } : {})} />}
      </Shown>
    </Section>
  );
}

function About({ of }: { of: Named }) {
  return (
    <Section title="About">
      <Facts of={[['Owner', of.owner ?? '–'], ['Made', `${moment(of.created_at)} by ${of.created_by ?? '–'}`], ['Comment', of.comment ?? '–']]} />
    </Section>
  );
}

function Schema({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['schema', name], queryFn: () => call<Named>(uc(['schemas', name])) });
  const [catalog = ''] = name.split('.');
  return (
    <>
      <Head title={name} kind="schema" crumbs={[['/catalog', 'Catalog'], [`/catalog/${encodeURIComponent(catalog)}`, catalog]]} />
      <Shown of={found} what="the schema">
        {(schema) => (
          <Tabs
            label="Schema"
            tabs={[
              {
                id: 'contents', name: 'Contents', content: () => (
                  <>
                    <Kind kind="tables" title="Tables and views" schema={name} />
                    <div className="grid">
                      <Kind kind="models" title="Models" schema={name} page="MODEL" />
                      <Kind kind="functions" title="Functions" schema={name} />
                      <Kind kind="volumes" title="Volumes" schema={name} />
                    </div>
                    <About of={schema} />
                  </>
                ),
              },
              { id: 'permissions', name: 'Permissions', content: () => <Permissions type="schema" name={name} /> },
              { id: 'make', name: 'Make a table', content: () => <MakeTable schema={name} /> },
            ]}
          />
        )}
      </Shown>
    </>
  );
}

function OneCatalog({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['catalog', name], queryFn: () => call<Named>(uc(['catalogs', name])) });
  const inside = useQuery({ queryKey: ['schemas', name], queryFn: () => schemas(name) });
  return (
    <>
      <Head title={name} kind="catalog" crumbs={[['/catalog', 'Catalog']]} />
      <Shown of={found} what="the catalog">
        {(catalog) => (
          <Tabs
            label="Catalog"
            tabs={[
              {
                id: 'schemas', name: 'Schemas', content: () => (
                  <>
                    <Section title="Schemas">
                      <Shown of={inside} what="schemas">
                        {(listed) => <NamesList of={listed} prefix={name} none={<Empty title="No schema that you may use."><code>CREATE SCHEMA {name}.mine</code> makes one.</Empty>} />}
                      </Shown>
                    </Section>
                    <About of={catalog} />
                  </>
                ),
              },
              { id: 'permissions', name: 'Permissions', content: () => <Permissions type="catalog" name={name} /> },
              { id: 'make', name: 'Make a schema', content: () => <MakeSchema catalog={name} /> },
            ]}
          />
        )}
      </Shown>
    </>
  );
}

function Everything() {
  const found = useQuery({ queryKey: ['catalogs'], queryFn: catalogs });
  return (
    <>
      <Head title="Catalog" note="Catalogs hold schemas; schemas hold tables, views, models, functions and volumes." />
      <Section title="Catalogs">
        <Shown of={found} what="catalogs">
          {(listed) => (
            <NamesList of={listed} prefix="" none={<Empty title="No catalog that you may use.">Ask an administrator to grant you USE CATALOG on one.</Empty>} />
          )}
        </Shown>
      </Section>
    </>
  );
}

export default function Catalog() {
  const { name } = useParams<{ name?: string }>();
  const here = name ? decodeURIComponent(name) : '';
  const depth = here === '' ? 0 : here.split('.').length;
  return (
    <div className="split">
      <Tree key={`tree of ${here.split('.')[0]}`} here={here} />
      <div key={`page of ${here}`}>
        {depth === 0 ? <Everything /> : depth === 1 ? <OneCatalog name={here} /> : depth === 2 ? <Schema name={here} /> : <TablePage name={here} />}
      </div>
    </div>
  );
}
