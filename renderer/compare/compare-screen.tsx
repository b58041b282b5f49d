import { Screen } from '../components/screen.tsx';

export function CompareScreen() {
  return <Screen crumbs={[{ label: 'Compare' }]}>Loading …</Screen>;
}
