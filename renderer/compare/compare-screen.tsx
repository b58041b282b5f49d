import { Link } from 'react-router';
import { useAddress } from '../charts/use-address.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { Screen } from '../components/screen.tsx';
import { CompareProject } from './compare-project.tsx';
import { CompareSources } from './compare-sources.tsx';
import { readCompareSubject } from './compare-view.ts';

/** Two variants of a project's last build, or two images from anywhere. */
export function CompareScreen() {
  const { query } = useAddress();
  const subject = readCompareSubject(query);
  if (!subject) {
    return (
      <Screen crumbs={[{ label: 'Compare' }]}>
        <EmptyState title="This address names no two images" actions={<Link to="/">Go to the start</Link>}>
          <p>Choose two images, or build a project, to compare.</p>
        </EmptyState>
      </Screen>
    );
  }
  if (subject.kind === 'project') return <CompareProject key={subject.folder} {...subject} />;
  return <CompareSources {...subject} />;
}
