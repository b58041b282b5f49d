import type { VariantDocument } from '../../shared/model/project-document.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Button } from '../components/button.tsx';
import './variant-picker.css';

export interface VariantPickerProps {
  readonly variants: readonly VariantDocument[];
  readonly left: string;
  readonly right: string;
  readonly onChoose: (choice: { readonly left?: string; readonly right?: string }) => void;
}

/** Which two of a group's variants are compared. */
export function VariantPicker({ variants, left, right, onChoose }: VariantPickerProps) {
  const options = variants.map(({ name, image }) => (
    <option key={name} value={name} disabled={!image}>
      {visibleText(name)}
    </option>
  ));
  return (
    <div className="variant-picker">
      <select aria-label="Left" value={left} onChange={(event) => onChoose({ left: event.target.value })}>
        {options}
      </select>
      <Button
        kind="quiet"
        aria-label="Swap left and right"
        onClick={() => onChoose({ left: right, right: left })}
      >
        ⇄
      </Button>
      <select aria-label="Right" value={right} onChange={(event) => onChoose({ right: event.target.value })}>
        {options}
      </select>
    </div>
  );
}
