import { Link } from 'react-router';
import { EmptyState } from './empty-state.tsx';
import { Screen } from './screen.tsx';

export function NotFound() {
  return (
    <Screen crumbs={[{ label: 'Not found' }]}>
      <EmptyState title="There is no view at this address" actions={<Link to="/">Go to the start</Link>} />
    </Screen>
  );
}
