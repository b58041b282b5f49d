import { useEffect, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { Api } from '../../shared/api/contract.ts';
import { imageAddress } from '../addresses.ts';
import { useHost } from '../data/host-context.tsx';
import { useCall } from '../data/use-call.ts';
import { findPathAddress } from './path-address.ts';

const startedKey = 'layerscope.started';
const lastKey = 'layerscope.lastAddress';

/** Goes to what the program was started with, else where the desktop window was when it was closed; once a window. */
export function OpenAtStart() {
  const { api, kind } = useHost();
  const navigate = useNavigate();
  const location = useLocation();
  const fresh = useRef(sessionStorage.getItem(startedKey) === null && location.pathname === '/');
  const { value: info } = useCall('app.info', fresh.current ? {} : undefined);

  useEffect(() => {
    if (fresh.current && !info) return;
    const wasFresh = fresh.current;
    fresh.current = false;
    sessionStorage.setItem(startedKey, 'yes');
    const last = kind === 'desktop' ? localStorage.getItem(lastKey) : null;
    if (wasFresh && info?.open !== undefined) {
      void addressOf(info.open, api).then((address) => navigate(address));
    } else if (wasFresh && last !== null && last !== '/') {
      void navigate(last);
    }
  }, [info, api, kind, navigate]);

  useEffect(() => {
    if (kind === 'desktop' && !fresh.current)
      localStorage.setItem(lastKey, `${location.pathname}${location.search}`);
  }, [kind, location]);

  return null;
}

/** A path of the host, or else an image of the engine. */
async function addressOf(open: string, api: Api): Promise<string> {
  const image = imageAddress({ kind: 'engine', reference: open });
  if (/^([/~.\\]|[A-Za-z]:[\\/])/.test(open)) return findPathAddress(open, api).catch(() => image);
  return image;
}
