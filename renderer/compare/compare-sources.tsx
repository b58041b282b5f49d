import { useMemo } from 'react';
import type { ImageSource } from '../../shared/api/contract.ts';
import { encodeSource, imageAddress } from '../addresses.ts';
import { ownersOfPair } from '../charts/owners.ts';
import { useAddress } from '../charts/use-address.ts';
import { Screen } from '../components/screen.tsx';
import { OpeningImage, sourceName } from '../image/opening-image.tsx';
import { type OpenedImageCall, useOpenedImage } from '../image/use-opened-image.ts';
import { type ComparedSide, Comparison } from './comparison.tsx';
import './compare-sources.css';
import type { BarVariant } from './variant-bars.tsx';

export interface CompareSourcesProps {
  readonly left: ImageSource;
  readonly right: ImageSource;
  readonly leftPlatform?: string;
  readonly rightPlatform?: string;
}

/** Two images without a build, each from the engine or an archive. */
export function CompareSources({ left, right, leftPlatform, rightPlatform }: CompareSourcesProps) {
  const { query } = useAddress();
  const leftImage = useOpenedImage(left, leftPlatform);
  const rightImage = useOpenedImage(right, rightPlatform);
  const [leftName, rightName] = [sourceName(left), sourceName(right)];
  const crumbs = [{ label: leftName }, { label: rightName, before: 'vs' }];
  const [a, b] = [leftImage.value?.document.image, rightImage.value?.document.image];
  const owned = useMemo(() => a && b && ownersOfPair(a, b), [a, b]);

  if (!owned || !a || !b || leftImage.stale || rightImage.stale) {
    const addressFor =
      (side: 'left' | 'right', source: ImageSource) => (change: { image?: string; platform?: string }) => {
        const next = new URLSearchParams(query);
        if (change.platform !== undefined) next.set(`${side}Platform`, change.platform);
        if (change.image !== undefined && source.kind === 'archive') {
          next.set(`${side}Source`, encodeSource({ ...source, image: change.image }));
        }
        return `/compare?${next}`;
      };
    return (
      <Screen crumbs={crumbs}>
        <h1 className="visually-hidden">
          Opening {leftName} and {rightName}
        </h1>
        <div className="compare-sources">
          <Half opened={leftImage} name={leftName} addressFor={addressFor('left', left)} />
          <Half opened={rightImage} name={rightName} addressFor={addressFor('right', right)} />
        </div>
      </Screen>
    );
  }
  // The same image twice has one name: the side tells them apart.
  const side = (index: 0 | 1): ComparedSide => ({
    name: [leftName, rightName][index]!,
    handle: [leftImage, rightImage][index]!.value!.handle,
    image: [a, b][index]!,
    owned: owned.images[index]!,
    address: imageAddress([left, right][index]!),
  });
  const bar = (index: 0 | 1): BarVariant => {
    const {
      name,
      image,
      owned: { shares },
    } = side(index);
    return {
      id: index === 0 ? 'left' : 'right',
      name,
      note: `${image.platform}, ${image.layers.length} ${image.layers.length === 1 ? 'layer' : 'layers'}`,
      live: image.sizes.live,
      shares,
    };
  };
  return (
    <Comparison
      crumbs={crumbs}
      left={side(0)}
      right={side(1)}
      owners={owned.owners}
      bars={[bar(0), bar(1)]}
      leftId="left"
      rightId="right"
      warnings={[leftImage, rightImage].flatMap(({ value }) =>
        value!.document.warnings.map((w) => w.message),
      )}
    />
  );
}

function Half({
  opened,
  name,
  addressFor,
}: {
  readonly opened: OpenedImageCall;
  readonly name: string;
  readonly addressFor: (change: { readonly image?: string; readonly platform?: string }) => string;
}) {
  if (opened.value && !opened.stale) {
    return (
      <p>
        <span className="path">{name}</span> is open.
      </p>
    );
  }
  return <OpeningImage opened={opened} addressFor={addressFor} />;
}
