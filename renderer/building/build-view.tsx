import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import type { BuildSnapshot } from '../../shared/model/build.ts';
import { formatBytes, formatDuration, formatRemaining } from '../../shared/model/format-bytes.ts';
import { buildAddress, projectAddress, startAddress } from '../addresses.ts';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { ProgressBar } from '../components/progress-bar.tsx';
import { Screen } from '../components/screen.tsx';
import { useAnnounce } from '../data/announcer.tsx';
import { folderName } from '../data/folder-name.ts';
import { useApi, useConnection } from '../data/host-context.tsx';
import { useSettings } from '../data/settings.tsx';
import { useNow } from '../data/use-now.ts';
import { readProjectForm, toBuildSettings } from '../project/project-form.ts';
import { useWatch } from '../watch/watch-provider.tsx';
import { buildHeadline } from './build-headline.ts';
import { countSteps, progressOf, runningTime } from './build-progress.ts';
import './build-view.css';
import { useBuild } from './use-build.ts';
import { useLeaveWhenBuilt } from './use-leave-when-built.ts';
import { VariantCard } from './variant-card.tsx';

/** A build as it runs, from wherever it is: variants side by side, each with its steps. */
export function BuildView({ folder, build }: { readonly folder: string; readonly build: string }) {
  const api = useApi();
  const navigate = useNavigate();
  const announce = useAnnounce();
  const watch = useWatch();
  const { snapshot, error, ended } = useBuild(build);
  const [failure, setFailure] = useState<ErrorInfo>();
  const [cancelling, setCancelling] = useState(false);
  const running = snapshot?.state === 'building' || snapshot?.state === 'reading';
  const connected = useConnection().state === 'connected';
  // Nobody knows how a build goes on while the engine is out of reach.
  const now = useNow(running && connected);
  const result = useLeaveWhenBuilt(folder, snapshot, ended);

  const newer = watch.snapshot?.build;
  const over = ended && !running && !result.leaving;
  useEffect(() => {
    // A newer change took its place: that build is the one to look at.
    if (over && newer !== undefined && newer !== build) {
      void navigate(buildAddress(folder, newer), { replace: true });
    }
  }, [over, newer, build, folder, navigate]);

  const spoken = snapshot?.variants.map(({ name, status }) => `${name}: ${status}`).join(', ');
  useEffect(() => {
    if (spoken) announce(spoken);
  }, [spoken, announce]);

  const cancel = async () => {
    setCancelling(true);
    try {
      await api.call('build.cancel', { build });
    } catch (thrown) {
      setFailure(toErrorInfo(thrown));
    } finally {
      setCancelling(false);
    }
  };
  const buildAgain = async (variants: readonly string[]) => {
    setFailure(undefined);
    // What is kept comparing is kept comparing as it is set now.
    if (watch.snapshot) return watch.start(variants);
    try {
      const settings = toBuildSettings(readProjectForm(folder));
      const started = await api.call('build.start', { folder, settings, variants: [...variants] });
      await navigate(buildAddress(folder, started.build), { replace: true });
    } catch (thrown) {
      setFailure(toErrorInfo(thrown));
    }
  };

  const crumbs = [{ label: folderName(folder), to: projectAddress(folder) }, { label: 'Build' }];
  if (!snapshot || error?.code === 'not-found') {
    return (
      <Screen crumbs={crumbs}>
        {error ? <Unknown error={error} folder={folder} /> : <p className="muted">Asking for the build …</p>}
      </Screen>
    );
  }
  const failed = snapshot.state === 'failed' || snapshot.variants.some(({ status }) => status === 'failed');
  return (
    <Screen
      crumbs={crumbs}
      watch={{
        folder,
        variants: snapshot.variants.map(({ name }) => name),
        failures: snapshot.variants.flatMap(({ error }) => error ?? []),
        quiet: true,
      }}
      actions={
        running ? (
          <Button icon="cross" onClick={cancel} disabled={cancelling || !connected}>
            {cancelling ? 'Cancelling …' : 'Cancel'}
          </Button>
        ) : (
          over && (
            <>
              <Button onClick={() => navigate(projectAddress(folder))}>Edit settings</Button>
              <Button
                kind={result.address ? 'plain' : 'main'}
                onClick={() => buildAgain(snapshot.variants.map(({ name }) => name))}
              >
                Build again
              </Button>
              {result.address && (
                <Link className="button button-main" to={result.address}>
                  Show what was built
                </Link>
              )}
            </>
          )
        )
      }
    >
      <div className="build-view">
        <header className="build-head">
          <h1>{buildHeadline(snapshot)}</h1>
          <BuildFacts snapshot={snapshot} now={now} />
          {snapshot.state !== 'cancelled' && (
            <ProgressBar
              label="The whole build"
              value={progressOf(snapshot)}
              tone={failed ? 'bad' : snapshot.state === 'done' ? 'good' : 'accent'}
            />
          )}
        </header>
        {failure && <ErrorPanel error={failure} />}
        {result.error && <ErrorPanel error={result.error} />}
        {snapshot.error && snapshot.error.code !== 'cancelled' && <ErrorPanel error={snapshot.error} />}
        {error && <ErrorPanel error={error} />}
        {snapshot.state === 'cancelled' && (
          <p className="muted">
            The builds were stopped. Steps that had finished stay in the engine’s cache.
          </p>
        )}
        <div className="build-variants">
          {snapshot.variants.map((variant) => (
            <VariantCard key={variant.name} variant={variant} now={now} />
          ))}
        </div>
      </div>
    </Screen>
  );
}

function BuildFacts({ snapshot, now }: { readonly snapshot: BuildSnapshot; readonly now: number }) {
  const { byteBase: base } = useSettings();
  const { done, cached, known } = countSteps(snapshot.variants);
  const { reading, state } = snapshot;
  const end = lastEnd(snapshot);
  const running = state === 'building' || state === 'reading';
  const length = running
    ? runningTime(now - snapshot.startedAt)
    : end !== undefined && formatDuration(end - snapshot.startedAt);
  return (
    <p className="build-facts">
      {known > 0 && (
        <span>
          {done} of {known} steps{cached > 0 && `, ${cached} cached`}
        </span>
      )}
      {reading && (
        <span>
          {formatBytes(reading.bytes, { base })}
          {reading.total !== undefined && ` of about ${formatBytes(reading.total, { base })}`} read
          {running && reading.remainingMs !== undefined && `, ${formatRemaining(reading.remainingMs)}`}
        </span>
      )}
      {length && <span>{length}</span>}
    </p>
  );
}

function lastEnd(snapshot: BuildSnapshot): number | undefined {
  const ends = snapshot.variants.map(({ endedAt }) => endedAt).filter((end) => end !== undefined);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** The engine does not know the build: it was started again since, or the address is of another machine. */
function Unknown({ error, folder }: { readonly error: ErrorInfo; readonly folder: string }) {
  const navigate = useNavigate();
  if (error.code !== 'not-found') return <ErrorPanel error={error} />;
  return (
    <EmptyState
      title="This build is no longer known"
      actions={
        <>
          <Button kind="main" onClick={() => navigate(projectAddress(folder), { replace: true })}>
            Open the project
          </Button>
          <Button onClick={() => navigate(startAddress)}>Go to the start</Button>
        </>
      }
    >
      <p>
        Layerscope was started again since, and a build ends with it. The project’s settings are still there,
        and what was built before is in the engine’s cache.
      </p>
    </EmptyState>
  );
}
