import { Link } from 'react-router';
import type { RecentProject } from '../../shared/api/contract.ts';
import { formatBytes, formatPercent } from '../../shared/model/format-bytes.ts';
import { projectAddress } from '../addresses.ts';
import { visibleText } from '../charts/visible-text.ts';
import { IconButton } from '../components/button.tsx';
import { useSettings } from '../data/settings.tsx';
import { formatAge } from './format-age.ts';

interface RecentProjectsProps {
  readonly projects: readonly RecentProject[];
  readonly onForget: (folder: string) => void;
}

/** Where a person was before, each with the result of its last build. */
export function RecentProjects({ projects, onForget }: RecentProjectsProps) {
  return (
    <ul className="recent">
      {projects.map((project) => (
        <li key={project.folder}>
          <Link to={projectAddress(project.folder)} className="recent-link">
            <span className="recent-name">{visibleText(project.name)}</span>
            <LastResult project={project} />
            <span className="recent-folder path" title={project.folder}>
              {visibleText(project.folder)}
            </span>
            <span className="recent-when">
              {formatAge(Date.now() - (project.last?.builtAt ?? project.openedAt))}
            </span>
          </Link>
          <IconButton
            icon="cross"
            label={`Forget ${visibleText(project.name)}`}
            onClick={() => onForget(project.folder)}
          />
        </li>
      ))}
    </ul>
  );
}

function LastResult({ project: { last } }: { readonly project: RecentProject }) {
  const { byteBase: base } = useSettings();
  if (!last) return <span className="recent-result muted">not built yet</span>;
  const { baseline, smallest } = last;
  if (smallest === undefined) return <span className="recent-result muted">nothing built</span>;
  if (baseline === undefined || baseline === 0 || baseline === smallest) {
    return <span className="recent-result">{formatBytes(smallest, { base })}</span>;
  }
  return (
    <span className="recent-result">
      {formatBytes(baseline, { base })} → {formatBytes(smallest, { base })}{' '}
      <strong className={smallest < baseline ? 'good' : 'bad'}>
        {formatPercent(smallest / baseline - 1, { sign: true })}
      </strong>
    </span>
  );
}
