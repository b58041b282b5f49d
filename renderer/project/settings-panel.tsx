import { useId } from 'react';
import type { Project } from '../../shared/model/project.ts';
import { visibleText } from '../charts/visible-text.ts';
import { Button, IconButton } from '../components/button.tsx';
import { useEngineStatus } from '../data/engine-status.tsx';
import type { ProjectForm } from './project-form.ts';
import { SecretSettings } from './secret-settings.tsx';
import { stageName } from './stage-layout.ts';

interface SettingsPanelProps {
  readonly project: Project;
  readonly form: ProjectForm;
  readonly onChange: (change: Partial<ProjectForm>) => void;
}

const platforms = [
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/386',
  'linux/ppc64le',
  'linux/s390x',
  'linux/riscv64',
];

/** How to build: all of it optional. */
export function SettingsPanel({ project, form, onChange }: SettingsPanelProps) {
  const id = useId();
  const engine = useEngineStatus().value;
  const own = engine?.state === 'ready' ? engine.platform : undefined;
  const targets = targetsOf(project);
  return (
    <section className="settings" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Build settings</h2>
      <BuildArguments project={project} form={form} onChange={onChange} />
      <label className="settings-field">
        Platform
        <input
          className="field"
          type="text"
          list={`${id}-platforms`}
          spellCheck={false}
          placeholder={own ? `${own}, the engine’s own` : 'the engine’s own'}
          value={form.platform}
          onChange={(event) => onChange({ platform: event.target.value })}
        />
        <datalist id={`${id}-platforms`}>
          {platforms.map((platform) => (
            <option key={platform} value={platform} />
          ))}
        </datalist>
      </label>
      <label className="settings-field">
        Target
        <select
          className="field"
          value={form.target}
          onChange={(event) => onChange({ target: event.target.value })}
        >
          <option value="">the last, and those it uses</option>
          {/* One that a changed Dockerfile no longer has stays visible. */}
          {form.target !== '' && !targets.includes(form.target) && (
            <option value={form.target}>{visibleText(form.target)}, not found</option>
          )}
          {targets.map((target) => (
            <option key={target} value={target}>
              {visibleText(target)}
            </option>
          ))}
        </select>
      </label>
      <label className="settings-field">
        Context folder
        <input
          className="field"
          type="text"
          spellCheck={false}
          placeholder="each Dockerfile’s own folder"
          value={form.contextDir}
          onChange={(event) => onChange({ contextDir: event.target.value })}
        />
      </label>
      <label className="settings-field">
        Network of RUN
        <select
          className="field"
          value={form.network}
          onChange={(event) => onChange({ network: event.target.value as ProjectForm['network'] })}
        >
          <option value="default">default</option>
          <option value="host">host</option>
          <option value="none">none</option>
        </select>
      </label>
      <label className="settings-field">
        Layers come by
        <select
          className="field"
          value={form.transport}
          onChange={(event) => onChange({ transport: event.target.value as ProjectForm['transport'] })}
        >
          <option value="automatic">the fastest way the engine has</option>
          <option value="save">docker save</option>
        </select>
      </label>
      <SecretSettings form={form} onChange={onChange} />
      <label className="settings-check">
        <input
          type="checkbox"
          checked={form.noCache}
          onChange={(event) => onChange({ noCache: event.target.checked })}
        />
        Build without the cache
      </label>
      <label className="settings-check">
        <input
          type="checkbox"
          checked={form.pull}
          onChange={(event) => onChange({ pull: event.target.checked })}
        />
        Pull newer base images
      </label>
    </section>
  );
}

function BuildArguments({ project, form, onChange }: SettingsPanelProps) {
  const declared = new Map(
    project.dockerfiles.flatMap(({ args }) => args).map((arg) => [arg.name, arg.default] as const),
  );
  const { args, extraArgs } = form;
  const changeExtra = (at: number, change: Partial<(typeof extraArgs)[number]>) =>
    onChange({ extraArgs: extraArgs.with(at, { ...extraArgs[at]!, ...change }) });
  return (
    <fieldset className="settings-args">
      <legend>Build arguments</legend>
      {[...declared].map(([name, fallback]) => (
        <label key={name} className="settings-arg">
          <code>{visibleText(name)}</code>
          <input
            className="field"
            type="text"
            spellCheck={false}
            autoComplete="off"
            placeholder={fallback === undefined ? 'not set' : visibleText(fallback)}
            value={Object.hasOwn(args, name) ? args[name] : ''}
            onChange={(event) => onChange({ args: { ...args, [name]: event.target.value } })}
          />
        </label>
      ))}
      {extraArgs.map((arg, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing else, and rows keep their places
        <div key={at} className="settings-extra">
          <input
            className="field"
            type="text"
            aria-label={`Name of argument ${at + 1}`}
            placeholder="NAME"
            spellCheck={false}
            value={arg.name}
            onChange={(event) => changeExtra(at, { name: event.target.value })}
          />
          <input
            className="field"
            type="text"
            aria-label={`Value of argument ${at + 1}`}
            placeholder="value"
            spellCheck={false}
            autoComplete="off"
            value={arg.value}
            onChange={(event) => changeExtra(at, { value: event.target.value })}
          />
          <IconButton
            icon="cross"
            label={`Remove argument ${at + 1}`}
            onClick={() => onChange({ extraArgs: extraArgs.toSpliced(at, 1) })}
          />
        </div>
      ))}
      <div>
        <Button onClick={() => onChange({ extraArgs: [...extraArgs, { name: '', value: '' }] })}>
          Add an argument
        </Button>
      </div>
    </fieldset>
  );
}

/** Names of stages, once each; a stage without a name goes by its number. */
function targetsOf(project: Project): string[] {
  const names = project.dockerfiles.flatMap(({ stages }) =>
    stages.map((stage) => (stage.name === undefined ? String(stage.index) : stageName(stage))),
  );
  return [...new Set(names)];
}
