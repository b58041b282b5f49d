import { useEffect, useMemo, useRef } from 'react';
import { Link, useNavigate } from 'react-router';
import { dockerfileOf } from '../../shared/model/dockerfile-of.ts';
import type { Dockerfile, Project, Variant } from '../../shared/model/project.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import { buildAddress, startAddress } from '../addresses.ts';
import { resultAddress } from '../building/result-address.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Button } from '../components/button.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { useEngineStatus } from '../data/engine-status.tsx';
import { folderName } from '../data/folder-name.ts';
import { useCall } from '../data/use-call.ts';
import { useKeys } from '../data/use-keys.ts';
import { useSettled } from '../data/use-settled.ts';
import { projectWatch } from '../watch/project-watch.ts';
import { useAfterBuilds } from '../watch/use-after-builds.ts';
import { useProjectResult } from '../watch/use-project-result.ts';
import { useWatch } from '../watch/watch-provider.tsx';
import { DockerfileCard } from './dockerfile-card.tsx';
import { type ProjectForm, tickedVariants, toBuildSettings } from './project-form.ts';
import './project-view.css';
import { SettingsPanel } from './settings-panel.tsx';
import { stagePages } from './stage-pages.ts';
import { TrustDialog } from './trust-dialog.tsx';
import { useBuildAndCompare } from './use-build-and-compare.ts';
import { useProjectForm } from './use-project-form.ts';

/** A folder's Dockerfiles, what can be built of them, and the one button. */
export function ProjectView({ folder }: { readonly folder: string }) {
  const navigate = useNavigate();
  const [form, change] = useProjectForm(folder);
  const typed = useMemo(() => toBuildSettings(form), [form]);
  const settled = useSettled(typed, 300);
  const project = useCall('project.open', { folder, settings: settled });
  const { result, updating } = useProjectResult(folder);
  // A Dockerfile may have been what changed.
  useAfterBuilds(project.refetch);
  const current = useCall('build.current', { folder });
  const engine = useEngineStatus();

  const ticked = project.value ? tickedVariants(project.value, form) : [];
  const { state, error, ...build } = useBuildAndCompare(
    folder,
    project.value?.trusted ?? false,
    typed,
    ticked,
  );
  const ready =
    engine.value?.state === 'ready' && !project.error && ticked.length > 0 && state !== 'starting';
  const leave = () => void navigate(startAddress);
  const watch = useWatch();
  const leaveForWatch = useLeaveForWatch(folder);
  const buildNow = () => {
    if (!watch.snapshot) return build.build();
    // What is kept comparing is built as it is set now, and from now on.
    leaveForWatch();
    void watch.start(ticked);
  };
  useKeys({
    'Ctrl+Enter': () => {
      if (ready) buildNow();
    },
    Backspace: leave,
  });

  const running = current.value?.build;
  const last = result && resultAddress(folder, result.document);
  const name = project.value ? visibleText(project.value.name) : folderName(folder);
  return (
    <Screen
      crumbs={[{ label: name }]}
      watch={{
        ...(result && projectWatch(folder, result.document, updating)),
        folder,
        variants: engine.value?.state === 'ready' && !project.error ? ticked : [],
        onStart: leaveForWatch,
      }}
      actions={
        <>
          {running && (
            <Link className="button" to={buildAddress(folder, running)}>
              Running build
            </Link>
          )}
          {last && (
            <Link className="button" to={last}>
              Last result
            </Link>
          )}
          <Button kind="main" disabled={!ready} onClick={buildNow} title="Ctrl+Enter">
            {state === 'starting' ? 'Starting …' : 'Build and compare'}
          </Button>
        </>
      }
    >
      <div className="project">
        <header className="project-head">
          <h1>{name}</h1>
          <p className="path muted">{visibleText(folder)}</p>
        </header>
        {error && <ErrorPanel error={error} onRetry={build.build} />}
        {engine.value?.state === 'unavailable' && (
          <ErrorPanel error={engine.value.error} onRetry={engine.refetch} retryLabel="Look again" quiet />
        )}
        {project.error && (
          <ErrorPanel
            error={project.error}
            onRetry={project.refetch}
            actions={<Button onClick={() => navigate(startAddress)}>Open another folder</Button>}
          />
        )}
        {project.value?.warnings && (
          <ul className="project-warnings">
            {project.value.warnings.map(({ message }) => (
              <li key={message}>{visibleText(message)}</li>
            ))}
          </ul>
        )}
        {project.value ? (
          <div className="project-columns">
            <Groups
              project={project.value}
              built={result?.document}
              form={form}
              ticked={ticked}
              onChange={change}
            />
            <SettingsPanel project={project.value} form={form} onChange={change} />
          </div>
        ) : (
          project.loading && <p className="muted">Looking for Dockerfiles …</p>
        )}
      </div>
      {state === 'asking' && (
        <TrustDialog folder={folder} onTrust={build.trustAndBuild} onClose={build.decline} />
      )}
    </Screen>
  );
}

/** What to call when the watch is switched on here: the view gives way to its first build, as to any build. */
function useLeaveForWatch(folder: string): () => void {
  const navigate = useNavigate();
  const build = useWatch().snapshot?.build;
  const waiting = useRef(false);
  useEffect(() => {
    if (!waiting.current || build === undefined) return;
    waiting.current = false;
    void navigate(buildAddress(folder, build));
  }, [build, folder, navigate]);
  return () => {
    waiting.current = true;
  };
}

interface GroupsProps {
  readonly project: Project;
  readonly built: ProjectDocument | undefined;
  readonly form: ProjectForm;
  readonly ticked: readonly string[];
  readonly onChange: (change: Partial<ProjectForm>) => void;
}

function variantsOf(project: Project, dockerfile: Dockerfile): readonly Variant[] {
  return project.variants.filter((variant) => dockerfileOf(project, variant) === dockerfile);
}

/** Variants are compared within a build context. */
function Groups({ project, built, form, ticked, onChange }: GroupsProps) {
  const contexts = [...new Set(project.dockerfiles.map(({ context }) => context))];
  const tickedNames = new Set(ticked);
  return (
    <div className="project-groups">
      {contexts.map((context) => {
        const baseline = project.groups.find((group) => group.context === context)?.baseline;
        const title = context === '.' ? 'the project folder' : visibleText(context);
        return (
          <section key={context} aria-label={`Build context: ${title}`}>
            {/* With a single context it is only there for the outline. */}
            <h2 className={contexts.length > 1 ? 'project-context' : 'visually-hidden'}>
              <span className="muted">Build context</span> {title}
            </h2>
            {project.dockerfiles
              .filter((dockerfile) => dockerfile.context === context)
              .map((dockerfile) => (
                <DockerfileCard
                  key={`${dockerfile.path} ${dockerfile.readFor ?? ''}`}
                  dockerfile={dockerfile}
                  variants={variantsOf(project, dockerfile)}
                  baseline={baseline}
                  stageAddress={built && stagePages(built, variantsOf(project, dockerfile))}
                  ticked={tickedNames}
                  onTick={(name, on) => onChange({ ticks: { ...form.ticks, [name]: on } })}
                />
              ))}
          </section>
        );
      })}
      <p className="muted project-sum">
        {ticked.length === 0
          ? 'Nothing is ticked, so there is nothing to build.'
          : `${ticked.length} of ${project.variants.length} variants will be built${ticked.length > 1 ? ' and compared' : ''}.`}
      </p>
    </div>
  );
}
