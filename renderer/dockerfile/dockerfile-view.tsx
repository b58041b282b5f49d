import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Dockerfile } from '../../shared/model/project.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import type { OwnedImage } from '../charts/owners.ts';
import { visibleText } from '../charts/visible-text.ts';
import './dockerfile-view.css';
import { DockerfileRowView } from './dockerfile-row-view.tsx';
import { dockerfileRows, type LinePlace, rowAfterKey, rowOfPlace } from './dockerfile-rows.ts';
import { LineSum } from './line-sum.tsx';

export interface DockerfileViewProps {
  /** As project.open has it. */
  readonly dockerfile: Dockerfile;
  /** What a build of it did; undefined before one: then there are no figures. */
  readonly variant: VariantDocument | undefined;
  /** Whose colours the stages have. */
  readonly owned: OwnedImage | undefined;
  readonly chosen: LinePlace | undefined;
  /** Undefined: no line. */
  readonly onChoose: (place: LinePlace | undefined) => void;
  /** Of a stage's page; undefined where it has none. */
  readonly stageAddress?: (stage: number) => string;
}

const headHeight = 30;
const lineHeight = 24;

/**
 * A Dockerfile with what every line did in the margin. The arrow keys go from instruction to instruction, Enter or a
 * click chooses one, whose files other views then show.
 */
export function DockerfileView(props: DockerfileViewProps) {
  const { dockerfile, variant, owned, chosen, onChoose } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const file = useMemo(() => dockerfileRows(dockerfile, variant), [dockerfile, variant]);
  const { rows } = file;
  const chosenRow = useMemo(() => rowOfPlace(file, chosen), [file, chosen]);
  const [active, setActive] = useState(chosenRow);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 20,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });
  const items = virtual.getVirtualItems();
  useEffect(() => {
    if (chosenRow < 0) return;
    setActive(chosenRow);
    virtual.scrollToIndex(chosenRow);
  }, [chosenRow, virtual]);

  const goTo = (row: number) => {
    setActive(row);
    virtual.scrollToIndex(row);
  };
  const choose = (row: number) => {
    const place = placeOf(row);
    if (!place) return;
    setActive(row);
    onChoose(row === chosenRow ? undefined : place);
  };
  const placeOf = (index: number) => {
    const row = rows[index];
    return row && 'place' in row ? row.place : undefined;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const next = rowAfterKey(file, active, event.key);
    if (next !== undefined) goTo(next);
    else if (event.key === 'Enter' || event.key === ' ') choose(active);
    else if (event.key === 'Escape' && chosen) onChoose(undefined);
    else return;
    event.preventDefault();
  };

  const rowId = (index: number) => `${id}-${index}`;
  const isActiveShown = items.some(({ index }) => index === active);
  return (
    <section className="dockerfile" aria-label={`Dockerfile ${visibleText(dockerfile.path)}`}>
      {file.isChanged && (
        <p className="dockerfile-changed">
          This Dockerfile has changed since the build: lines that are no longer the same have no figures.
        </p>
      )}
      <div className="dockerfile-scroller" ref={scroller}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are chosen
          role="grid"
          aria-label={`Lines of ${visibleText(dockerfile.path)}; choosing one filters the files`}
          aria-rowcount={rows.length + 1}
          tabIndex={0}
          aria-activedescendant={isActiveShown ? rowId(active) : undefined}
          onKeyDown={onKeyDown}
        >
          <Head />
          <tbody style={{ height: virtual.getTotalSize() }}>
            {items.map(({ key, index, start }) => (
              <DockerfileRowView
                key={key}
                ref={virtual.measureElement}
                id={rowId(index)}
                index={index}
                top={start - headHeight}
                row={rows[index]!}
                largest={file.largest}
                owned={owned}
                chosen={chosen}
                active={placeOf(active)}
                stageAddress={props.stageAddress}
                onChoose={() => choose(rowOfPlace(file, placeOf(index)))}
              />
            ))}
          </tbody>
        </table>
      </div>
      {variant && <LineSum variant={variant} />}
    </section>
  );
}

function Head() {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className="dockerfile-number">
          <span className="visually-hidden">Line</span>
        </th>
        <th scope="col">Instruction</th>
        <th scope="col" className="dockerfile-figure" title="Stored in the layer it made in its stage">
          Added
        </th>
        <th scope="col" className="dockerfile-figure" title="Of that: still there at the end of its stage">
          Live
        </th>
        <th scope="col" className="dockerfile-figure" title="Of that: no longer there, yet stored">
          Wasted
        </th>
        <th
          scope="col"
          className="dockerfile-figure"
          title="Live content of the image that is from this line: it was made or first brought in here"
        >
          Contributes
        </th>
      </tr>
    </thead>
  );
}
