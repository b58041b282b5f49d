import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { causeSentences, causeWords } from '../charts/cause-words.ts';
import { Swatch } from '../charts/legend.tsx';
import type { LayerOwners } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import './image-list.css';

export interface WasteListProps {
  readonly waste: NonNullable<ImageFacts['waste']>;
  readonly image: ImageFacts;
  readonly owners: LayerOwners;
  /** Only what this layer stored. */
  readonly layer: number | undefined;
}

/** What the layers carry in vain, the largest first. */
export function WasteList({ waste, owners, layer }: WasteListProps) {
  const format = useFormatBytes();
  const items = waste.items.filter((item) => layer === undefined || item.layer === layer);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section className="image-list" aria-label="Waste" tabIndex={0}>
      {waste.total === 0 ? (
        <p className="image-list-note">Nothing is stored in vain.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col">Cause</th>
              <th scope="col">Stored by layer</th>
              <th scope="col">Hidden by layer</th>
              <th scope="col" className="image-list-number">
                Bytes
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={`${item.path} ${item.layer} ${item.hiddenBy} ${item.cause} ${item.bytes}`}>
                <td className="path">
                  <bdi>{visibleText(item.path)}</bdi>
                </td>
                <td title={causeSentences[item.cause]}>{causeWords[item.cause]}</td>
                <LayerCell index={item.layer} owners={owners} />
                <LayerCell index={item.hiddenBy} owners={owners} />
                <td className="image-list-number" title={formatExactBytes(item.bytes)}>
                  {format(item.bytes)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {waste.total > waste.items.length && (
        <p className="image-list-note">
          The largest {formatCount(waste.items.length)} of {formatCount(waste.total)};{' '}
          {format(waste.totalBytes)} in all.
        </p>
      )}
    </section>
  );
}

function LayerCell({ index, owners }: { readonly index: number; readonly owners: LayerOwners }) {
  const owner = owners[index];
  return (
    <td>
      {owner && <Swatch color={owner.color} />} {index + 1}
      {owner && owner.kind !== 'layer' && <span className="muted"> {visibleText(owner.label)}</span>}
    </td>
  );
}
