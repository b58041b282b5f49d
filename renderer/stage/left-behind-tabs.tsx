import { formatCount } from '../../shared/model/format-bytes.ts';
import type { StageDocument } from '../../shared/model/project-document.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import type { Tab } from '../components/tabs.tsx';
import { BytesTable } from './bytes-table.tsx';

/** What a stage left behind in groups that sum to it; no tab where that is nothing, or not known. */
export function groupsTab(
  { leftBehindGroups: groups, leftBehind }: StageDocument,
  onShow: ((path: string) => void) | undefined,
): readonly Tab[] {
  if (!groups || leftBehind === 0) return [];
  const rows = groups.items.map(({ name, kind, path, bytes, files }, index) => ({
    key: String(index),
    name,
    detail: path === null ? (kind === 'package' ? 'all over the stage' : '') : path,
    isPath: path !== null,
    bytes,
    files,
    onShow: path === null || !onShow ? undefined : () => onShow(path),
  }));
  return [
    {
      id: 'leftBehind',
      label: 'Left behind',
      note: formatCount(groups.total),
      content: (
        <BytesTable
          label="What was left behind"
          heads={['What', 'Where']}
          rows={rows}
          whole={leftBehind ?? groups.totalBytes}
          cut={groups}
        />
      ),
    },
  ];
}

/** What of it belongs to packages; no tab where nothing was left, or that is not known. */
export function packagesTab(
  { leftBehindPackages: packages, leftBehind }: StageDocument,
  onShow: ((id: string) => void) | undefined,
): readonly Tab[] {
  if (!packages || leftBehind === 0) return [];
  const rows = packages.items.map(({ id, name, version, ecosystem, bytes, files }) => ({
    key: id,
    name: version === null ? name : `${name} ${version}`,
    detail: ecosystem,
    isPath: false,
    bytes,
    files,
    onShow: onShow && (() => onShow(id)),
  }));
  return [
    {
      id: 'packages',
      label: 'Packages left behind',
      note: formatCount(packages.total),
      content: (
        <BytesTable
          label="Packages left behind"
          heads={['Package', 'Managed by']}
          rows={rows}
          whole={leftBehind ?? packages.totalBytes}
          cut={packages}
          empty="No package that a manager records was left behind."
          note={<PackageShare bytes={packages.totalBytes} of={leftBehind} />}
        />
      ),
    },
  ];
}

function PackageShare({ bytes, of }: { readonly bytes: number; readonly of: number | null }) {
  const format = useFormatBytes();
  return (
    <>
      {format(bytes)} {of !== null && `of the ${format(of)} left behind `}belong to packages; of the rest no
      manager has a record.
    </>
  );
}
