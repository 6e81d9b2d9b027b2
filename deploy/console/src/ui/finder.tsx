import { Combobox, ComboboxItem, ComboboxList, ComboboxProvider, Dialog } from '@ariakit/react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useLocation } from 'wouter';
import { call, own, path } from '../app/api';
import { pageOf } from './names';

interface Found {
  type: string;
  full_name: string;
  comment?: string;
  owner?: string;
}

interface Endpoint {
  name: string;
  creator: string;
}

async function search(text: string): Promise<Found[]> {
  const [catalog, endpoints] = await Promise.all([
    call<{ results: Found[] }>(own(['search'], { query: text, max_results: 30 })),
    call<{ endpoints: Endpoint[] }>(path(['api/2.0/serving-endpoints'])),
  ]);
  const known = new Set(catalog.results.map((found) => `${found.type} ${found.full_name}`));
  const more = endpoints.endpoints
    .filter((endpoint) => endpoint.name.toLowerCase().includes(text.toLowerCase()))
    .map((endpoint) => ({ type: 'SERVING_ENDPOINT', full_name: endpoint.name, owner: endpoint.creator }))
    .filter((found) => !known.has(`${found.type} ${found.full_name}`));
  return [...more, ...catalog.results];
}

/** Finds anything that has a name, among what the caller may see. */
export function Finder({ open, setOpen }: { open: boolean; setOpen: (open: boolean) => void }) {
  const [value, setValue] = useState('');
  const wanted = useDeferredValue(value.trim());
  const [, navigate] = useLocation();
  const found = useQuery({
    queryKey: ['search', wanted],
    queryFn: () => search(wanted),
    enabled: open && wanted.length > 0,
    placeholderData: (before) => before,
  });
  const results = wanted === '' ? [] : (found.data ?? []);
  const note =
    wanted === ''
      ? 'Type a part of a name, comment or tag: tables, models, features, experiments, endpoints.'
      : found.error
        ? String((found.error as Error).message)
        : found.data && results.length === 0
          ? `Nothing that you may see matches “${wanted}”.`
          : '';
  return (
    <Dialog open={open} onClose={() => setOpen(false)} className="dialog finder" aria-label="Search everything" backdrop={<div className="backdrop" />}>
      <ComboboxProvider
        open={open}
        setOpen={(shown) => { if (!shown) { setOpen(false); } }}
        value={value}
        setValue={setValue}
        focusLoop
      >
        <Combobox autoSelect autoFocus placeholder="Search everything" aria-label="Search everything" className="input large" />
        <ComboboxList className="finder-list" alwaysVisible aria-label="Results">
          {results.map((one) => (
            <ComboboxItem
              key={`${one.type} ${one.full_name}`}
              className="finder-item"
              value={one.full_name}
              setValueOnClick={false}
              hideOnClick
              focusOnHover
              onClick={() => {
                setOpen(false);
                setValue('');
                navigate(pageOf(one.type, one.full_name));
              }}
            >
              <span className="badge plain">{one.type.toLowerCase().replaceAll('_', ' ')}</span>
              <span>{one.full_name}</span>
              {one.comment ? <span className="small">{one.comment}</span> : null}
            </ComboboxItem>
          ))}
        </ComboboxList>
      </ComboboxProvider>
      <p className="note" role="status">{note}</p>
    </Dialog>
  );
}
