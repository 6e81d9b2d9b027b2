import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import type { Cell, ResultSet } from '../app/sql';
import { DataTable } from './table';

const NUMERIC = /^(BYTE|SHORT|INT|LONG|FLOAT|DOUBLE|DECIMAL)$/;

function compare(numeric: boolean, a: Cell, b: Cell): number {
  if (a === null || b === null) {
    return a === b ? 0 : a === null ? -1 : 1;
  }
  return numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
}

/** The rows of a result as they are, NULL told from the empty text. */
export function Results({ of, label, tall }: { of: ResultSet; label: string; tall?: boolean }) {
  const columns = useMemo<ColumnDef<Cell[], unknown>[]>(
    () =>
      of.columns.map((column, index) => {
        const numeric = NUMERIC.test(column.type_name);
        return {
          id: `${index}`,
          header: () => <span title={column.type_text}>{column.name}</span>,
          accessorFn: (row) => row[index] ?? null,
          sortingFn: (a, b) => compare(numeric, a.original[index] ?? null, b.original[index] ?? null),
          cell: (context) => {
            const value = context.row.original[index] ?? null;
            return value === null ? <span className="null">NULL</span> : numeric ? <div className="number">{value}</div> : value;
          },
        };
      }),
    [of],
  );
  return <DataTable label={label} columns={columns} rows={of.rows} {...(tall ? { tall } : {})} />;
}
