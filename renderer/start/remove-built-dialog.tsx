import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useAnnounce } from '../data/announcer.tsx';
import { useLongCall } from '../data/use-long-call.ts';

interface RemoveBuiltDialogProps {
  /** Rows of the table: tags. */
  readonly count: number;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

/** Asks before the images that Layerscope built are removed from the engine. */
export function RemoveBuiltDialog({ count, onClose, onRemoved }: RemoveBuiltDialogProps) {
  const removal = useLongCall('engine.removeBuilt');
  const announce = useAnnounce();
  const remove = async () => {
    const result = await removal.start({});
    if (!result) return;
    announce(`Removed ${result.removed.length} images`);
    onRemoved();
    onClose();
  };
  return (
    <Dialog
      title="Remove images built by Layerscope?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep them</Button>
          <Button kind="danger" onClick={remove} disabled={removal.state === 'running'}>
            {removal.state === 'running' ? 'Removing …' : 'Remove images'}
          </Button>
        </>
      }
    >
      <p>
        {count === 1 ? 'One image' : `${count} images`} that Layerscope built and labelled will be removed
        from the engine. Images you built or pulled stay, and so does what Layerscope knows of their layers.
      </p>
      {removal.state === 'failed' && <ErrorPanel error={removal.error} />}
    </Dialog>
  );
}
