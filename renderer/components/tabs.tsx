import { Tabs as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import './tabs.css';

export interface Tab {
  readonly id: string;
  readonly label: string;
  /** A count or the like, after the label. */
  readonly note?: string;
  readonly content: ReactNode;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  /** At the right end of the row of tabs: a legend. */
  readonly aside?: ReactNode;
}

/** Only the content of the chosen tab is there. */
export function Tabs({ label, tabs, value, onChange, aside }: TabsProps) {
  return (
    <Primitive.Root className="tabs" value={value} onValueChange={onChange}>
      <div className="tabs-row">
        <Primitive.List className="tabs-list" aria-label={label}>
          {tabs.map((tab) => (
            <Primitive.Trigger key={tab.id} value={tab.id} className="tab">
              {tab.label}
              {tab.note !== undefined && <span className="tab-note">{tab.note}</span>}
            </Primitive.Trigger>
          ))}
        </Primitive.List>
        {aside}
      </div>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.id} value={tab.id} className="tabs-content">
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
