import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import './menu.css';

export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
  /** Of a choice: whether it is the present one. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
}

/** A button's menu. `trigger` is the button. */
export function Menu({
  trigger,
  items,
}: {
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {items.map((item) =>
            item.checked === undefined ? (
              <DropdownMenu.Item
                key={item.label}
                className="menu-item"
                disabled={item.disabled}
                onSelect={item.onSelect}
              >
                {item.label}
              </DropdownMenu.Item>
            ) : (
              <DropdownMenu.CheckboxItem
                key={item.label}
                className="menu-item"
                checked={item.checked}
                disabled={item.disabled}
                onSelect={item.onSelect}
              >
                <span className="menu-tick" aria-hidden="true">
                  {item.checked ? '✓' : ''}
                </span>
                {item.label}
              </DropdownMenu.CheckboxItem>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
