import type { VariantDocument } from '../../shared/model/project-document.ts';
import { filterFor } from '../charts/file-filter-address.ts';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Segmented } from '../components/segmented.tsx';
import { ImageDockerfile } from '../image/image-dockerfile.tsx';
import { readCompareView } from './compare-view.ts';
import type { ComparedSide } from './comparison.tsx';
import './dockerfile-tab.css';

export interface DockerfileTabProps {
  readonly folder: string;
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  readonly onSelect: (path: string) => void;
}

/** The Dockerfile of one of the two, with the files of the line that is chosen. */
export function DockerfileTab({ folder, left, right, onSelect }: DockerfileTabProps) {
  const { query, go } = useAddress();
  const { path, select } = readCompareView(query);
  const address = useFileFilter();
  const sides = { left, right };
  const chosen = query.get('dockerfile') === 'left' ? 'left' : 'right';
  const side = sides[chosen];
  return (
    <div className="dockerfile-tab">
      <Segmented
        label="Dockerfile of"
        isLabelShown
        options={[
          { value: 'left', label: visibleText(left.name) },
          { value: 'right', label: visibleText(right.name) },
        ]}
        value={chosen}
        onChange={(next) => go({ dockerfile: next === 'left' ? next : undefined })}
      />
      {side.variant && (
        <OfVariant
          key={side.name}
          side={side}
          variant={side.variant}
          folder={folder}
          filter={filterFor(address, side.variant.dockerfile)}
          path={path}
          selected={select}
          onSelect={onSelect}
          onZoom={(to) => go({ path: to === '/' ? undefined : to })}
        />
      )}
    </div>
  );
}

interface OfVariantProps
  extends Pick<
    Parameters<typeof ImageDockerfile>[0],
    'filter' | 'path' | 'selected' | 'onSelect' | 'onZoom'
  > {
  readonly side: ComparedSide;
  readonly variant: VariantDocument;
  readonly folder: string;
}

function OfVariant({ side: { handle, image, owned, changes }, variant, folder, ...rest }: OfVariantProps) {
  return (
    <ImageDockerfile
      {...rest}
      handle={handle}
      image={image}
      owned={owned}
      names={owned}
      changes={changes}
      build={{ folder, variant }}
    />
  );
}
