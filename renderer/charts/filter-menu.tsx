import { Popover } from 'radix-ui';
import { useId, useState } from 'react';
import { entryKinds } from '../../shared/model/entry-kinds.ts';
import { type FileFilter, pathChanges } from '../../shared/model/file-filter.ts';
import { causes } from '../../shared/model/image-document.ts';
import { Button } from '../components/button.tsx';
import { causeWords } from './cause-words.ts';
import './filter-menu.css';
import { changeWords } from './filter-words.ts';
import { parseBytes } from './parse-bytes.ts';
import { useFormatBytes } from './use-format-bytes.ts';

export interface FilterMenuProps {
  readonly filter: FileFilter;
  /** Sets parts, removes those that are undefined. */
  readonly onChange: (parts: FileFilter) => void;
}

const fileKinds = entryKinds.filter((kind) => kind !== 'directory');

/** The conditions that no list or picture stands for: change, waste, kind, size and path. */
export function FilterMenu({ filter, onChange }: FilterMenuProps) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button className="filter-menu-button" icon="down">
          Filter
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="filter-menu"
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Filter the files"
        >
          <Choices
            label="Changed by its layer"
            options={pathChanges}
            words={changeWords}
            chosen={filter.changes}
            onChange={(changes) => onChange({ changes })}
          />
          <Choices
            label="Wasted: stored and no longer there"
            options={causes}
            words={causeWords}
            chosen={filter.causes}
            onChange={(chosen) => onChange({ causes: chosen })}
          />
          <Choices
            label="Kind of entry"
            options={fileKinds}
            chosen={filter.kinds}
            onChange={(kinds) => onChange({ kinds })}
          />
          <fieldset>
            <legend>Size</legend>
            <SizeField
              label="at least"
              value={filter.minBytes}
              onChange={(minBytes) => onChange({ minBytes })}
            />
            <SizeField
              label="at most"
              value={filter.maxBytes}
              onChange={(maxBytes) => onChange({ maxBytes })}
            />
          </fieldset>
          <fieldset>
            <legend>Path</legend>
            <TextField
              label="matches"
              hint="*.so or /usr/**"
              text={filter.glob ?? ''}
              onCommit={(glob) => {
                onChange({ glob: glob || undefined });
                return true;
              }}
            />
          </fieldset>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface ChoicesProps<V extends string> {
  readonly label: string;
  readonly options: readonly V[];
  /** What the options are called; their own names where nothing is said. */
  readonly words?: Readonly<Record<V, string>>;
  readonly chosen: readonly V[] | undefined;
  /** Undefined: none is chosen, so that nothing is filtered. */
  readonly onChange: (chosen: V[] | undefined) => void;
}

function Choices<V extends string>({ label, options, words, chosen = [], onChange }: ChoicesProps<V>) {
  const toggle = (option: V) => {
    const next = options.filter((other) => (other === option) !== chosen.includes(other));
    onChange(next.length > 0 ? next : undefined);
  };
  return (
    <fieldset>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option}>
          <input type="checkbox" checked={chosen.includes(option)} onChange={() => toggle(option)} />
          {words?.[option] ?? option}
        </label>
      ))}
    </fieldset>
  );
}

interface SizeFieldProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (bytes: number | undefined) => void;
}

function SizeField({ label, value, onChange }: SizeFieldProps) {
  const format = useFormatBytes();
  const commit = (text: string) => {
    const bytes = parseBytes(text);
    if (text.trim() !== '' && bytes === undefined) return false;
    onChange(bytes);
    return true;
  };
  return (
    <TextField label={label} hint="10 MB" text={value === undefined ? '' : format(value)} onCommit={commit} />
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  /** Whether the text was understood. */
  readonly onCommit: (text: string) => boolean;
}

/** Takes effect with Enter, or when it is left. */
function TextField({ label, hint, text, onCommit }: TextFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const [isWrong, setWrong] = useState(false);
  const commit = () => {
    if (typed === undefined || typed === text) return;
    const understood = onCommit(typed);
    setWrong(!understood);
    if (understood) setTyped(undefined);
  };
  return (
    <label htmlFor={id} className="filter-menu-field">
      {label}
      <input
        id={id}
        type="text"
        placeholder={hint}
        aria-invalid={isWrong}
        title={isWrong ? `Not understood: write it as ${hint}` : undefined}
        maxLength={1000}
        value={typed ?? text}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </label>
  );
}
