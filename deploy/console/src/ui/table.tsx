import { flexRender, getCoreRowModel, getSortedRowModel, useReactTable, type ColumnDef, type SortingState } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';

const ROW = 34;
const FEW = 60;

interface Properties<T> {
  label: string;
  columns: ColumnDef<T, unknown>[];
  rows: T[];
  tall?: boolean;
}

/** A table that sorts, scrolls on its own and draws only the rows in sight. */
export function DataTable<T>({ label, columns, rows, tall }: Properties<T>) {
  const [sorting, setSorting] = useState<SortingState>([]);
  const scroller = useRef<HTMLDivElement>(null);
  const table = useReactTable({
    data: rows,
    columns,
    state: { sorting },
    onSortingChange: setSorting,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: model.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    enabled: model.length > FEW,
  });
  const few = model.length <= FEW;
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items[items.length - 1];
  const shown = few ? model.map((_, index) => index) : items.map((item) => item.index);
  const above = few || !first ? 0 : first.start;
  const below = few || !last ? 0 : virtual.getTotalSize() - last.end;
  return (
    <div ref={scroller} className={tall ? 'table-box tall' : 'table-box'} tabIndex={0} role="region" aria-label={label}>
      <table className={few ? 'table' : 'table fixed-rows'} aria-rowcount={model.length + 1}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                return (
                  <th key={header.id} scope="col" aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}>
                    {header.column.getCanSort() ? (
                      <button type="button" className="sort" onClick={header.column.getToggleSortingHandler()}>
                        {flexRender(header.column.columnDef.header, header.getContext())}
                        <span aria-hidden="true">{sorted === 'asc' ? ' ↑' : sorted === 'desc' ? ' ↓' : ''}</span>
                      </button>
                    ) : (
                      flexRender(header.column.columnDef.header, header.getContext())
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {above > 0 ? <tr aria-hidden="true"><td colSpan={columns.length} style={{ height: above, padding: 0 }} /></tr> : null}
          {shown.map((index) => {
            const row = model[index];
            return row ? (
              <tr key={row.id} aria-rowindex={index + 2}>
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</td>
                ))}
              </tr>
            ) : null;
          })}
          {below > 0 ? <tr aria-hidden="true"><td colSpan={columns.length} style={{ height: below, padding: 0 }} /></tr> : null}
        </tbody>
      </table>
    </div>
  );
}
