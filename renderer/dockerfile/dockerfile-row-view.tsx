import type { Ref } from 'react';
import { Link } from 'react-router';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { LineBytes, StageDocument } from '../../shared/model/project-document.ts';
import { causeWords } from '../charts/cause-words.ts';
import { Swatch } from '../charts/legend.tsx';
import type { OwnedImage } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Icon } from '../components/icons.tsx';
import {
  type DockerfileRow,
  isSamePlace,
  type LinePlace,
  type StageRow,
  type TextRow,
  type WasteRow,
} from './dockerfile-rows.ts';
import { LineBar } from './line-bar.tsx';

export interface DockerfileRowViewProps {
  readonly ref: Ref<HTMLTableRowElement>;
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly row: DockerfileRow;
  readonly largest: number;
  readonly owned: OwnedImage | undefined;
  readonly chosen: LinePlace | undefined;
  readonly active: LinePlace | undefined;
  readonly stageAddress: ((stage: number) => string) | undefined;
  readonly onChoose: () => void;
}

export function DockerfileRowView(props: DockerfileRowViewProps) {
  const { ref, id, index, top, row, chosen, active, onChoose } = props;
  const place = 'place' in row ? row.place : undefined;
  return (
    <tr
      ref={ref}
      id={id}
      data-index={index}
      data-kind={row.kind}
      data-unbuilt={('isBuilt' in row && !row.isBuilt) || undefined}
      data-active={isSamePlace(place, active) || undefined}
      data-choosable={place !== undefined || undefined}
      aria-rowindex={index + 2}
      aria-selected={place ? isSamePlace(place, chosen) : undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={place && onChoose}
    >
      {row.kind === 'text' ? (
        <TextCells row={row} largest={props.largest} owned={props.owned} />
      ) : row.kind === 'stage' ? (
        <StageCell row={row} owned={props.owned} address={props.stageAddress?.(row.index)} />
      ) : (
        <WasteCell row={row} />
      )}
    </tr>
  );
}

function TextCells({
  row,
  largest,
  owned,
}: {
  readonly row: TextRow;
  readonly largest: number;
  readonly owned: OwnedImage | undefined;
}) {
  const { number, text, keyword, bytes } = row;
  return (
    <>
      <td className="dockerfile-number">{number}</td>
      <td className={`dockerfile-text ${row.place ? '' : 'muted'}`}>
        <Text text={text} keyword={keyword} />
        {row.cut && <span className="muted"> … this line is longer</span>}
      </td>
      <Figure value={bytes?.added} what="added" />
      <Figure value={bytes?.live} what="still live" />
      <Figure value={bytes?.wasted} what="wasted" tone={bytes?.wasted ? 'wasted' : undefined} />
      <Figure
        value={bytes?.contributed}
        what={contributedWords(bytes)}
        tone={bytes?.contributed ? 'image' : undefined}
      />
      {bytes && ((bytes.added ?? 0) > 0 || (bytes.contributed ?? 0) > 0) && (
        <td className="dockerfile-bar" aria-hidden="true">
          <LineBar
            bytes={bytes}
            largest={largest}
            color={row.origin === undefined ? undefined : owned?.origins?.get(row.origin)?.color}
          />
        </td>
      )}
    </>
  );
}

/** A copy from another stage contributes nothing of its own, however much it brings. */
function contributedWords(bytes: LineBytes | undefined): string {
  const brings = bytes?.keyword === 'COPY' && bytes.contributed === 0 && bytes.live !== 0;
  return brings ? 'of the image: what it copies is from other lines' : 'of the image';
}

/** The text as it stands there, its tabs kept, what is unseen shown. */
function Text({ text, keyword }: { readonly text: string; readonly keyword: string | undefined }) {
  const shown = text.split('\t').map(visibleText).join('\t');
  const start = /^\s*\S+/.exec(shown)?.[0] ?? '';
  if (keyword === undefined || start.trim().toUpperCase() !== keyword) return <bdi>{shown}</bdi>;
  return (
    <bdi>
      <b>{start}</b>
      {shown.slice(start.length)}
    </bdi>
  );
}

function Figure({
  value,
  what,
  tone,
}: {
  /** Null and undefined: it makes no layer, or that is not known. */
  readonly value: number | null | undefined;
  readonly what: string;
  readonly tone?: 'wasted' | 'image';
}) {
  const format = useFormatBytes();
  if (value === null || value === undefined) return <td className="dockerfile-figure" />;
  return (
    <td
      className={`dockerfile-figure ${value === 0 ? 'muted' : ''}`}
      data-tone={tone}
      title={`${formatExactBytes(value)} ${what}`}
    >
      {value === 0 ? '0' : format(value)}
    </td>
  );
}

function StageCell({
  row: { index, name, document, isBuilt },
  owned,
  address,
}: {
  readonly row: StageRow;
  readonly owned: OwnedImage | undefined;
  readonly address: string | undefined;
}) {
  const format = useFormatBytes();
  const color = owned?.origins?.get(`stage:${index}`)?.color;
  const facts = document && stageFacts(document, format);
  return (
    <td className="dockerfile-stage" colSpan={6}>
      {color && <Swatch color={color} />}
      <b>
        Stage {index}
        {name !== undefined && (
          <>
            {' '}
            <bdi>{visibleText(name)}</bdi>
          </>
        )}
      </b>
      <span className="muted dockerfile-stage-facts">
        {isBuilt ? facts : 'not built: the image does without it'}
      </span>
      {address !== undefined && document && isBuilt && <Link to={address}>Open stage</Link>}
    </td>
  );
}

function stageFacts(
  { live, own, shared, reached, leftBehind }: StageDocument,
  format: (bytes: number) => string,
): string {
  const facts = [
    own !== null && `made ${format(own)}`,
    shared !== null && shared === live && 'all of it is in the image',
    reached !== null && reached > 0 && `${format(reached)} reached the image`,
    leftBehind !== null && leftBehind > 0 && `${format(leftBehind)} left behind`,
  ];
  return facts.filter(Boolean).join(', ');
}

function WasteCell({ row: { waste } }: { readonly row: WasteRow }) {
  const format = useFormatBytes();
  const { bytes, files, cause, path, fix } = waste;
  return (
    <td className="dockerfile-waste" colSpan={6}>
      <Icon name="warning" />
      <span>
        {fix !== null && (
          <>
            <b>{visibleText(fix)}</b>: saves{' '}
          </>
        )}
        <b title={formatExactBytes(bytes)}>{format(bytes)}</b>
        {fix === null ? ' ' : ' – '}
        {causeWords[cause]} here: <bdi className="path">{visibleText(path)}</bdi>
        {files > 1 && ` and ${formatCount(files - 1)} more`}
      </span>
    </td>
  );
}
