import { useSearchParams } from 'react-router';
import { NotFound } from '../components/not-found.tsx';
import { ProjectView } from './project-view.tsx';

export function ProjectScreen() {
  const [query] = useSearchParams();
  const folder = query.get('folder');
  return folder ? <ProjectView key={folder} folder={folder} /> : <NotFound />;
}
