import { useId, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { formatCount } from '../../shared/model/format-bytes.ts';
import { imageAddress } from '../addresses.ts';
import { IconButton } from '../components/button.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Menu } from '../components/menu.tsx';
import { useEngineStatus } from '../data/engine-status.tsx';
import { useCall } from '../data/use-call.ts';
import { useKeys } from '../data/use-keys.ts';
import { imageReference } from './image-rows.ts';
import { ImagesTable } from './images-table.tsx';
import { OpenByName } from './open-by-name.tsx';
import { RemoveBuiltDialog } from './remove-built-dialog.tsx';

/** The engine's images, or why there are none and what to do. */
export function EngineImages() {
  const filterId = useId();
  const navigate = useNavigate();
  const status = useEngineStatus();
  const ready = status.value?.state === 'ready';
  const images = useCall('engine.images', ready ? {} : undefined);
  const [filter, setFilter] = useState('');
  const [removing, setRemoving] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.focus() });

  if (status.value?.state === 'unavailable') {
    return (
      <section className="start-images" aria-label="Docker engine">
        <h2>Docker engine</h2>
        <ErrorPanel error={status.value.error} onRetry={status.refetch} retryLabel="Look again" quiet />
        <p className="muted">Image archives and OCI layouts open without an engine.</p>
      </section>
    );
  }
  const list = images.value?.images ?? [];
  const built = list.filter((image) => image.built).length;
  return (
    <section className="start-images" aria-labelledby={`${filterId}-title`}>
      <div className="start-images-head">
        <h2 id={`${filterId}-title`}>
          Images of the engine{' '}
          {images.value && <span className="muted start-count">{formatCount(list.length)}</span>}
        </h2>
        <label className="visually-hidden" htmlFor={filterId}>
          Filter images
        </label>
        <input
          ref={field}
          id={filterId}
          className="field"
          type="search"
          placeholder="Filter images"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <Menu
          trigger={<IconButton icon="more" label="More about images" />}
          items={[
            { label: 'Refresh', onSelect: images.refetch },
            {
              label: 'Remove images built by Layerscope …',
              disabled: built === 0,
              onSelect: () => setRemoving(true),
            },
          ]}
        />
      </div>
      {images.error && <ErrorPanel error={images.error} onRetry={images.refetch} quiet />}
      {status.error && <ErrorPanel error={status.error} onRetry={status.refetch} quiet />}
      {images.value ? (
        list.length === 0 ? (
          <p className="muted">The engine holds no images yet. Build a project, or open an image by name.</p>
        ) : (
          <ImagesTable
            images={list}
            filter={filter}
            onOpen={(image) => navigate(imageAddress({ kind: 'engine', reference: imageReference(image) }))}
          />
        )
      ) : (
        (images.loading || status.loading) && <p className="muted">Asking the engine …</p>
      )}
      {ready && <OpenByName onPulled={images.refetch} />}
      {removing && (
        <RemoveBuiltDialog count={built} onClose={() => setRemoving(false)} onRemoved={images.refetch} />
      )}
    </section>
  );
}
