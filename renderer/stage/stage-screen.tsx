import { useMemo } from 'react';
import { Link } from 'react-router';
import { projectAddress, variantAddress } from '../addresses.ts';
import { targetStage } from '../charts/base-layers.ts';
import { ownersOfVariants, stageName } from '../charts/owners.ts';
import { projectCrumb } from '../charts/project-crumb.ts';
import { useAddress } from '../charts/use-address.ts';
import { visibleText } from '../charts/visible-text.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Screen } from '../components/screen.tsx';
import type { Crumb } from '../components/toolbar.tsx';
import { projectWatch } from '../watch/project-watch.ts';
import { useProjectResult } from '../watch/use-project-result.ts';
import { StageContents } from './stage-contents.tsx';
import { readStageSubject, type StageSubject } from './stage-view.ts';

/** One stage of a variant's last build: what it is made of, and what became of it in the image. */
export function StageScreen() {
  const { query } = useAddress();
  const subject = readStageSubject(query);
  if (subject) return <BuiltStage {...subject} />;
  return (
    <Screen crumbs={[{ label: 'Stage' }]}>
      <EmptyState title="This address names no stage" actions={<Link to="/">Go to the start</Link>}>
        <p>Stages are reached from the image or the comparison that they are part of.</p>
      </EmptyState>
    </Screen>
  );
}

function BuiltStage({ folder, variant: name, stage: index }: StageSubject) {
  const { result, known, error, updating, refetch } = useProjectResult(folder);
  const document = result?.document;
  const owned = useMemo(() => document && ownersOfVariants(document.variants), [document]);
  const at = document?.variants.findIndex((variant) => variant.name === name) ?? -1;
  const variant = document?.variants[at];
  const stage = variant?.stages.find((other) => other.index === index);
  const crumbs: Crumb[] = [
    projectCrumb(folder),
    { label: visibleText(name), ...(variant?.image && { to: variantAddress(folder, name) }) },
    { label: stage ? visibleText(stageName(stage)) : `stage ${index}` },
  ];
  if (variant && stage?.built && owned) {
    return (
      <StageContents
        // Another stage has other files: nothing of this one's state is its.
        key={`${name} ${index}`}
        crumbs={crumbs}
        watch={projectWatch(folder, result!.document, updating, [variant])}
        folder={folder}
        variant={variant}
        stage={stage}
        // The last one's image is the variant's.
        handle={
          stage === targetStage(variant) ? result?.handles[name] : result?.stages[name]?.[String(index)]
        }
        owned={owned.images[at]!}
      />
    );
  }
  return (
    <Screen crumbs={crumbs} watch={document && projectWatch(folder, document, updating)}>
      {error ? (
        <ErrorPanel error={error} onRetry={refetch} />
      ) : !known ? (
        <p className="muted">Loading the last build …</p>
      ) : (
        <EmptyState
          title={
            stage
              ? `Stage ${visibleText(stageName(stage))} was not built: the image does without it`
              : `The last build has no stage ${index} of ${visibleText(name)}`
          }
          actions={<Link to={projectAddress(folder)}>Go to the project</Link>}
        />
      )}
    </Screen>
  );
}
