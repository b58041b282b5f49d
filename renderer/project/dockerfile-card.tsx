import type { Dockerfile, Variant } from '../../shared/model/project.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { StageDiagram, type StageDiagramProps } from './stage-diagram.tsx';
import { VariantList } from './variant-list.tsx';

interface DockerfileCardProps {
  readonly dockerfile: Dockerfile;
  readonly variants: readonly Variant[];
  readonly baseline: string | undefined;
  /** Of the page of a stage of the last build. */
  readonly stageAddress: StageDiagramProps['stageAddress'];
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (name: string, ticked: boolean) => void;
}

/** One Dockerfile: its stages, what is wrong with it, and its variants. */
export function DockerfileCard({ dockerfile, variants, stageAddress, ...list }: DockerfileCardProps) {
  const path = visibleText(dockerfile.path);
  const count = dockerfile.stages.length;
  const reading = readingInWords(dockerfile);
  return (
    <article className="dockerfile-card" aria-label={reading ? `${path}, ${reading}` : path}>
      <header>
        <h3 className="dockerfile-card-path">{path}</h3>
        <p className="muted">
          {count === 1 ? '1 stage' : `${count} stages`}
          {dockerfile.syntax && `, syntax ${visibleText(dockerfile.syntax)}`}
          {reading && `, ${reading}`}
        </p>
      </header>
      {dockerfile.problem && <ErrorPanel error={dockerfile.problem} quiet />}
      {count > 0 && <StageDiagram dockerfile={dockerfile} stageAddress={stageAddress} />}
      {variants.length > 0 && <VariantList variants={variants} {...list} />}
    </article>
  );
}

/** What a compose service reads otherwise than it is found in the folder. */
function readingInWords({ readFor, inline, buildArgs = {}, platform }: Dockerfile): string | undefined {
  if (readFor === undefined) return undefined;
  const given = Object.entries(buildArgs).map(([name, value]) => `${name}=${value}`);
  const all = [inline ? 'written in the compose file' : `for ${readFor}`, ...given, platform];
  return visibleText(all.filter((part) => part !== undefined).join(', '));
}
