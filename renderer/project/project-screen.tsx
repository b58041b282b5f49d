import { Screen } from '../components/screen.tsx';

export function ProjectScreen() {
  return <Screen crumbs={[]}>…</Screen>;
}
