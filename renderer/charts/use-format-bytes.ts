import { useCallback } from 'react';
import { formatBytes } from '../../shared/model/format-bytes.ts';
import { useSettings } from '../data/settings.tsx';

export const notKnown = 'not known';

/** Bytes in the units the person chose; what is not known is said, never shown as 0. */
export function useFormatBytes(): (bytes: number | null | undefined, sign?: boolean) => string {
  const { byteBase } = useSettings();
  return useCallback(
    (bytes, sign = false) =>
      bytes === null || bytes === undefined ? notKnown : formatBytes(bytes, { base: byteBase, sign }),
    [byteBase],
  );
}
