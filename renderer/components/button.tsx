import type { ComponentProps } from 'react';
import './button.css';
import { Icon, type IconName } from './icons.tsx';

export interface ButtonProps extends ComponentProps<'button'> {
  /** `main`: the one action of a view. `danger`: what cannot be undone. */
  readonly kind?: 'main' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
}

export function Button({ kind = 'plain', icon, className = '', children, ...props }: ButtonProps) {
  return (
    <button type="button" {...props} className={`button button-${kind} ${className}`}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly icon: IconName;
  /** Its name, also shown as a tooltip. */
  readonly label: string;
}

export function IconButton({ icon, label, className = '', ...props }: IconButtonProps) {
  return (
    <button type="button" title={label} aria-label={label} {...props} className={`icon-button ${className}`}>
      <Icon name={icon} />
    </button>
  );
}
