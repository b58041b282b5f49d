import { useSearchParams } from 'react-router';
import { NotFound } from '../components/not-found.tsx';
import { BuildView } from './build-view.tsx';

export function BuildingScreen() {
  const [query] = useSearchParams();
  const folder = query.get('folder');
  const build = query.get('build');
  // Another build is another view: nothing of the last one may stay.
  return folder && build ? <BuildView key={build} folder={folder} build={build} /> : <NotFound />;
}
