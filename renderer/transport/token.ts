const key = 'layerscope.token';

/**
 * The secret of this host. It comes once in the fragment of the printed address, which no request carries, and is
 * kept for the tab's life; the address bar loses it at once, so that nobody copies it or reads it over a shoulder.
 */
export function takeToken(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState' | 'state'>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): string | undefined {
  const fresh = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!fresh) return storage.getItem(key) ?? undefined;
  storage.setItem(key, fresh);
  history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  return fresh;
}
