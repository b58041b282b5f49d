import { useMemo } from 'react';
import { Link } from 'react-router';
import type { BuildResult } from '../../shared/model/build.ts';
import type { Difference } from '../../shared/model/comparison-document.ts';
import type { ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { projectAddress, variantAddress } from '../addresses.ts';
import { filterFor } from '../charts/file-filter-address.ts';
import { leftBehindOf } from '../charts/left-behind.ts';
import { type OwnedImage, ownersOfVariants } from '../charts/owners.ts';
import { projectCrumb } from '../charts/project-crumb.ts';
import { TransportFact } from '../charts/transport-fact.tsx';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { visibleText } from '../charts/visible-text.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { previousImage, sizeSince } from '../since/previous-build.ts';
import { isOlder } from '../watch/keep-images.ts';
import { projectWatch } from '../watch/project-watch.ts';
import { useProjectResult } from '../watch/use-project-result.ts';
import { type ChosenVariants, chooseVariants } from './choose-variants.ts';
import { type ComparedSide, Comparison } from './comparison.tsx';
import { type BarVariant, variantNote } from './variant-bars.tsx';
import { VariantPicker } from './variant-picker.tsx';

export interface CompareProjectProps {
  readonly folder: string;
  readonly left?: string;
  readonly right?: string;
}

/** Two variants of the last build of a folder. */
export function CompareProject({ folder, left, right }: CompareProjectProps) {
  const { result, known, error, updating, refetch } = useProjectResult(folder);
  const crumbs = [projectCrumb(folder), { label: 'Compare' }];
  const chosen = useMemo(() => result && chooseVariants(result.document, left, right), [result, left, right]);

  if (result && chosen)
    return <ChosenComparison folder={folder} result={result} chosen={chosen} updating={updating} />;
  return (
    <Screen
      crumbs={crumbs}
      watch={result && { ...projectWatch(folder, result.document, updating), quiet: true }}
    >
      {error ? (
        <ErrorPanel error={error} onRetry={refetch} />
      ) : !known ? (
        <p className="muted">Loading the last build …</p>
      ) : result ? (
        <TooFew folder={folder} variants={result.document.variants} />
      ) : (
        <EmptyState
          title="This project is not built yet"
          actions={<Link to={projectAddress(folder)}>Go to the project</Link>}
        >
          <p>Build its variants first; then they are compared here.</p>
        </EmptyState>
      )}
    </Screen>
  );
}

/** Fewer than two images came out of the build. */
function TooFew({
  folder,
  variants,
}: {
  readonly folder: string;
  readonly variants: readonly VariantDocument[];
}) {
  const only = variants.find((variant) => variant.image);
  return (
    <>
      <EmptyState
        title={only ? 'Only one variant was built' : 'No variant was built'}
        actions={
          <>
            {only && (
              <Link to={variantAddress(folder, only.name)}>See what is in {visibleText(only.name)}</Link>
            )}
            <Link to={projectAddress(folder)}>Go to the project</Link>
          </>
        }
      >
        <p>A comparison takes two images.</p>
      </EmptyState>
      {variants.map(({ name, build }) => build.error && <ErrorPanel key={name} error={build.error} quiet />)}
    </>
  );
}

function ChosenComparison({
  folder,
  result,
  chosen: { left, right, group, baseline },
  updating,
}: {
  readonly folder: string;
  readonly result: BuildResult;
  readonly chosen: ChosenVariants;
  readonly updating: boolean;
}) {
  const { document, handles } = result;
  const { query, go } = useAddress();
  const fileFilter = useFileFilter();
  // Owners of all variants, not only of those shown: a colour stays when another one is chosen.
  const owned = useMemo(() => ownersOfVariants(document.variants), [document]);
  const ownedBy = (variant: VariantDocument): OwnedImage => owned.images[document.variants.indexOf(variant)]!;
  const bars = useMemo(
    () =>
      group.map((variant): BarVariant => {
        return {
          id: variant.name,
          name: variant.name,
          note: isOlder(variant) ? 'from before the error' : variantNote(variant, variant.name === baseline),
          live: variant.image?.sizes.live ?? null,
          since: sizeSince(result, variant),
          leftBehind: leftBehindOf(variant),
          shares: owned.images[document.variants.indexOf(variant)]!.shares,
          ...(variant.image
            ? {}
            : { failure: variant.build.error?.message ?? `the build was ${variant.build.status}` }),
        };
      }),
    [group, owned, document, result, baseline],
  );
  const crumbs = [
    projectCrumb(folder),
    { label: visibleText(left.name) },
    { label: visibleText(right.name), before: 'vs' },
  ];
  const side = (variant: VariantDocument): ComparedSide | undefined => {
    const handle = handles[variant.name];
    if (!variant.image || handle === undefined) return undefined;
    const { dockerfile } = variant;
    // What is selected and filtered here is there too, as far as it can be.
    const address = variantAddress(folder, variant.name, {
      path: query.get('select') ?? undefined,
      filter: filterFor(fileFilter, dockerfile),
      of: dockerfile,
    });
    return {
      name: variant.name,
      handle,
      image: variant.image,
      owned: ownedBy(variant),
      variant,
      address,
      previous: previousImage(result, variant.name),
    };
  };
  const picker = group.length > 2 && (
    <VariantPicker
      variants={group}
      left={left.name}
      right={right.name}
      onChoose={(choice) => go({ left: left.name, right: right.name, ...choice })}
    />
  );
  const [leftSide, rightSide] = [side(left), side(right)];
  if (!leftSide || !rightSide) {
    const failed = leftSide ? right : left;
    return (
      <Screen crumbs={crumbs} watch={{ ...projectWatch(folder, document, updating), quiet: true }}>
        {picker}
        {failed.build.error ? (
          <ErrorPanel error={failed.build.error} quiet />
        ) : (
          <EmptyState
            title={`${visibleText(failed.name)} has no image: its build was ${failed.build.status}`}
          />
        )}
        <p>
          <Link to={projectAddress(folder)}>Go to the project</Link>
        </p>
      </Screen>
    );
  }
  return (
    <Comparison
      crumbs={crumbs}
      watch={projectWatch(folder, document, updating, group)}
      facts={<TransportFact variants={document.variants} />}
      folder={folder}
      difference={differenceOf(document, left, right)}
      left={leftSide}
      right={rightSide}
      owners={owned.owners.filter((owner) =>
        bars.some((bar) => bar.shares.some((share) => share.owner.id === owner.id)),
      )}
      bars={bars}
      leftId={left.name}
      rightId={right.name}
      onChooseRight={group.length > 2 ? (name) => go({ left: left.name, right: name }) : undefined}
      picker={picker}
      warnings={document.warnings.map((warning) => warning.message)}
    />
  );
}

/** What the build knows of the difference; it holds every variant against its group's baseline. */
function differenceOf(
  { groups }: ProjectDocument,
  left: VariantDocument,
  right: VariantDocument,
): Difference | undefined {
  const rows = groups.filter(({ baseline }) => baseline === left.name).flatMap((group) => group.rows);
  return rows.find(({ variant }) => variant === right.name)?.difference ?? undefined;
}
