import { Screen } from '../components/screen.tsx';

export function StartScreen() {
  return <Screen crumbs={[]}>…</Screen>;
}
