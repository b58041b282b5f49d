import { Screen } from '../components/screen.tsx';

export function BuildingScreen() {
  return <Screen crumbs={[]}>…</Screen>;
}
