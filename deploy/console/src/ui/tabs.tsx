import { Tab, TabList, TabPanel, TabProvider } from '@ariakit/react';
import { useSearchParams } from 'wouter';
import type { ReactNode } from 'react';

export interface TabOf {
  id: string;
  name: string;
  content: () => ReactNode;
}

/** Tabs whose choice is a part of the address. */
export function Tabs({ label, tabs }: { label: string; tabs: TabOf[] }) {
  const [search, setSearch] = useSearchParams();
  const first = tabs[0]?.id ?? '';
  const wanted = search.get('tab');
  const chosen = tabs.find((tab) => tab.id === wanted)?.id ?? first;
  const choose = (id: string | null | undefined): void =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      after.set('tab', id ?? first);
      return after;
    }, { replace: true });
  const tab = tabs.find((one) => one.id === chosen);
  return (
    <TabProvider selectedId={chosen} setSelectedId={choose} selectOnMove={false}>
      <TabList className="tabs" aria-label={label}>
        {tabs.map((one) => (
          <Tab key={one.id} id={one.id} className="tab">
            {one.name}
          </Tab>
        ))}
      </TabList>
      {tabs.map((one) => (
        <TabPanel key={one.id} tabId={one.id} className="panel" focusable={false}>
          {one.id === chosen && tab ? tab.content() : null}
        </TabPanel>
      ))}
    </TabProvider>
  );
}
