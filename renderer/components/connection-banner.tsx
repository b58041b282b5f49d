import { useConnection } from '../data/host-context.tsx';
import './connection-banner.css';

/** Says that the engine is away, and that nothing has to be done about it. */
export function ConnectionBanner() {
  const { state } = useConnection();
  return (
    <div role="status">
      {state === 'lost' && (
        <p className="connection-banner">
          The connection to the Layerscope engine was lost; trying to reconnect. If it does not come back,
          start Layerscope again.
        </p>
      )}
    </div>
  );
}
