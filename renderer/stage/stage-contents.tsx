import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { StageDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { targetStage } from '../charts/base-layers.ts';
import { filterParameters } from '../charts/file-filter-address.ts';
import type { OwnedImage } from '../charts/owners.ts';
import { type AddressChange, useAddress } from '../charts/use-address.ts';
import { useFileFilter } from '../charts/use-file-filter.ts';
import { Screen, type ScreenWatch } from '../components/screen.tsx';
import { type Tab, Tabs } from '../components/tabs.tsx';
import type { Crumb } from '../components/toolbar.tsx';
import { useDockerfile } from '../dockerfile/use-dockerfile.ts';
import { FateList } from './fate-list.tsx';
import { groupsTab, packagesTab } from './left-behind-tabs.tsx';
import './stage-contents.css';
import { StageFiles, type StageFilesProps } from './stage-files.tsx';
import { StageHeader } from './stage-header.tsx';
import { StageLines } from './stage-lines.tsx';
import { StageSumCheck } from './stage-sum-check.tsx';
import { stageSums } from './stage-sums.ts';
import { readStageTab } from './stage-view.ts';

export interface StageContentsProps {
  readonly crumbs: readonly Crumb[];
  readonly watch: ScreenWatch;
  readonly folder: string;
  readonly variant: VariantDocument;
  readonly stage: StageDocument;
  /** Of the stage's files, with what became of them; undefined where they are not at hand. */
  readonly handle: string | undefined;
  /** Of the variant. */
  readonly owned: OwnedImage;
}

/** A stage: on the left what became of it and what it made, on the right its files, all of one filter. */
export function StageContents(props: StageContentsProps) {
  const { crumbs, watch, folder, variant, stage, handle, owned } = props;
  const { query, go } = useAddress();
  const { filter, change } = useFileFilter();
  const build = { folder, variant };
  const { dockerfile } = useDockerfile(build);
  const sums = stageSums(stage);
  const isImage = stage === targetStage(variant);
  const color = owned.origins?.get(`stage:${stage.index}`)?.color;
  const of = variant.dockerfile;
  /** Shows files of the stage in another view, these and no others. */
  const show = (only: FileFilter, view: AddressChange) =>
    go({ ...filterParameters({ filter: only, of }), at: undefined, select: undefined, ...view });
  const files: StageFilesProps | undefined =
    handle === undefined ? undefined : { handle, stage, owned, build };

  const tabs: readonly Tab[] = [
    ...(files
      ? [
          { id: 'treemap', label: 'Treemap', content: <StageFiles {...files} as="treemap" /> },
          { id: 'tree', label: 'Tree', content: <StageFiles {...files} as="tree" /> },
        ]
      : []),
    ...groupsTab(
      stage,
      files &&
        ((path) => show({ fate: 'leftBehind' }, { view: undefined, at: path === '/' ? undefined : path })),
    ),
    ...packagesTab(stage, files && ((id) => show({ fate: 'leftBehind', package: id }, { view: 'tree' }))),
  ];
  const tab = readStageTab(query);
  return (
    <Screen layout="fill" crumbs={crumbs} watch={watch} status={sums && <StageSumCheck sums={sums} />}>
      <div className="stage-contents">
        <StageHeader folder={folder} variant={variant} stage={stage} sums={sums} color={color} />
        <div className="stage-columns">
          <div className="stage-left">
            {sums && (
              <FateList
                sums={sums}
                color={color}
                chosen={filter.fate}
                // Of the image itself nothing became anything else.
                onChoose={files && !isImage ? (fate) => change({ fate }, of) : undefined}
              />
            )}
            <StageLines
              lines={variant.lines}
              stage={stage.index}
              dockerfile={dockerfile}
              color={color}
              chosen={filter.line}
              onChoose={files && ((line) => change({ line }, of))}
            />
          </div>
          {tabs.length > 0 ? (
            <Tabs
              label="Views of the stage"
              value={tabs.some(({ id }) => id === tab) ? tab : tabs[0]!.id}
              onChange={(next) => go({ view: next === 'treemap' ? undefined : next })}
              tabs={tabs}
            />
          ) : (
            <p className="muted">What is in this stage is not known.</p>
          )}
        </div>
      </div>
    </Screen>
  );
}
