import { useEffect, useEffectEvent } from 'react';

/** By `key` of the event, with `Alt+` and `Ctrl+` before it (Ctrl is ⌘ on a Mac). */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Keys of the whole view. They rest while a person types, and while a dialog is open. */
export function useKeys(keys: Keys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = keyName(event);
    const action = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (!action || document.querySelector('dialog[open]')) return;
    const modified = event.altKey || event.ctrlKey || event.metaKey;
    if (!modified && isTyping(event.target)) return;
    event.preventDefault();
    action(event);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function keyName(event: KeyboardEvent): string {
  return `${event.altKey ? 'Alt+' : ''}${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.key}`;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
