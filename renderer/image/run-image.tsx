import { useState } from 'react';
import type { Result } from '../../shared/api/contract.ts';
import { shortReferences, stepTitle } from '../building/order-steps.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Button } from '../components/button.tsx';
import { CopyText } from '../components/copy-text.tsx';
import { Dialog } from '../components/dialog.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { ProgressBar } from '../components/progress-bar.tsx';
import { type LongCall, useLongCall } from '../data/use-long-call.ts';
import { readProjectForm, toBuildSettings } from '../project/project-form.ts';
import type { ImageBuild } from './image-build.ts';
import './run-image.css';

export interface RunImageProps {
  readonly build: ImageBuild;
  /** Of the image on screen: it is the one to be made. */
  readonly handle: string;
}

/** How to run a variant's image; where its layers came straight from BuildKit, it is made in the engine first. */
export function RunImage({ build, handle }: RunImageProps) {
  const [open, setOpen] = useState(false);
  const load = useLongCall('build.load');
  const { folder, variant } = build;
  const tag = variant.build.tag ?? (load.state === 'done' ? tagOf(load.result, variant.name) : undefined);
  const make = () =>
    void load.start({
      folder,
      settings: toBuildSettings(readProjectForm(folder)),
      variants: [variant.name],
      handles: { [variant.name]: handle },
    });
  const close = () => {
    if (load.state === 'running') load.cancel();
    setOpen(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{tag === undefined ? 'Make image …' : 'Run …'}</Button>
      {open && (
        <Dialog
          title={tag === undefined ? 'Make the image in the engine' : 'Run the image'}
          onClose={close}
          actions={
            load.state === 'running' ? (
              <Button onClick={load.cancel}>Cancel</Button>
            ) : (
              <>
                <Button onClick={close}>Close</Button>
                {tag === undefined && load.state === 'idle' && (
                  <Button kind="main" onClick={make}>
                    Make image
                  </Button>
                )}
              </>
            )
          }
        >
          {tag === undefined ? (
            <Making load={load} name={variant.name} onRetry={make} />
          ) : (
            <div className="run-image" role="status">
              <p>
                The engine has it as <code>{visibleText(tag)}</code>.
              </p>
              <CopyText label="command" text={`docker run --rm -it ${tag}`} />
            </div>
          )}
        </Dialog>
      )}
    </>
  );
}

function tagOf({ images }: Result<'build.load'>, name: string): string | undefined {
  return images.find(({ variant }) => variant === name)?.tag;
}

interface MakingProps {
  readonly load: LongCall<'build.load'>;
  readonly name: string;
  readonly onRetry: () => void;
}

/** Before there is a tag: what making it means, the step it is at, or why it failed. */
function Making({ load, name, onRetry }: MakingProps) {
  if (load.state === 'failed') return <ErrorPanel error={load.error} onRetry={onRetry} />;
  if (load.state === 'running') {
    const step = load.event?.step;
    const text = step && shortReferences(stepTitle(step.name).text).split('\n', 1)[0]!;
    return (
      <div className="run-image">
        <p className="run-image-step" title={text && visibleText(text)}>
          {text === undefined ? 'Asking the engine …' : visibleText(text)}
        </p>
        <ProgressBar label={`Making the image of ${visibleText(name)}`} value={undefined} />
      </div>
    );
  }
  return (
    <div className="run-image">
      <p>
        The layers of <b>{visibleText(name)}</b> came straight from BuildKit, so the engine has no image of
        them yet. It makes one out of its build cache: nothing is built again.
      </p>
    </div>
  );
}
