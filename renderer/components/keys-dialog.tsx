import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useKeys } from '../data/use-keys.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import './keys-dialog.css';

const keys: readonly (readonly [string, string])[] = [
  ['?', 'These keys'],
  ['Alt + ←, Alt + →', 'Back, forward'],
  ['Backspace', 'Out of a zoomed directory, or up to where this view came from'],
  ['Escape', 'Close a dialog or menu, clear a selection, zoom out'],
  ['/', 'To the search or filter of the view'],
  ['↑ ↓ Home End', 'Move in a list, a tree or a treemap'],
  ['← →', 'Close and open a directory; between tiles and tabs'],
  ['Enter', 'Open the row, zoom into the tile, choose the line of the Dockerfile'],
  ['Shift + ↑ ↓', 'Choose a range of layers'],
  ['Ctrl + Enter', 'The main action of the view: Build and compare'],
];

/** `?` lists the keys; back and forward are keys here too, for the desktop window that has no browser around it. */
export function KeysDialog() {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  useKeys({
    '?': () => setOpen(true),
    'Alt+ArrowLeft': () => navigate(-1),
    'Alt+ArrowRight': () => navigate(1),
  });
  if (!open) return null;
  const close = () => setOpen(false);
  return (
    <Dialog
      title="Keys"
      onClose={close}
      actions={
        <Button kind="main" onClick={close}>
          Close
        </Button>
      }
    >
      <dl className="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
