import { useMemo } from 'react';
import { Link } from 'react-router';
import type { ImageSource } from '../../shared/api/contract.ts';
import { projectAddress } from '../addresses.ts';
import { ownersOfImage, ownersOfVariants } from '../charts/owners.ts';
import { projectCrumb } from '../charts/project-crumb.ts';
import { useAddress } from '../charts/use-address.ts';
import { visibleText } from '../charts/visible-text.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { previousImage } from '../since/previous-build.ts';
import { projectWatch } from '../watch/project-watch.ts';
import { useProjectResult } from '../watch/use-project-result.ts';
import { ImageContents } from './image-contents.tsx';
import { readImageSubject } from './image-view.ts';
import { OpeningImage, sourceName } from './opening-image.tsx';
import { useOpenedImage } from './use-opened-image.ts';

/** One image: a variant of a project's last build, or one from the engine or an archive. */
export function ImageScreen() {
  const { query } = useAddress();
  const subject = readImageSubject(query);
  if (!subject) {
    return (
      <Screen crumbs={[{ label: 'Image' }]}>
        <EmptyState title="This address names no image" actions={<Link to="/">Go to the start</Link>}>
          <p>Open an image of the engine, or an archive, from the start.</p>
        </EmptyState>
      </Screen>
    );
  }
  if (subject.kind === 'variant') return <VariantImage {...subject} />;
  return <SourceImage {...subject} />;
}

function VariantImage({ folder, variant: name }: { readonly folder: string; readonly variant: string }) {
  const { result, known, error, updating, refetch } = useProjectResult(folder);
  const document = result?.document;
  const owned = useMemo(() => document && ownersOfVariants(document.variants), [document]);
  const crumbs = [projectCrumb(folder), { label: visibleText(name) }];
  const index = document?.variants.findIndex((variant) => variant.name === name) ?? -1;
  const variant = document?.variants[index];
  const handle = result?.handles[name];
  if (owned && variant?.image && handle !== undefined) {
    const ownedImage = owned.images[index]!;
    return (
      <ImageContents
        crumbs={crumbs}
        watch={document && projectWatch(folder, document, updating, [variant])}
        handle={handle}
        image={variant.image}
        owned={ownedImage}
        warnings={[]}
        build={{ folder, variant }}
        previous={result && previousImage(result, name)}
      />
    );
  }
  return (
    <Screen crumbs={crumbs} watch={document && { ...projectWatch(folder, document, updating), quiet: true }}>
      {error ? (
        <ErrorPanel error={error} onRetry={refetch} />
      ) : !known ? (
        <p className="muted">Loading the last build …</p>
      ) : variant?.build.error ? (
        <ErrorPanel error={variant.build.error} quiet />
      ) : (
        <EmptyState
          title={
            !result
              ? 'This project is not built yet'
              : variant
                ? `${visibleText(name)} has no image: its build was ${variant.build.status}`
                : `${visibleText(name)} was not part of the last build`
          }
          actions={<Link to={projectAddress(folder)}>Go to the project</Link>}
        >
          <p>Build it, and its files are shown here.</p>
        </EmptyState>
      )}
    </Screen>
  );
}

function SourceImage({ source, platform }: { readonly source: ImageSource; readonly platform?: string }) {
  const { query } = useAddress();
  const opened = useOpenedImage(source, platform);
  const document = opened.value?.document;
  const owned = useMemo(() => document && ownersOfImage(document.image), [document]);
  const crumbs = [{ label: sourceName(source) }];
  if (!opened.value || !owned || opened.stale) {
    return (
      <Screen crumbs={crumbs}>
        <h1 className="visually-hidden">Opening {sourceName(source)}</h1>
        <OpeningImage
          opened={opened}
          addressFor={(change) => {
            const next = new URLSearchParams(query);
            for (const [name, value] of Object.entries(change)) next.set(name, value);
            return `/image?${next}`;
          }}
        />
      </Screen>
    );
  }
  return (
    <ImageContents
      crumbs={crumbs}
      handle={opened.value.handle}
      image={opened.value.document.image}
      owned={owned.images[0]!}
      warnings={opened.value.document.warnings.map((warning) => warning.message)}
    />
  );
}
