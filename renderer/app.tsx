import { lazy, Suspense } from 'react';
import { BrowserRouter, Route, Routes, useLocation } from 'react-router';
import './app.css';
import { BuildingScreen } from './building/building-screen.tsx';
import { ConnectionBanner } from './components/connection-banner.tsx';
import { ErrorBoundary } from './components/error-boundary.tsx';
import { KeysDialog } from './components/keys-dialog.tsx';
import { NoAccess } from './components/no-access.tsx';
import { NotFound } from './components/not-found.tsx';
import { AnnouncerProvider } from './data/announcer.tsx';
import { EngineStatusProvider } from './data/engine-status.tsx';
import { HostProvider, useConnection } from './data/host-context.tsx';
import { SettingsProvider } from './data/settings.tsx';
import { ProjectScreen } from './project/project-screen.tsx';
import { OpenAtStart } from './start/open-at-start.tsx';
import { StartScreen } from './start/start-screen.tsx';
import type { Host } from './transport/host.ts';
import { WatchProvider } from './watch/watch-provider.tsx';

// Charts are most of the code, and the first screens need none.
const CompareScreen = lazy(async () => ({
  default: (await import('./compare/compare-screen.tsx')).CompareScreen,
}));
const StageScreen = lazy(async () => ({ default: (await import('./stage/stage-screen.tsx')).StageScreen }));
const ImageScreen = lazy(async () => ({ default: (await import('./image/image-screen.tsx')).ImageScreen }));

/** Without a host: the page came without the token of the printed address. */
export function App({ host }: { readonly host: Host | undefined }) {
  if (!host) return <NoAccess reason="no-token" />;
  return (
    <HostProvider host={host}>
      <SettingsProvider>
        <AnnouncerProvider>
          <BrowserRouter>
            <Views />
          </BrowserRouter>
        </AnnouncerProvider>
      </SettingsProvider>
    </HostProvider>
  );
}

function Views() {
  const { state } = useConnection();
  const location = useLocation();
  if (state === 'refused') return <NoAccess reason="refused" />;
  return (
    <EngineStatusProvider>
      <ConnectionBanner />
      <KeysDialog />
      <OpenAtStart />
      <WatchProvider>
        <ErrorBoundary key={location.pathname}>
          <Suspense fallback={<p className="app-wait">Loading …</p>}>
            <Routes>
              <Route path="/" element={<StartScreen />} />
              <Route path="/project" element={<ProjectScreen />} />
              <Route path="/build" element={<BuildingScreen />} />
              <Route path="/compare" element={<CompareScreen />} />
              <Route path="/image" element={<ImageScreen />} />
              <Route path="/stage" element={<StageScreen />} />
              <Route path="*" element={<NotFound />} />
            </Routes>
          </Suspense>
        </ErrorBoundary>
      </WatchProvider>
    </EngineStatusProvider>
  );
}
