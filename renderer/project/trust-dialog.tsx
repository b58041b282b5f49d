import { visibleText } from '../charts/visible-text.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';

interface TrustDialogProps {
  readonly folder: string;
  readonly onTrust: () => void;
  readonly onClose: () => void;
}

/** The first build of a folder asks: building is running what others wrote. */
export function TrustDialog({ folder, onTrust, onClose }: TrustDialogProps) {
  return (
    <Dialog
      title="Trust this folder?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Do not build</Button>
          <Button kind="main" onClick={onTrust}>
            Trust and build
          </Button>
        </>
      }
    >
      <p className="path">{visibleText(folder)}</p>
      <p>
        Building runs this folder’s code: every <code>RUN</code> line of its Dockerfiles is executed by the
        Docker engine, with the network, and sees every file of the build context.
      </p>
      <p className="muted">
        Build only what you would also run. Layerscope remembers the answer for this folder; looking at images
        and archives never runs anything.
      </p>
    </Dialog>
  );
}
