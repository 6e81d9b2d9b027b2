// Statements over the Statement Execution API, with chunks fetched until the limit.
import { ApiError, call, path } from './api';

export interface Column {
  name: string;
  type_name: string;
  type_text: string;
}

export type Cell = string | null;

export interface ResultSet {
  id: string;
  columns: Column[];
  rows: Cell[][];
  total: number;
  truncated: boolean;
  millis: number;
}

interface Chunk {
  chunk_index: number;
  data_array?: Cell[][];
  next_chunk_index?: number;
}

interface Statement {
  statement_id: string;
  status: { state: string; error?: { error_code?: string; message?: string } };
  manifest?: { schema: { columns?: Column[] }; total_row_count: number; truncated: boolean; total_chunk_count: number };
  result?: Chunk;
}

const STATEMENTS = 'api/2.0/sql/statements';
const MOST_ROWS = 100_000;

function failed(statement: Statement): ApiError {
  return new ApiError({
    status: 400,
    reason: statement.status.error?.error_code ?? statement.status.state,
    message: statement.status.error?.message ?? `The statement ended as ${statement.status.state}.`,
    requestId: statement.statement_id,
  });
}

export interface Running {
  onStart?: (id: string) => void;
  signal?: AbortSignal;
}

/** Runs a statement to its end. */
export async function run(sql: string, running: Running = {}, warehouse = 'default'): Promise<ResultSet> {
  const began = performance.now();
  const aborted = running.signal ? { signal: running.signal } : {};
  let statement = await call<Statement>(path([STATEMENTS]), {
    body: { statement: sql, warehouse_id: warehouse, wait_timeout: '5s', on_wait_timeout: 'CONTINUE', row_limit: MOST_ROWS },
    ...aborted,
  });
  running.onStart?.(statement.statement_id);
  while (statement.status.state === 'PENDING' || statement.status.state === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, 300));
    statement = await call<Statement>(path([STATEMENTS, statement.statement_id]), aborted);
  }
  if (statement.status.state !== 'SUCCEEDED') {
    throw failed(statement);
  }
  const rows = [...(statement.result?.data_array ?? [])];
  let next = statement.result?.next_chunk_index;
  while (next !== undefined && rows.length < MOST_ROWS) {
    const chunk: Chunk = await call<Chunk>(path([STATEMENTS, statement.statement_id, 'result', 'chunks', String(next)]), aborted);
    rows.push(...(chunk.data_array ?? []));
    next = chunk.next_chunk_index;
  }
  return {
    id: statement.statement_id,
    columns: statement.manifest?.schema.columns ?? [],
    rows,
    total: statement.manifest?.total_row_count ?? rows.length,
    truncated: statement.manifest?.truncated ?? false,
    millis: Math.round(performance.now() - began),
  };
}

export function cancel(id: string): Promise<unknown> {
  return call(path([STATEMENTS, id, 'cancel']), { method: 'POST', body: {} });
}

/** A name as SQL takes it. */
export function quoted(fullName: string): string {
  return fullName.split('.').map((part) => '`' + part.replaceAll('`', '``') + '`').join('.');
}

/** A text as SQL takes it. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** A cell that a spreadsheet would take for a formula gets a quote before it. */
export function neutralised(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(cell) ? `'${cell}` : cell;
}

/** CSV after RFC 4180, safe to open in a spreadsheet. */
export function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell): string => {
    const text = neutralised(cell ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}

export function download(name: string, type: string, content: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
