import { type KeyboardEvent, useId, useState } from 'react';
import type { PathSuggestion } from '../../shared/api/contract.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Button } from '../components/button.tsx';
import { useCall } from '../data/use-call.ts';
import './path-field.css';

interface PathFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly onOpen: (path: string) => void;
}

/**
 * A path on the engine's host, completed there: an editable combobox with a list (ARIA Authoring Practices), where
 * Tab takes the suggestion as in a shell.
 */
export function PathField({ label, placeholder, onOpen }: PathFieldProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const { value, stale } = useCall('path.complete', open ? { text } : undefined);
  const suggestions = open && !stale ? (value?.suggestions ?? []) : [];
  const chosen = suggestions[active];

  const take = (suggestion: PathSuggestion) => {
    setText(suggestion.path);
    setActive(-1);
    // A folder may be completed further; a file is the end.
    setOpen(suggestion.kind === 'folder');
  };
  const submit = (path: string) => {
    const trimmed = path.trim();
    if (!trimmed) return;
    setOpen(false);
    onOpen(trimmed);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const last = suggestions.length - 1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      if (last < 0) return;
      const step = event.key === 'ArrowDown' ? 1 : -1;
      // From the text itself (−1) round through the list.
      setActive((before) => ((before + step + 1 + last + 2) % (last + 2)) - 1);
    } else if (event.key === 'Tab' && !event.shiftKey && open) {
      const only =
        chosen ?? (suggestions.length === 1 && suggestions[0]?.path !== text ? suggestions[0] : undefined);
      if (!only) return;
      event.preventDefault();
      take(only);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (!chosen) submit(text);
      else if (chosen.kind === 'archive' || chosen.hint) submit(chosen.path);
      else take(chosen);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      setOpen(false);
      setActive(-1);
    }
  };

  return (
    <div className="path-field">
      <label htmlFor={`${id}-text`}>{label}</label>
      <div className="path-field-row">
        <input
          id={`${id}-text`}
          className="field path"
          type="text"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen ? `${id}-${active}` : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setOpen(true);
            setActive(-1);
          }}
          onClick={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <Button kind="main" disabled={text.trim() === ''} onClick={() => submit(text)}>
          Open
        </Button>
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Folders and archives"
        className="path-field-list"
        hidden={suggestions.length === 0}
      >
        {suggestions.map((suggestion, at) => (
          // The focus stays in the text; the keys above choose.
          // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant points here
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's
          <div
            key={suggestion.path}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            className="path-field-option"
            // Before the blur of the text would close the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(suggestion)}
          >
            <span className="path">{visibleText(suggestion.path)}</span>
            <span className="muted">{kindOf(suggestion)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function kindOf({ kind, hint }: PathSuggestion): string {
  if (hint === 'project') return 'has a Dockerfile';
  if (hint === 'oci-layout') return 'OCI image layout';
  return kind === 'archive' ? 'archive' : '';
}
