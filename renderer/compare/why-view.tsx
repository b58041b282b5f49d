import type { ReactNode } from 'react';
import type {
  ComparisonDocument,
  Difference as DifferenceDocument,
  DirectoryChange,
  PackageChange,
  Reason,
} from '../../shared/model/comparison-document.ts';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { Difference } from '../charts/path-strip.tsx';
import { SentenceText } from '../charts/sentence.tsx';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Bytes } from '../components/bytes.tsx';
import './why-view.css';

export interface WhyViewProps {
  /** What is known after a build here; undefined: what the two images by themselves tell. */
  readonly difference: DifferenceDocument | undefined;
  readonly comparison: ComparisonDocument;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
}

/** Why one image is larger than the other: the verdict, the reasons, and what else differs. */
export function WhyView({ difference, comparison, selected, onSelect }: WhyViewProps) {
  const { directories, packages, config, layers } = comparison;
  const said = difference ?? comparison.difference ?? undefined;
  return (
    <div className="why">
      <section className="why-answer" aria-label="The reasons">
        {said ? (
          <>
            <p className="why-verdict">
              <SentenceText sentence={said.verdict} />
            </p>
            <ol>
              {said.reasons.map((reason, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: reasons have no name and never change places
                <ReasonItem key={index} reason={reason} reasons={said.reasons} onSelect={onSelect} />
              ))}
            </ol>
          </>
        ) : (
          <p className="muted">
            The reasons are not known: a layer of one of the images, or a stage, is not at hand.
          </p>
        )}
      </section>
      <div className="why-tables">
        <Panel title="Directories" note={directories ? countNote(directories.total) : undefined}>
          {directories ? (
            <DirectoryTable rows={directories.items} selected={selected} onSelect={onSelect} />
          ) : (
            <p className="muted">Not known.</p>
          )}
        </Panel>
        <Panel title="Packages" note={packages ? countNote(packages.total) : undefined}>
          {packages ? <PackageTable rows={packages.items} /> : <p className="muted">Not known.</p>}
        </Panel>
        <div className="why-side">
          <Panel title="Layers">
            <LayerTable layers={layers} />
          </Panel>
          <Panel title="Configuration" note={countNote(config.length)}>
            <ConfigTable rows={config} />
          </Panel>
        </div>
      </div>
    </div>
  );
}

function countNote(total: number): string | undefined {
  return total === 0 ? undefined : `${formatCount(total)} differ`;
}

const signs = { smaller: '−', larger: '+', same: '=' } as const;

interface ReasonItemProps {
  readonly reason: Reason;
  readonly reasons: readonly Reason[];
  readonly onSelect: (path: string) => void;
}

function ReasonItem({ reason, reasons, onSelect }: ReasonItemProps) {
  const largest = Math.max(1, ...reasons.map(({ bytes }) => bytes));
  const { path, effect, bytes } = reason;
  return (
    <li className={`why-reason why-${effect}`}>
      <span className="why-sign" aria-hidden="true">
        {signs[effect]}
      </span>
      <span className="why-sentence">
        <SentenceText sentence={reason.sentence} />
        {path !== undefined && (
          <button type="button" className="why-path path" onClick={() => onSelect(path)}>
            <bdi>{visibleText(path)}</bdi>
          </button>
        )}
      </span>
      <span className="why-bar" aria-hidden="true">
        <i style={{ width: `${(100 * bytes) / largest}%` }} />
      </span>
    </li>
  );
}

interface PanelProps {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}

function Panel({ title, note, children }: PanelProps) {
  return (
    <section className="why-panel" aria-label={title}>
      <h2>
        {title} {note !== undefined && <span className="muted">{note}</span>}
      </h2>
      {children}
    </section>
  );
}

function NumberCell({ bytes }: { readonly bytes: number | null }) {
  const format = useFormatBytes();
  if (bytes === null) {
    return (
      <td className="why-number muted">
        –<span className="visually-hidden">not there</span>
      </td>
    );
  }
  return (
    <td className="why-number" title={formatExactBytes(bytes)}>
      {format(bytes)}
    </td>
  );
}

interface DirectoryTableProps {
  readonly rows: readonly DirectoryChange[];
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
}

function DirectoryTable({ rows, selected, onSelect }: DirectoryTableProps) {
  const format = useFormatBytes();
  if (rows.length === 0) return <p className="muted">No directory has other bytes.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Directory</th>
          <th scope="col" className="why-number">
            Left
          </th>
          <th scope="col" className="why-number">
            Right
          </th>
          <th scope="col" className="why-number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ path, left, right }) => (
          <tr key={path} data-selected={path === selected || undefined}>
            <th scope="row">
              <button
                type="button"
                className="why-row path"
                title={visibleText(path)}
                onClick={() => onSelect(path)}
              >
                <bdi>{visibleText(path)}</bdi>
              </button>
            </th>
            <NumberCell bytes={left} />
            <NumberCell bytes={right} />
            <td className="why-number">
              <Difference bytes={(right ?? 0) - (left ?? 0)} format={format} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const packageWords = { added: 'only right', removed: 'only left', changed: 'changed' } as const;

function PackageTable({ rows }: { readonly rows: readonly PackageChange[] }) {
  const format = useFormatBytes();
  if (rows.length === 0) return <p className="muted">Both have the same packages, or none is recorded.</p>;
  return (
    <table className="why-packages">
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">Change</th>
          <th scope="col" className="why-number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ ecosystem, name, kind, left, right }) => {
          const versions = [left?.version, right?.version].filter((version) => version != null);
          const both = kind === 'changed' && new Set(versions).size === 2;
          return (
            <tr key={`${ecosystem} ${name}`}>
              <th scope="row" title={`${visibleText(name)} (${ecosystem})`}>
                <bdi>{visibleText(name)}</bdi> <span className="muted">{ecosystem}</span>
              </th>
              <td title={versions.map(visibleText).join(' → ')}>
                {both ? versions.map(visibleText).join(' → ') : packageWords[kind]}
              </td>
              <td className="why-number">
                <Difference bytes={(right?.bytes ?? 0) - (left?.bytes ?? 0)} format={format} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function LayerTable({ layers }: { readonly layers: ComparisonDocument['layers'] }) {
  const rows = [
    ['in both, pulled once', layers.shared],
    ['only left', layers.left],
    ['only right', layers.right],
  ] as const;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col" className="why-number">
            Layers
          </th>
          <th scope="col" className="why-number">
            Stored
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([where, { layers: count, bytes }]) => (
          <tr key={where}>
            <th scope="row">{where}</th>
            <td className="why-number">{count}</td>
            <td className="why-number">
              <Bytes value={bytes} plain />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ConfigTable({ rows }: { readonly rows: ComparisonDocument['config'] }) {
  if (rows.length === 0) return <p className="muted">Both are set up alike.</p>;
  const value = (text: string | null) => (
    <td className="path" title={text === null ? undefined : visibleText(text)}>
      {text === null ? <span className="muted">not set</span> : <bdi>{visibleText(text)}</bdi>}
    </td>
  );
  return (
    <table className="why-config">
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Left</th>
          <th scope="col">Right</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ setting, left, right }) => (
          <tr key={setting}>
            <th scope="row" title={visibleText(setting)}>
              {visibleText(setting)}
            </th>
            {value(left)}
            {value(right)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
