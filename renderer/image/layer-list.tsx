import { type KeyboardEvent, useId } from 'react';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { ImageFacts, LayerDocument } from '../../shared/model/image-document.ts';
import { shortInstruction } from '../charts/instruction-text.ts';
import { Swatch } from '../charts/legend.tsx';
import type { LayerOwners, Owner } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import './layer-list.css';

export interface LayerListProps {
  readonly image: ImageFacts;
  readonly owners: LayerOwners;
  readonly chosen: number | undefined;
  /** Undefined: all layers. */
  readonly onChoose: (layer: number | undefined) => void;
}

/** The layers, the lowest first; the chosen one filters every other view. */
export function LayerList({ image, owners, chosen, onChoose }: LayerListProps) {
  const id = useId();
  const { layers } = image;
  const largest = Math.max(1, ...layers.map((layer) => layer.stored ?? 0));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || layers.length === 0) return;
    const last = layers.length - 1;
    const at = chosen ?? -1;
    const steps: Record<string, number | undefined> = {
      ArrowDown: Math.min(last, at + 1),
      ArrowUp: Math.max(0, at - 1),
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape') onChoose(undefined);
    else if (Object.hasOwn(steps, event.key)) {
      const next = steps[event.key]!;
      onChoose(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else return;
    event.preventDefault();
  };
  return (
    <section className="layer-list" aria-label="Layers">
      <h2>
        Layers <span className="muted">{formatCount(layers.length)}</span>
      </h2>
      {layers.length === 0 && <p className="muted">This image has no layers: it is empty.</p>}
      <div
        role="listbox"
        aria-label="Layers, the lowest first; choosing one filters the files"
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {layers.map((layer) => (
          <LayerOption
            key={layer.index}
            id={`${id}-${layer.index}`}
            layer={layer}
            owner={owners[layer.index]}
            largest={largest}
            chosen={layer.index === chosen}
            onChoose={onChoose}
          />
        ))}
      </div>
    </section>
  );
}

interface LayerOptionProps {
  readonly id: string;
  readonly layer: LayerDocument;
  readonly owner: Owner | undefined;
  readonly largest: number;
  readonly chosen: boolean;
  readonly onChoose: (layer: number | undefined) => void;
}

function LayerOption({ id, layer, owner, largest, chosen, onChoose }: LayerOptionProps) {
  const format = useFormatBytes();
  const { index, stored, live, reclaimable, tar, line, endLine } = layer;
  const lines =
    line === null
      ? undefined
      : endLine !== null && endLine > line
        ? `lines ${line}–${endLine}`
        : `line ${line}`;
  const width = (bytes: number | null) => `${(100 * (bytes ?? 0)) / largest}%`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox has the keys
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className="layer"
      onClick={() => onChoose(chosen ? undefined : index)}
    >
      <div className="layer-head">
        {owner && <Swatch color={owner.color} />}
        <span className="layer-owner">
          {owner ? <bdi>{visibleText(owner.title)}</bdi> : `layer ${index + 1}`}
          {lines && `, ${lines}`}
        </span>
        <b title={stored === null ? undefined : formatExactBytes(stored)}>
          {stored === null ? 'not available here' : format(stored)}
        </b>
      </div>
      <div className="layer-instruction path" title={visibleText(shortInstruction(layer.createdBy))}>
        {visibleText(shortInstruction(layer.createdBy))}
      </div>
      {stored !== null && (
        <>
          <div className="layer-bar" aria-hidden="true">
            <i style={{ width: width(live), background: owner && `var(--owner-${owner.color})` }} />
            <i className="layer-bar-reclaimable" style={{ width: width(reclaimable) }} />
          </div>
          <div className="layer-sizes muted">
            <span title={live === null ? undefined : formatExactBytes(live)}>live {format(live)}</span>
            {reclaimable !== 0 && (
              <span title={reclaimable === null ? undefined : formatExactBytes(reclaimable)}>
                reclaimable {format(reclaimable)}
              </span>
            )}
            {tar !== null && <span title={formatExactBytes(tar)}>tar {format(tar)}</span>}
          </div>
        </>
      )}
    </div>
  );
}
