import { useEffect, useEffectEvent, useRef } from 'react';
import { useWatch } from './watch-provider.tsx';

/** Calls back after every build of the watch on screen that ends while this is shown. */
export function useAfterBuilds(callback: () => void): void {
  const ended = useWatch().snapshot?.ended?.at;
  const seen = useRef(ended);
  const onEnded = useEffectEvent(callback);
  useEffect(() => {
    if (ended !== undefined && ended !== seen.current) onEnded();
    seen.current = ended;
  }, [ended]);
}
