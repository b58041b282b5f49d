import { type DragEvent, useCallback, useState } from 'react';
import { useNavigate } from 'react-router';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import { Button } from '../components/button.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { useHost } from '../data/host-context.tsx';
import { useCall } from '../data/use-call.ts';
import { EngineImages } from './engine-images.tsx';
import { findPathAddress } from './path-address.ts';
import { PathField } from './path-field.tsx';
import { RecentProjects } from './recent-projects.tsx';
import './start-screen.css';

/** Open a folder, an archive or an image. */
export function StartScreen() {
  const host = useHost();
  const navigate = useNavigate();
  const recent = useCall('project.recent', {});
  const [failure, setFailure] = useState<ErrorInfo>();
  const [dropping, setDropping] = useState(false);

  const openPath = useCallback(
    async (path: string) => {
      setFailure(undefined);
      try {
        await navigate(await findPathAddress(path, host.api));
      } catch (error) {
        setFailure(toErrorInfo(error));
      }
    },
    [host, navigate],
  );
  const openPicked = async (pick: () => Promise<string | undefined>) => {
    const path = await pick();
    if (path !== undefined) await openPath(path);
  };
  const forget = async (folder: string) => {
    try {
      await host.api.call('project.forget', { folder });
      recent.refetch();
    } catch (error) {
      setFailure(toErrorInfo(error));
    }
  };

  // Only the desktop knows where a dropped file is.
  const { pathOfFile, pickFolder, pickArchive } = host;
  const drop = pathOfFile && {
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      setDropping(true);
    },
    onDragLeave: () => setDropping(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setDropping(false);
      const file = event.dataTransfer.files[0];
      if (file) void openPath(pathOfFile(file));
    },
  };

  const projects = recent.value?.projects ?? [];
  return (
    <Screen crumbs={[]} layout="fill">
      <div className={dropping ? 'start start-dropping' : 'start'} {...drop}>
        <section className="start-open" aria-label="Open">
          <h1>What is in your image, and why?</h1>
          <p className="start-lead">
            Build a project’s single- and multi-stage variants, see them side by side, and trace every byte to
            the line that put it there.
          </p>
          {pickFolder && pickArchive ? (
            <div className="start-buttons">
              <Button kind="main" icon="folder" onClick={() => openPicked(pickFolder)}>
                Open a project folder …
              </Button>
              <Button icon="archive" onClick={() => openPicked(pickArchive)}>
                Open an image archive …
              </Button>
              <p className="muted">or drop a folder or an archive here</p>
            </div>
          ) : (
            <PathField
              label="Open a project folder or an image archive"
              placeholder="/path/to/project"
              onOpen={openPath}
            />
          )}
          {failure && <ErrorPanel error={failure} />}
          {recent.error && <ErrorPanel error={recent.error} onRetry={recent.refetch} quiet />}
          <h2>Recent projects</h2>
          {projects.length > 0 ? (
            <RecentProjects projects={projects} onForget={forget} />
          ) : (
            recent.value && <p className="muted">Projects you open are listed here with their last result.</p>
          )}
        </section>
        <EngineImages />
      </div>
    </Screen>
  );
}
