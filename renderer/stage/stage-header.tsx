import { Link } from 'react-router';
import type { StageDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { stageAddress, variantAddress } from '../addresses.ts';
import { isScratch, stageBelow, targetStage } from '../charts/base-layers.ts';
import { type OwnerColor, stageName } from '../charts/owners.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Bytes } from '../components/bytes.tsx';
import { FateBar } from './fate-bar.tsx';
import type { StageSums } from './stage-sums.ts';

export interface StageHeaderProps {
  readonly folder: string;
  readonly variant: VariantDocument;
  readonly stage: StageDocument;
  readonly sums: StageSums | undefined;
  readonly color: OwnerColor | undefined;
}

/** What a stage is, how large, and what it stands on; the way to the other stages. */
export function StageHeader({ folder, variant, stage, sums, color }: StageHeaderProps) {
  return (
    <header className="stage-header">
      <div className="stage-header-name">
        <h1>
          {stage.live === null ? 'Size not known' : <Bytes value={stage.live} />}{' '}
          <span>{stageTitle(stage)}</span>
        </h1>
        <OtherStages folder={folder} variant={variant} stage={stage} />
      </div>
      <p className="stage-header-facts muted">
        Stands on <BaseName folder={folder} variant={variant} stage={stage} />
        {sums && (
          <>
            , <Bytes value={sums.base} />, and made <Bytes value={sums.own} /> itself
            {stage === targetStage(variant) && (
              <>
                ; it is <Link to={variantAddress(folder, variant.name)}>the image</Link>
              </>
            )}
          </>
        )}
        .
      </p>
      {sums && <FateBar sums={sums} color={color} />}
    </header>
  );
}

/** `stage builder`, `stage 1`. */
function stageTitle(stage: StageDocument): string {
  const name = stageName(stage);
  return name.startsWith('stage ') ? name : `stage ${visibleText(name)}`;
}

function BaseName({ folder, variant, stage }: Pick<StageHeaderProps, 'folder' | 'variant' | 'stage'>) {
  const below = stageBelow(variant.stages, stage);
  if (below) return <Link to={stageAddress(folder, variant.name, below.index)}>{stageTitle(below)}</Link>;
  if (isScratch(stage.base)) return 'nothing (scratch)';
  return (
    <b>
      <bdi>{visibleText(stage.base)}</bdi>
    </b>
  );
}

function OtherStages({ folder, variant, stage }: Pick<StageHeaderProps, 'folder' | 'variant' | 'stage'>) {
  if (variant.stages.length < 2) return null;
  return (
    <nav aria-label="Stages" className="stage-header-stages">
      {variant.stages.map((other) =>
        other.index === stage.index ? (
          <span key={other.index} aria-current="page">
            {visibleText(stageName(other))}
          </span>
        ) : other.built ? (
          <Link key={other.index} to={stageAddress(folder, variant.name, other.index)}>
            {visibleText(stageName(other))}
          </Link>
        ) : (
          <span key={other.index} className="muted" title="The image does without it">
            {visibleText(stageName(other))}, not built
          </span>
        ),
      )}
    </nav>
  );
}
