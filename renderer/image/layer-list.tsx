import { type KeyboardEvent, useId, useRef } from 'react';
import type { FileFilter } from '../../shared/model/file-filter.ts';
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
  /** Whose colours the views of files have: the owners', or each layer its own. */
  readonly colours: LayerOwners;
  readonly filter: Pick<FileFilter, 'layer' | 'layers'>;
  /** Nothing: all layers. */
  readonly onChoose: (layers: Pick<FileFilter, 'layer' | 'layers'>) => void;
}

/** The layers, the lowest first; the chosen ones filter every other view. Shift chooses all up to another one. */
export function LayerList({ image, owners, colours, filter, onChoose }: LayerListProps) {
  const id = useId();
  const { layers } = image;
  const largest = Math.max(1, ...layers.map((layer) => layer.stored ?? 0));
  const range = rangeOf(filter);
  /** Where a range begins that Shift makes longer. */
  const anchor = useRef<number>(undefined);
  const head = range && (anchor.current === range.to ? range.from : range.to);
  const choose = (layer: number, extend: boolean) => {
    const from = extend ? (anchor.current ?? head ?? layer) : layer;
    anchor.current = from;
    onChoose(
      from === layer ? { layer } : { layers: { from: Math.min(from, layer), to: Math.max(from, layer) } },
    );
    document.getElementById(`${id}-${layer}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || layers.length === 0) return;
    const last = layers.length - 1;
    const at = head ?? -1;
    const steps: Record<string, number | undefined> = {
      ArrowDown: Math.min(last, at + 1),
      ArrowUp: Math.max(0, at - 1),
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape') onChoose({});
    else if (Object.hasOwn(steps, event.key)) choose(steps[event.key]!, event.shiftKey);
    else return;
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
        aria-multiselectable
        aria-activedescendant={head === undefined ? undefined : `${id}-${head}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {layers.map((layer) => (
          <LayerOption
            key={layer.index}
            id={`${id}-${layer.index}`}
            layer={layer}
            owner={owners[layer.index]}
            color={colours[layer.index]?.color}
            largest={largest}
            chosen={range !== undefined && layer.index >= range.from && layer.index <= range.to}
            onChoose={(extend) =>
              filter.layer === layer.index && !extend ? onChoose({}) : choose(layer.index, extend)
            }
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
  readonly color: Owner['color'] | undefined;
  readonly largest: number;
  readonly chosen: boolean;
  readonly onChoose: (extend: boolean) => void;
}

function LayerOption({ id, layer, owner, color, largest, chosen, onChoose }: LayerOptionProps) {
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
      onClick={(event) => onChoose(event.shiftKey)}
    >
      <div className="layer-head">
        {color && <Swatch color={color} />}
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
            <i style={{ width: width(live), background: color && `var(--owner-${color})` }} />
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

function rangeOf({ layer, layers }: Pick<FileFilter, 'layer' | 'layers'>) {
  return layer === undefined ? layers : { from: layer, to: layer };
}
