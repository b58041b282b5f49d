import { useCallback, useState } from 'react';
import type { StageDocument } from '../../shared/model/project-document.ts';
import { anywhere, filterFor } from '../charts/file-filter-address.ts';
import { type OwnedImage, stageName } from '../charts/owners.ts';
import { PathStrip } from '../charts/path-strip.tsx';
import { useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { usePathFacts } from '../charts/use-path-facts.ts';
import type { ImageBuild } from '../image/image-build.ts';
import { ImageFiles } from '../image/image-files.tsx';

export interface StageFilesProps {
  readonly handle: string;
  readonly stage: StageDocument;
  readonly owned: OwnedImage;
  readonly build: ImageBuild;
}

/** The files of a stage's own image, by origin: its layers are described nowhere. */
export function StageFiles({
  handle,
  stage,
  owned,
  build,
  as,
}: StageFilesProps & { readonly as: 'treemap' | 'tree' }) {
  const { query, go } = useAddress();
  const address = useFileFilter();
  const [search, setSearch] = useState('');
  const selected = query.get('select') ?? undefined;
  const select = useCallback((path: string) => go({ select: path }, { replace: true }), [go]);
  const facts = usePathFacts(handle, selected);
  const byOrigin: OwnedImage = { ...owned, layers: [] };
  const image = { name: stageName(stage), layers: [] };
  return (
    <div className="stage-files">
      <ImageFiles
        as={as}
        handle={handle}
        image={image}
        owned={byOrigin}
        names={byOrigin}
        build={build}
        filter={filterFor(address, build.variant.dockerfile)}
        hasColours={false}
        search={search}
        onSearch={setSearch}
        selected={selected}
        onSelect={select}
      />
      <PathStrip
        path={selected}
        sides={[
          {
            name: image.name,
            image,
            owned: byOrigin,
            facts,
            onFilter: (parts) => address.change({ ...anywhere, ...parts }, build.variant.dockerfile),
          },
        ]}
      />
    </div>
  );
}
