import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export interface AddressChange {
  readonly [name: string]: string | number | undefined;
}

export interface Address {
  readonly query: URLSearchParams;
  /** Sets parameters, removes those that are undefined. `replace`: no step for the back button. */
  readonly go: (change: AddressChange, options?: { readonly replace?: boolean }) => void;
}

/** The parameters of the present address. `go` stays the same function. */
export function useAddress(): Address {
  const [query, setQuery] = useSearchParams();
  // biome-ignore lint/correctness/useExhaustiveDependencies: setQuery changes with every address; go reads the newest
  const go = useCallback((change: AddressChange, { replace = false } = {}) => {
    const present = new URLSearchParams(window.location.search);
    const next = new URLSearchParams(present);
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) next.delete(name);
      else next.set(name, String(value));
    }
    // A tab that is pressed is chosen by the press and by the focus: that is one step back, not two.
    if (next.toString() !== present.toString()) setQuery(next, { replace });
  }, []);
  return { query, go };
}
