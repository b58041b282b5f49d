import { useState } from 'react';
import type { ImageSource } from '../../shared/api/contract.ts';
import { encodeSource } from '../addresses.ts';
import { type Call, useCall } from '../data/use-call.ts';

export interface OpenedImageCall extends Call<'image.open'> {
  readonly source: ImageSource | undefined;
  readonly cancelled: boolean;
  readonly cancel: () => void;
  readonly restart: () => void;
}

/** Opens an image, and opens it again after a reconnection; a person may cancel the reading. */
export function useOpenedImage(
  source: ImageSource | undefined,
  platform: string | undefined,
): OpenedImageCall {
  const key = source && `${encodeSource(source)} ${platform ?? ''}`;
  const [cancelledKey, setCancelledKey] = useState<string>();
  const cancelled = key !== undefined && cancelledKey === key;
  const input = source && !cancelled ? { source, platform } : undefined;
  const call = useCall('image.open', input);
  return {
    ...call,
    source,
    cancelled,
    cancel: () => setCancelledKey(key),
    restart: () => (cancelled ? setCancelledKey(undefined) : call.refetch()),
  };
}
