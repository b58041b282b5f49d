import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { Dockerfile } from '../../shared/model/project.ts';
import type { LineBytes } from '../../shared/model/project-document.ts';
import type { OwnerColor } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { isSamePlace, type LinePlace } from '../dockerfile/dockerfile-rows.ts';
import { LineBar } from '../dockerfile/line-bar.tsx';
import { madeByLine } from './stage-sums.ts';

export interface StageLinesProps {
  /** Of the whole Dockerfile. */
  readonly lines: readonly LineBytes[];
  readonly stage: number;
  /** For the words of the instructions, where it is at hand. */
  readonly dockerfile: Dockerfile | undefined;
  readonly color: OwnerColor | undefined;
  readonly chosen: LinePlace | undefined;
  readonly onChoose: ((line: LinePlace | undefined) => void) | undefined;
}

/** What the stage made, by line; each is a filter of its files. */
export function StageLines({ lines, stage, dockerfile, color, chosen, onChoose }: StageLinesProps) {
  const format = useFormatBytes();
  const made = madeByLine(lines, stage);
  const largest = Math.max(0, ...made.map(({ added }) => added ?? 0));
  const instructions = dockerfile?.stages[stage]?.instructions ?? [];
  return (
    <section className="stage-list" aria-label="What it made">
      <h2>What it made, by line</h2>
      {made.length === 0 && <p className="muted">Nothing that is still there at its end.</p>}
      <ul>
        {made.map((line) => {
          const place = { stage, line: line.line };
          const isChosen = isSamePlace(place, chosen);
          const text = instructions.find((other) => other.line === line.line)?.text ?? line.keyword;
          return (
            <li key={line.line}>
              <button
                type="button"
                aria-pressed={isChosen}
                disabled={!onChoose}
                onClick={() => onChoose?.(isChosen ? undefined : place)}
              >
                <span className="stage-list-name path" title={visibleText(text)}>
                  <span className="muted">{line.line}</span> {visibleText(text.replace(/\s+/g, ' '))}
                </span>
                <b title={formatExactBytes(line.live!)}>{format(line.live)}</b>
                <LineBar bytes={line} largest={largest} color={color} />
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
