import { Screen } from '../components/screen.tsx';

export function ImageScreen() {
  return <Screen crumbs={[{ label: 'Image' }]}>Loading …</Screen>;
}
