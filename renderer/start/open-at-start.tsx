export function OpenAtStart() {
  return null;
}
